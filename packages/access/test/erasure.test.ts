import { type ErasureFinding, type ErasureSubject, parseTenantId, platformContext } from '@motadata/core'
import { AccessFixture, codeOf } from './access-fixture.js'

describe('the erasure of what credentials say of people', () => {
  let fixture: AccessFixture
  beforeAll(async () => {
    fixture = await AccessFixture.open()
  })
  afterAll(() => fixture.close())

  const scan = async (tenantId: string, subject: ErasureSubject): Promise<ErasureFinding[]> => {
    const found = []
    for await (const finding of fixture.access.erasable.scan(platformContext(parseTenantId(tenantId), 'test'), subject)) found.push(finding)
    return found
  }

  it('takes a person out of the names of keys, which go on working, and keeps the trail', async () => {
    const { adminKey } = await fixture.access.tenants.create(fixture.operator, { id: 'acme' })
    const admin = await fixture.contextOf(adminKey)
    const key = await fixture.access.apiKeys.create(admin, { name: "Anna Berg's notebook", role: 'viewer' })
    const anna: ErasureSubject = { kind: 'person', identifiers: ['Anna Berg'] }
    const kinds = (await scan('acme', anna)).map(({ kind, effect }) => [kind, effect])
    expect(kinds).toContainEqual(['api-key-name', 'erase'])
    for (let again = 0; again < 2; again++) await fixture.access.erasable.erase(admin, anna, { erasureId: 'e' })
    expect((await scan('acme', anna)).filter(({ effect }) => effect === 'erase')).toEqual([])
    expect(await fixture.contextOf(key)).toMatchObject({ principal: { role: 'viewer' } })
    expect((await fixture.access.auditTrail.verify(admin)).isWhole).toBe(true)
  })

  it('of a tenant suspends it and ends all its keys', async () => {
    const { adminKey } = await fixture.access.tenants.create(fixture.operator, { id: 'globex', name: 'Globex Secret' })
    const context = platformContext(parseTenantId('globex'), 'test')
    expect((await scan('globex', { kind: 'tenant' })).map(({ kind, effect }) => [kind, effect])).toEqual([['api-key', 'erase'], ['audit-event', 'retain'], ['tenant', 'retain']])
    await fixture.access.erasable.erase(context, { kind: 'tenant' }, { erasureId: 'e' })
    expect((await scan('globex', { kind: 'tenant' })).filter(({ effect }) => effect === 'erase')).toEqual([])
    expect(await codeOf(fixture.contextOf(adminKey))).toMatch(/^(TENANT_SUSPENDED|UNAUTHENTICATED)$/)
    expect(await fixture.access.tenants.get(fixture.operator, 'globex')).toMatchObject({ name: 'globex' })
    expect((await scan('acme', { kind: 'tenant' })).some(({ kind }) => kind === 'api-key')).toBe(true)
  })
})
