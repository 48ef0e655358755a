import { platformContext, type RequestContext } from '@motadata/core'
import type { Tenants } from '../src/index.js'
import { AccessFixture, codeOf } from './access-fixture.js'

describe('tenants', () => {
  let fixture: AccessFixture
  let tenants: Tenants
  let operator: RequestContext

  beforeAll(async () => {
    fixture = await AccessFixture.open()
    tenants = fixture.access.tenants
    operator = await fixture.contextOf(await fixture.access.apiKeys.create(fixture.operator, { name: 'ops', role: 'operator' }))
  })
  afterAll(() => fixture.close())

  it('come with a first admin key that works', async () => {
    const { tenant, adminKey } = await tenants.create(operator, { id: 'acme', name: ' Acme Corporation ' })
    expect(tenant).toEqual({ id: 'acme', name: 'Acme Corporation', createdAt: new Date('2026-03-01T12:00:00Z') })
    expect(await fixture.contextOf(adminKey)).toMatchObject({ tenantId: 'acme', principal: { role: 'admin' } })
    expect(await tenants.get(operator, 'acme')).toEqual(tenant)
  })

  it('are called by their id where no name is given', async () => {
    expect((await tenants.create(operator, { id: 'nameless' })).tenant.name).toBe('nameless')
  })

  it('have an id of their own, which is not the reserved one', async () => {
    const { adminKey } = await tenants.create(operator, { id: 'taken' })
    expect(await codeOf(tenants.create(operator, { id: 'taken', name: 'again' }))).toBe('TENANT_EXISTS')
    expect(await codeOf(tenants.create(operator, { id: 'platform' }))).toBe('TENANT_EXISTS')
    expect(await tenants.get(operator, 'taken')).toMatchObject({ name: 'taken' })
    expect((await fixture.access.apiKeys.list(await fixture.contextOf(adminKey))).apiKeys).toHaveLength(1)
  })

  it('are made once when many ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => codeOf(tenants.create(operator, { id: 'contended' }))))
    expect(answers.filter((answer) => answer !== 'TENANT_EXISTS')).toHaveLength(1)
  })

  it.each([
    ['nothing', undefined, 'TENANT_ID_INVALID'],
    ['text', 'acme', 'INPUT_INVALID'],
    ['no id', { name: 'x' }, 'TENANT_ID_INVALID'],
    ['capital letters', { id: 'ACME' }, 'TENANT_ID_INVALID'],
    ['a prototype key', { id: '__proto__' }, 'TENANT_ID_INVALID'],
    ['64 characters', { id: 'a'.repeat(64) }, 'TENANT_ID_INVALID'],
    ['NUL', { id: 'a\u0000b' }, 'TENANT_ID_INVALID'],
    ['an object', { id: {} }, 'TENANT_ID_INVALID'],
    ['an empty name', { id: 'unnamed', name: '' }, 'INPUT_INVALID'],
    ['a name of 10,000 characters', { id: 'unnamed', name: 'n'.repeat(10_000) }, 'INPUT_INVALID'],
    ['a name that is a number', { id: 'unnamed', name: 5 }, 'INPUT_INVALID'],
  ])('are not made of %s', async (_, input, code) => {
    expect(await codeOf(tenants.create(operator, input as never))).toBe(code)
  })

  it('are refused as a whole while suspended, and taken again after', async () => {
    const { tenant, adminKey } = await tenants.create(operator, { id: 'late-payer' })
    await fixture.contextOf(adminKey)
    const suspended = await tenants.suspend(operator, tenant.id)
    expect(suspended.suspendedAt).toEqual(new Date(fixture.clock.nowMs()))
    expect(await codeOf(fixture.contextOf(adminKey))).toBe('TENANT_SUSPENDED')
    fixture.clock.advance(60_000)
    expect(await codeOf(fixture.contextOf(adminKey))).toBe('TENANT_SUSPENDED')
    expect(await tenants.suspend(operator, tenant.id)).toEqual(suspended)
    expect(await tenants.resume(operator, tenant.id)).not.toHaveProperty('suspendedAt')
    await expect(fixture.contextOf(adminKey)).resolves.toMatchObject({ tenantId: 'late-payer' })
  })

  it('are told to be suspended only to who holds a key of theirs', async () => {
    const { tenant, adminKey } = await tenants.create(operator, { id: 'secretive' })
    await tenants.suspend(operator, tenant.id)
    expect(await codeOf(fixture.contextOf({ ...adminKey, key: `${adminKey.key.slice(0, -43)}${'x'.repeat(43)}` }))).toBe('UNAUTHENTICATED')
  })

  it('are not found when there are none, nor is the reserved one', async () => {
    for (const verb of ['get', 'suspend', 'resume'] as const) {
      expect(await codeOf(tenants[verb](operator, 'nobody'))).toBe('TENANT_NOT_FOUND')
      expect(await codeOf(tenants[verb](operator, 'platform'))).toBe('TENANT_NOT_FOUND')
      expect(await codeOf(tenants[verb](operator, "a'b\u0000"))).toBe('TENANT_ID_INVALID')
    }
    const stillGood = await fixture.access.apiKeys.create(operator, { name: 'still good', role: 'operator' })
    await expect(fixture.contextOf(stillGood)).resolves.toBeDefined()
  })

  it('are listed by id, page by page, without the reserved one', async () => {
    await tenants.create(operator, { id: 'quartz' })
    const seen: string[] = []
    let pageToken: string | undefined
    do {
      const page = await tenants.list(operator, { limit: 2, ...(pageToken !== undefined && { pageToken }) })
      seen.push(...page.tenants.map((tenant) => tenant.id))
      pageToken = page.nextPageToken
    } while (pageToken !== undefined)
    expect(seen).toEqual(['acme', 'contended', 'late-payer', 'nameless', 'quartz', 'secretive', 'taken'])
  })

  it('know themselves and nobody else, and change nothing', async () => {
    const { tenant, adminKey } = await tenants.create(operator, { id: 'curious' })
    const admin = await fixture.contextOf(adminKey)
    for (const context of [admin, platformContext(tenant.id, 'job')]) {
      expect(await tenants.get(context, 'curious')).toEqual(tenant)
      expect(await codeOf(tenants.get(context, 'acme'))).toBe('TENANT_NOT_FOUND')
      expect(await codeOf(tenants.get(context, 'nobody'))).toBe('TENANT_NOT_FOUND')
      expect(await codeOf(tenants.list(context))).toBe('PERMISSION_DENIED')
      expect(await codeOf(tenants.create(context, { id: 'mine' }))).toBe('PERMISSION_DENIED')
      expect(await codeOf(tenants.suspend(context, 'acme'))).toBe('PERMISSION_DENIED')
      expect(await codeOf(tenants.resume(context, 'curious'))).toBe('PERMISSION_DENIED')
    }
  })
})
