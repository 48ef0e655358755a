import { type MLError, platformContext, type RequestContext, type TenantRole } from '@motadata/core'
import type { Access, Tenant } from '../src/index.js'
import { AccessFixture, codeOf, lostSignal } from './access-fixture.js'

const hourMs = 3_600_000

describe('API keys', () => {
  let fixture: AccessFixture
  let access: Access
  let tenant: Tenant
  let admin: RequestContext

  beforeAll(async () => {
    fixture = await AccessFixture.open()
    access = fixture.access
  })
  beforeEach(async () => {
    const created = await fixture.createTenant()
    tenant = created.tenant
    admin = await fixture.contextOf(created.adminKey)
  })
  afterAll(() => fixture.close())

  const create = (name: string, role: TenantRole = 'viewer', expiresAt?: Date) =>
    access.apiKeys.create(admin, { name, role, ...(expiresAt && { expiresAt }) })
  const inMs = (ms: number) => new Date(fixture.clock.nowMs() + ms)
  const asRole = async (role: TenantRole) => fixture.contextOf(await create(role, role))

  describe('creating', () => {
    it('gives the text once, and everything else for good', async () => {
      const { key, ...shown } = await create('nightly import', 'trainer', inMs(hourMs))
      expect(key).toMatch(new RegExp(`^mk1\\.${tenant.id}\\.${shown.id}\\.${shown.prefix}`))
      expect(shown).toEqual({
        tenantId: tenant.id,
        id: expect.any(String),
        name: 'nightly import',
        role: 'trainer',
        prefix: expect.stringMatching(/^[A-Za-z0-9_-]{8}$/),
        createdAt: new Date('2026-03-01T12:00:00Z'),
        expiresAt: new Date('2026-03-01T13:00:00Z'),
      })
      expect(await access.apiKeys.get(admin, shown.id)).toEqual(shown)
      expect(JSON.stringify(await access.apiKeys.list(admin))).not.toContain(key.split('.')[3])
    })

    it('gives nobody more than they hold themselves', async () => {
      const trainer = await asRole('trainer')
      await expect(access.apiKeys.create(trainer, { name: 'same', role: 'trainer' })).resolves.toMatchObject({ role: 'trainer' })
      expect(await codeOf(access.apiKeys.create(trainer, { name: 'more', role: 'admin' }))).toBe('PERMISSION_DENIED')
    })

    it('makes no operator within a tenant, and nothing but operators on the platform', async () => {
      expect(await codeOf(access.apiKeys.create(admin, { name: 'up', role: 'operator' }))).toBe('INPUT_INVALID')
      expect(await codeOf(access.apiKeys.create(platformContext(tenant.id, 'job'), { name: 'up', role: 'operator' }))).toBe('INPUT_INVALID')
      expect(await codeOf(access.apiKeys.create(fixture.operator, { name: 'down', role: 'admin' }))).toBe('INPUT_INVALID')
      const operatorKey = await access.apiKeys.create(fixture.operator, { name: 'ops', role: 'operator' })
      expect(operatorKey).toMatchObject({ tenantId: 'platform', role: 'operator' })
    })

    it('is refused for a tenant that there is not', async () => {
      const nobody = platformContext('nobody' as Tenant['id'], 'job')
      expect(await codeOf(access.apiKeys.create(nobody, { name: 'n', role: 'admin' }))).toBe('TENANT_NOT_FOUND')
    })

    it.each([
      ['no input', undefined],
      ['text', 'viewer'],
      ['a list', []],
      ['no name', { role: 'viewer' }],
      ['a name of 10,000 characters', { name: 'n'.repeat(10_000), role: 'viewer' }],
      ['a name with NUL', { name: 'a\u0000', role: 'viewer' }],
      ['no role', { name: 'n' }],
      ['an unknown role', { name: 'n', role: 'root' }],
      ['a role out of the prototype', { name: 'n', role: '__proto__' }],
      ['a role that is a number', { name: 'n', role: 0 }],
      ['an end in the past', { name: 'n', role: 'viewer', expiresAt: new Date('2026-03-01T12:00:00Z') }],
      ['an end that is no date', { name: 'n', role: 'viewer', expiresAt: new Date('soon') }],
      ['an end that is text', { name: 'n', role: 'viewer', expiresAt: '2030-01-01' }],
    ])('is refused with %s', async (_, input) => {
      expect(await codeOf(access.apiKeys.create(admin, input as never))).toBe('INPUT_INVALID')
    })
  })

  describe('expiring', () => {
    it('ends a key to the millisecond, remembered or not, and says so to its holder', async () => {
      const issued = await create('brief', 'viewer', inMs(2_000))
      await fixture.contextOf(issued)
      fixture.clock.advance(1_999)
      await expect(fixture.contextOf(issued)).resolves.toBeDefined()
      fixture.clock.advance(1)
      const refused = { code: 'UNAUTHENTICATED', message: expect.stringContaining('expired at 2026-03-01T12:00:02.000Z') }
      await expect(fixture.contextOf(issued)).rejects.toMatchObject(refused)
      fixture.clock.advance(60_000)
      await expect(fixture.contextOf(issued)).rejects.toMatchObject(refused)
      fixture.clock.advance(-62_000)
    })
  })

  describe('rotating', () => {
    it('ends the former secret at once unless told otherwise', async () => {
      const before = await create('rotated')
      await fixture.contextOf(before)
      const after = await access.apiKeys.rotate(admin, before.id)
      expect(after).toMatchObject({ id: before.id, name: 'rotated', role: 'viewer', rotatedAt: new Date(fixture.clock.nowMs()) })
      expect(after.key).not.toBe(before.key)
      expect(after.prefix).not.toBe(before.prefix)
      await expect(fixture.contextOf(after)).resolves.toMatchObject({ principal: { id: before.id } })
      expect(await codeOf(fixture.contextOf(before))).toBe('UNAUTHENTICATED')
    })

    it('keeps the former secret for the grace period and not a millisecond longer', async () => {
      const before = await create('rotated')
      const after = await access.apiKeys.rotate(admin, before.id, { gracePeriodMs: hourMs })
      expect(after.previousSecretExpiresAt).toEqual(inMs(hourMs))
      fixture.clock.advance(hourMs - 1)
      await expect(fixture.contextOf(before)).resolves.toMatchObject({ principal: { id: before.id } })
      await expect(fixture.contextOf(after)).resolves.toMatchObject({ principal: { id: before.id } })
      fixture.clock.advance(1)
      expect(await codeOf(fixture.contextOf(before))).toBe('UNAUTHENTICATED')
      await expect(fixture.contextOf(after)).resolves.toMatchObject({ principal: { id: before.id } })
    })

    it('keeps no former secret beyond the end that it had', async () => {
      const before = await create('rotated', 'viewer', inMs(10_000))
      const after = await access.apiKeys.rotate(admin, before.id, { gracePeriodMs: hourMs, expiresAt: inMs(2 * hourMs) })
      expect(after).toMatchObject({ previousSecretExpiresAt: inMs(10_000), expiresAt: inMs(2 * hourMs) })
      fixture.clock.advance(10_000)
      expect(await codeOf(fixture.contextOf(before))).toBe('UNAUTHENTICATED')
      await expect(fixture.contextOf(after)).resolves.toBeDefined()
    })

    it('ends the secret before the former one in any case', async () => {
      const first = await create('rotated')
      const second = await access.apiKeys.rotate(admin, first.id, { gracePeriodMs: hourMs })
      const third = await access.apiKeys.rotate(admin, first.id, { gracePeriodMs: hourMs })
      expect(await codeOf(fixture.contextOf(first))).toBe('UNAUTHENTICATED')
      await expect(fixture.contextOf(second)).resolves.toBeDefined()
      await expect(fixture.contextOf(third)).resolves.toBeDefined()
      const fourth = await access.apiKeys.rotate(admin, first.id)
      expect(fourth).not.toHaveProperty('previousSecretExpiresAt')
      expect(await codeOf(fixture.contextOf(third))).toBe('UNAUTHENTICATED')
    })

    it('revives an expired key with a new end, and asks for one', async () => {
      const expired = await create('expired', 'viewer', inMs(1_000))
      fixture.clock.advance(1_000)
      expect(await codeOf(access.apiKeys.rotate(admin, expired.id, { gracePeriodMs: hourMs }))).toBe('INPUT_INVALID')
      const revived = await access.apiKeys.rotate(admin, expired.id, { gracePeriodMs: hourMs, expiresAt: inMs(hourMs) })
      await expect(fixture.contextOf(revived)).resolves.toBeDefined()
      expect(await codeOf(fixture.contextOf(expired))).toBe('UNAUTHENTICATED')
    })

    it('works on the very key that asks', async () => {
      const { key, ...rotated } = await access.apiKeys.rotate(admin, admin.principal.id)
      await expect(fixture.contextOf({ ...rotated, key })).resolves.toMatchObject({ principal: { role: 'admin' } })
    })

    it('is refused for a revoked key, for one above the caller, and with a wrong grace period', async () => {
      const revoked = await create('revoked')
      await access.apiKeys.revoke(admin, revoked.id)
      expect(await codeOf(access.apiKeys.rotate(admin, revoked.id))).toBe('INPUT_INVALID')
      const trainer = await asRole('trainer')
      expect(await codeOf(access.apiKeys.rotate(trainer, admin.principal.id))).toBe('PERMISSION_DENIED')
      await expect(fixture.access.apiKeys.get(admin, admin.principal.id)).resolves.not.toHaveProperty('rotatedAt')
      const other = await create('other')
      for (const gracePeriodMs of [-1, 1.5, '1', 2_592_000_001]) {
        expect(await codeOf(access.apiKeys.rotate(admin, other.id, { gracePeriodMs } as never))).toBe('INPUT_INVALID')
      }
      expect(await codeOf(access.apiKeys.rotate(admin, other.id, { expiresAt: new Date(0) }))).toBe('INPUT_INVALID')
    })

    it('leaves one good secret when many rotate at once', async () => {
      const { id } = await create('contended')
      const rotated = await Promise.all(Array.from({ length: 20 }, () => access.apiKeys.rotate(admin, id)))
      const answers = await Promise.all(rotated.map((issued) => codeOf(fixture.contextOf(issued))))
      expect(answers.filter((answer) => answer !== 'UNAUTHENTICATED')).toHaveLength(1)
    })
  })

  describe('revoking', () => {
    it('ends a key at once, remembered or not, and its former secret too', async () => {
      const before = await create('revoked')
      const after = await access.apiKeys.rotate(admin, before.id, { gracePeriodMs: hourMs })
      await Promise.all([fixture.contextOf(before), fixture.contextOf(after)])
      const revoked = await access.apiKeys.revoke(admin, before.id)
      expect(revoked.revokedAt).toEqual(new Date(fixture.clock.nowMs()))
      const refused = { code: 'UNAUTHENTICATED', message: expect.stringContaining('revoked') }
      await expect(fixture.contextOf(after)).rejects.toMatchObject(refused)
      await expect(fixture.contextOf(before)).rejects.toMatchObject(refused)
    })

    it('changes nothing the second time', async () => {
      const issued = await create('revoked')
      const { revokedAt } = await access.apiKeys.revoke(admin, issued.id)
      fixture.clock.advance(1_000)
      expect(await access.apiKeys.revoke(admin, issued.id)).toMatchObject({ revokedAt })
    })

    it('refuses to end the key that asks, and says what to do instead', async () => {
      await expect(access.apiKeys.revoke(admin, admin.principal.id)).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        message: expect.stringContaining('rotate this one, or revoke it with another'),
      })
      await expect(access.apiKeys.get(admin, admin.principal.id)).resolves.not.toHaveProperty('revokedAt')
    })

    it('leaves one of two admin keys that revoke each other at once', async () => {
      const other = await asRole('admin')
      const answers = await Promise.all([
        codeOf(access.apiKeys.revoke(admin, other.principal.id)),
        codeOf(access.apiKeys.revoke(other, admin.principal.id)),
      ])
      expect(answers.filter((answer) => answer === 'UNAUTHENTICATED')).toHaveLength(1)
      const { apiKeys } = await access.apiKeys.list(platformContext(tenant.id, 'test'))
      expect(apiKeys.filter((key) => key.role === 'admin' && !key.revokedAt)).toHaveLength(1)
    })

    it('leaves nothing to a key that another process still remembers as good', async () => {
      const elsewhere = await fixture.another({ changes: lostSignal })
      const stolen = await create('stolen', 'admin')
      const request = { requestId: 'r1', requiredAccess: 'admin' } as const
      await elsewhere.authenticateKey(stolen.key, request)
      await access.apiKeys.revoke(admin, stolen.id)
      const thief = await elsewhere.authenticateKey(stolen.key, request)
      const before = await access.apiKeys.list(admin)
      expect(await codeOf(elsewhere.apiKeys.create(thief, { name: 'next', role: 'admin' }))).toBe('UNAUTHENTICATED')
      expect(await codeOf(elsewhere.apiKeys.rotate(thief, admin.principal.id))).toBe('UNAUTHENTICATED')
      expect(await codeOf(elsewhere.apiKeys.revoke(thief, admin.principal.id))).toBe('UNAUTHENTICATED')
      expect(await access.apiKeys.list(admin)).toEqual(before)
    })

    it('is refused for a key above the caller', async () => {
      const trainer = await asRole('trainer')
      expect(await codeOf(access.apiKeys.revoke(trainer, admin.principal.id))).toBe('PERMISSION_DENIED')
      await expect(access.apiKeys.get(admin, admin.principal.id)).resolves.not.toHaveProperty('revokedAt')
    })

    it('is open to the platform itself, for whoever lost all keys', async () => {
      const platform = platformContext(tenant.id, 'repair')
      await access.apiKeys.revoke(platform, admin.principal.id)
      const replaced = await access.apiKeys.create(platform, { name: 'repair', role: 'admin' })
      await expect(fixture.contextOf(replaced)).resolves.toMatchObject({ tenantId: tenant.id })
    })
  })

  describe('listing', () => {
    it('pages through all keys, newest first, the ended ones too', async () => {
      const names = ['one', 'two', 'three', 'four']
      for (const name of names) await create(name)
      const { apiKeys } = await access.apiKeys.list(admin)
      await access.apiKeys.revoke(admin, apiKeys[0]!.id)
      const seen: string[] = []
      let pageToken: string | undefined
      do {
        const page = await access.apiKeys.list(admin, { limit: 2, ...(pageToken !== undefined && { pageToken }) })
        expect(page.apiKeys.length).toBeLessThanOrEqual(2)
        seen.push(...page.apiKeys.map((key) => key.name))
        pageToken = page.nextPageToken
      } while (pageToken !== undefined)
      expect(seen).toEqual(['four', 'three', 'two', 'one', 'first admin key'])
    })

    it('is refused with a wrong limit or token', async () => {
      for (const page of [{ limit: 0 }, { limit: 201 }, { pageToken: "'; drop" }, { pageToken: 'a\u0000' }]) {
        expect(await codeOf(access.apiKeys.list(admin, page))).toBe('INPUT_INVALID')
      }
    })
  })

  describe("another tenant's key", () => {
    it('is not found, in the very words for a key that never was', async () => {
      const other = await fixture.createTenant()
      const otherAdmin = await fixture.contextOf(other.adminKey)
      const refusal = (work: Promise<unknown>) =>
        work.then(
          () => 'accepted',
          (error: MLError) => JSON.stringify([error.code, error.message, error.details]),
        )
      const ids = [other.adminKey.id, '00000000-0000-7000-8000-000000000000', '__proto__', '', 'a\u0000', 'x'.repeat(10_000), "' or 1=1 --"]
      for (const verb of ['get', 'rotate', 'revoke'] as const) {
        const refusals = await Promise.all(ids.map((id) => refusal(access.apiKeys[verb](admin, id))))
        expect(new Set(refusals).size).toBe(1)
        expect(refusals[0]).toContain('API_KEY_NOT_FOUND')
      }
      expect(await access.apiKeys.get(otherAdmin, other.adminKey.id)).not.toHaveProperty('revokedAt')
      expect((await access.apiKeys.list(admin)).apiKeys.map((key) => key.id)).toEqual([admin.principal.id])
    })

    it('is not found by an operator either', async () => {
      expect(await codeOf(access.apiKeys.get(fixture.operator, admin.principal.id))).toBe('API_KEY_NOT_FOUND')
    })
  })
})
