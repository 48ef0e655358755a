import fc from 'fast-check'
import { Access } from '../src/index.js'
import { AccessFixture, codeOf, lostSignal } from './access-fixture.js'

const asViewer = { requestId: 'r1', requiredAccess: 'viewer' } as const

describe('a key that is shown', () => {
  let fixture: AccessFixture

  beforeAll(async () => {
    fixture = await AccessFixture.open()
  })
  afterAll(() => fixture.close())

  it('says whose request it is', async () => {
    const { tenant, adminKey } = await fixture.createTenant()
    const { signal } = new AbortController()
    const context = await fixture.access.authenticateKey(adminKey.key, { requestId: 'r7', requiredAccess: 'admin', deadlineMs: 5, signal })
    expect(context).toEqual({
      tenantId: tenant.id,
      requestId: 'r7',
      principal: { kind: 'api-key', id: adminKey.id, role: 'admin' },
      deadlineMs: 5,
      signal,
    })
  })

  it.each([
    ['viewer', ['viewer']],
    ['predictor', ['viewer', 'predictor']],
    ['trainer', ['viewer', 'predictor', 'trainer']],
    ['admin', ['viewer', 'predictor', 'trainer', 'admin']],
  ] as const)('lets a %s do exactly what %j may', async (role, allowed) => {
    const { adminKey } = await fixture.createTenant()
    const { key } = await fixture.access.apiKeys.create(await fixture.contextOf(adminKey), { name: role, role })
    for (const requiredAccess of ['viewer', 'predictor', 'trainer', 'admin', 'operator'] as const) {
      const answer = await codeOf(fixture.access.authenticateKey(key, { requestId: 'r1', requiredAccess }))
      const isAllowed = (allowed as readonly string[]).includes(requiredAccess)
      expect(answer).toEqual(isAllowed ? { accepted: expect.objectContaining({ requestId: 'r1' }) } : 'PERMISSION_DENIED')
    }
  })

  it('lets an operator do nothing within a tenant', async () => {
    const { key } = await fixture.access.apiKeys.create(fixture.operator, { name: 'ops', role: 'operator' })
    for (const requiredAccess of ['viewer', 'predictor', 'trainer', 'admin'] as const) {
      expect(await codeOf(fixture.access.authenticateKey(key, { requestId: 'r1', requiredAccess }))).toBe('PERMISSION_DENIED')
    }
    const context = await fixture.access.authenticateKey(key, { requestId: 'r1', requiredAccess: 'operator' })
    expect(context).toMatchObject({ tenantId: 'platform', principal: { role: 'operator' } })
  })

  it('is refused with another secret, another key id or another tenant, all in the same words', async () => {
    const { adminKey } = await fixture.createTenant()
    const other = await fixture.createTenant()
    const [format, tenantId, keyId, secret] = adminKey.key.split('.') as [string, string, string, string]
    const lastReplaced = secret.slice(0, -1) + (secret.endsWith('A') ? 'E' : 'A')
    const wrong = [
      [format, tenantId, keyId, lastReplaced],
      [format, tenantId, keyId, other.adminKey.key.split('.')[3]],
      [format, tenantId, other.adminKey.id, secret],
      [format, other.tenant.id, keyId, secret],
      [format, other.tenant.id, other.adminKey.id, secret],
      [format, 'nobody', keyId, secret],
      [format, 'platform', keyId, secret],
    ].map((parts) => parts.join('.'))
    const refusalOf = (text: string) =>
      fixture.access.authenticateKey(text, asViewer).catch((error: Error) => `${error.name} ${error.message}`)
    const messages = await Promise.all([...wrong, '', 'x'.repeat(1_000_000)].map(refusalOf))
    expect(new Set(messages)).toEqual(new Set([expect.stringMatching(/^AccessError Expected an API key that is known here/)]))
    for (const text of [...wrong, '__proto__', 'mk1.__proto__.constructor.toString']) {
      expect(await codeOf(fixture.access.authenticateKey(text, asViewer))).toBe('UNAUTHENTICATED')
    }
  })

  it('is refused when it is not even text', async () => {
    for (const value of [undefined, null, 7, {}, [], Symbol('key')]) {
      expect(await codeOf(fixture.access.authenticateKey(value as never, asViewer))).toBe('UNAUTHENTICATED')
    }
  })

  it('is refused with every change of one character', async () => {
    const { adminKey } = await fixture.createTenant()
    const characters = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })
    await fc.assert(
      fc.asyncProperty(fc.nat(adminKey.key.length - 1), characters, async (at, character) => {
        const altered = adminKey.key.slice(0, at) + character + adminKey.key.slice(at + 1)
        fc.pre(altered !== adminKey.key)
        return (await codeOf(fixture.access.authenticateKey(altered, asViewer))) === 'UNAUTHENTICATED'
      }),
      { numRuns: 60 },
    )
  })

  it('leaves no secret in the log or in an error', async () => {
    const { adminKey } = await fixture.createTenant()
    const context = await fixture.contextOf(adminKey)
    const issued = await fixture.access.apiKeys.create(context, { name: 'quiet', role: 'viewer' })
    const rotated = await fixture.access.apiKeys.rotate(context, issued.id)
    await fixture.access.apiKeys.revoke(context, issued.id)
    const refusals = await Promise.all(
      [issued, rotated].map(({ key }) =>
        fixture.access.authenticateKey(key, asViewer).catch((error: unknown) => JSON.stringify(error) + String(error)),
      ),
    )
    const said = fixture.log.lines.join('\n') + refusals.join('\n')
    expect(said).toContain(issued.id)
    for (const { key } of [adminKey, issued, rotated]) expect(said).not.toContain(key.split('.')[3])
  })
})

describe('a key that was shown lately', () => {
  let fixture: AccessFixture

  beforeAll(async () => {
    fixture = await AccessFixture.open()
  })
  afterAll(() => fixture.close())

  const unitsOf = async (work: () => Promise<unknown>): Promise<number> => {
    const before = fixture.database.unitCount
    await work().catch(() => undefined)
    return fixture.database.unitCount - before
  }

  it('is believed for five seconds without a look into the database', async () => {
    const { adminKey } = await fixture.createTenant()
    const authenticate = () => fixture.access.authenticateKey(adminKey.key, asViewer)
    await authenticate()
    fixture.clock.advance(4_999)
    expect(await unitsOf(authenticate)).toBe(0)
    fixture.clock.advance(1)
    expect(await unitsOf(authenticate)).toBe(1)
  })

  it('is looked up again when the clock was set back', async () => {
    const { adminKey } = await fixture.createTenant()
    const authenticate = () => fixture.access.authenticateKey(adminKey.key, asViewer)
    await authenticate()
    fixture.clock.advance(-1)
    expect(await unitsOf(authenticate)).toBe(1)
    fixture.clock.advance(1)
  })

  it('is looked up once for requests that come together', async () => {
    const { adminKey } = await fixture.createTenant()
    await fixture.contextOf(adminKey)
    fixture.clock.advance(5_000)
    const authenticate = () => fixture.access.authenticateKey(adminKey.key, asViewer)
    expect(await unitsOf(() => Promise.all(Array.from({ length: 50 }, authenticate)))).toBe(1)
  })

  it('is refused for a second without a look into the database when it was wrong', async () => {
    const { adminKey } = await fixture.createTenant()
    const wrong = `${adminKey.key.slice(0, -43)}${'x'.repeat(43)}`
    const authenticate = () => fixture.access.authenticateKey(wrong, asViewer)
    expect(await unitsOf(authenticate)).toBe(1)
    fixture.clock.advance(999)
    expect(await unitsOf(authenticate)).toBe(0)
    fixture.clock.advance(1)
    expect(await unitsOf(authenticate)).toBe(1)
  })

  it('costs no look into the database when it is malformed', async () => {
    expect(await unitsOf(() => fixture.access.authenticateKey('mk1.acme.nonsense', asViewer))).toBe(0)
    expect(await unitsOf(() => fixture.access.authenticateKey('A'.repeat(1_000_000), asViewer))).toBe(0)
  })

  it('is not pushed out of memory by wrong ones, and memory has a bound', async () => {
    const small = await fixture.another({ keyMaximumEntries: 2 })
    const { adminKey } = await fixture.createTenant()
    const authenticate = (text: string) => small.authenticateKey(text, asViewer)
    await authenticate(adminKey.key)
    for (let i = 0; i < 5; i++) await authenticate(`${adminKey.key.slice(0, -43)}${String(i).repeat(43)}`).catch(() => undefined)
    expect(await unitsOf(() => authenticate(adminKey.key))).toBe(0)
    const others = [await fixture.createTenant(), await fixture.createTenant()]
    for (const other of others) await authenticate(other.adminKey.key)
    expect(await unitsOf(() => authenticate(adminKey.key))).toBe(1)
    small.close()
  })

  it('is looked up every time where memory is switched off', async () => {
    const forgetful = await fixture.another({ keyMaximumAgeMs: 0 })
    const { adminKey } = await fixture.createTenant()
    await forgetful.authenticateKey(adminKey.key, asViewer)
    expect(await unitsOf(() => forgetful.authenticateKey(adminKey.key, asViewer))).toBe(1)
    forgetful.close()
  })

  it('has its last use written down, to the minute', async () => {
    const { adminKey } = await fixture.createTenant()
    const context = await fixture.contextOf(adminKey)
    const firstUse = new Date(fixture.clock.nowMs())
    const lastUse = async () => (await fixture.access.apiKeys.get(context, adminKey.id)).lastUsedAt
    expect(await lastUse()).toEqual(firstUse)
    fixture.clock.advance(59_999)
    await fixture.contextOf(adminKey)
    expect(await lastUse()).toEqual(firstUse)
    fixture.clock.advance(5_000)
    await fixture.contextOf(adminKey)
    expect(await lastUse()).toEqual(new Date(firstUse.getTime() + 64_999))
  })
})

describe('a change that another process makes', () => {
  let fixture: AccessFixture

  beforeAll(async () => {
    fixture = await AccessFixture.open()
  })
  afterAll(() => fixture.close())

  it.each(['revoke', 'rotate'] as const)('by %s is known here at once when the signal arrives', async (verb) => {
    const other = await fixture.another()
    const { adminKey } = await fixture.createTenant()
    const context = await fixture.contextOf(adminKey)
    const issued = await fixture.access.apiKeys.create(context, { name: 'victim', role: 'viewer' })
    await fixture.contextOf(issued)
    await other.apiKeys[verb](context, issued.id)
    expect(await codeOf(fixture.contextOf(issued))).toBe('UNAUTHENTICATED')
    other.close()
  })

  it('is known within five seconds when the signal is lost', async () => {
    const other = await fixture.another({ changes: lostSignal })
    const { adminKey } = await fixture.createTenant()
    const context = await fixture.contextOf(adminKey)
    const issued = await fixture.access.apiKeys.create(context, { name: 'victim', role: 'viewer' })
    await fixture.contextOf(issued)
    await other.apiKeys.revoke(context, issued.id)
    fixture.clock.advance(4_999)
    await expect(fixture.contextOf(issued)).resolves.toMatchObject({ principal: { id: issued.id } })
    fixture.clock.advance(1)
    expect(await codeOf(fixture.contextOf(issued))).toBe('UNAUTHENTICATED')
  })

  it('by suspending a tenant is known here at once when the signal arrives, as is its end', async () => {
    const other = await fixture.another()
    const { tenant, adminKey } = await fixture.createTenant()
    await fixture.contextOf(adminKey)
    await other.tenants.suspend(fixture.operator, tenant.id)
    expect(await codeOf(fixture.contextOf(adminKey))).toBe('TENANT_SUSPENDED')
    await other.tenants.resume(fixture.operator, tenant.id)
    await expect(fixture.contextOf(adminKey)).resolves.toMatchObject({ tenantId: tenant.id })
    other.close()
  })

  it('while a key is being looked up is not undone by what the lookup had read before', async () => {
    const { adminKey } = await fixture.createTenant()
    const context = await fixture.contextOf(adminKey)
    const issued = await fixture.access.apiKeys.create(context, { name: 'victim', role: 'viewer' })
    await fixture.contextOf(issued)
    fixture.clock.advance(5_000)
    let release = (): void => undefined
    fixture.database.holdBack = new Promise((resolve) => (release = resolve))
    const lookedUpBefore = fixture.contextOf(issued)
    const other = await fixture.another({ database: fixture.platform.database })
    await other.apiKeys.revoke(context, issued.id)
    fixture.database.holdBack = undefined
    expect(await codeOf(fixture.contextOf(issued))).toBe('UNAUTHENTICATED')
    release()
    await lookedUpBefore
    expect(await codeOf(fixture.contextOf(issued))).toBe('UNAUTHENTICATED')
    other.close()
  })

  it('stands when the signal can not be sent', async () => {
    const mute = await fixture.another({ changes: { ...lostSignal, publish: () => Promise.reject(new Error('no signal today')) } })
    const { tenant, adminKey } = await fixture.createTenant()
    const context = await mute.authenticateKey(adminKey.key, asViewer)
    const issued = await mute.apiKeys.create(context, { name: 'victim', role: 'viewer' })
    await mute.authenticateKey(issued.key, asViewer)
    await mute.apiKeys.revoke(context, issued.id)
    expect(await codeOf(mute.authenticateKey(issued.key, asViewer))).toBe('UNAUTHENTICATED')
    await mute.tenants.suspend(fixture.operator, tenant.id)
    expect(await codeOf(mute.authenticateKey(adminKey.key, asViewer))).toBe('TENANT_SUSPENDED')
    expect(fixture.log.lines.filter((line) => line.includes('could not be signalled'))).toHaveLength(2)
  })

  it('is no longer listened for once closed', async () => {
    const closed = await fixture.another()
    const { adminKey } = await fixture.createTenant()
    const context = await closed.authenticateKey(adminKey.key, asViewer)
    const issued = await fixture.access.apiKeys.create(context, { name: 'victim', role: 'viewer' })
    await closed.authenticateKey(issued.key, asViewer)
    closed.close()
    await fixture.access.apiKeys.revoke(context, issued.id)
    await expect(closed.authenticateKey(issued.key, asViewer)).resolves.toMatchObject({ principal: { id: issued.id } })
  })
})

describe('a database that does not answer', () => {
  it('is an error, is not remembered as an unknown key, and is asked again', async () => {
    const fixture = await AccessFixture.open()
    const { adminKey } = await fixture.createTenant()
    const broken = new Error('the database is away')
    fixture.database.holdBack = Promise.reject(broken)
    await expect(fixture.contextOf(adminKey)).rejects.toBe(broken)
    fixture.database.holdBack = undefined
    await expect(fixture.contextOf(adminKey)).resolves.toMatchObject({ principal: { role: 'admin' } })
    await fixture.close()
  })
})

describe('opening', () => {
  it('refuses an age or a bound of memory that would not hold what is promised', async () => {
    const ages = [5_001, -1, 0.5, NaN].map((keyMaximumAgeMs) => ({ keyMaximumAgeMs }))
    const bounds = [0, 1.5, Infinity].map((keyMaximumEntries) => ({ keyMaximumEntries }))
    for (const options of [...ages, ...bounds]) {
      expect(await codeOf(Access.open({} as never, options))).toBe('CONFIGURATION_INVALID')
    }
  })

  it('finds what was there before', async () => {
    const fixture = await AccessFixture.open()
    const { tenant, adminKey } = await fixture.createTenant()
    const again = await fixture.another()
    expect(await again.authenticateKey(adminKey.key, asViewer)).toMatchObject({ tenantId: tenant.id })
    await fixture.close()
  })
})
