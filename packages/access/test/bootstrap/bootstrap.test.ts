import { AccessFixture, codeOf } from '../access-fixture.js'

describe('the first start', () => {
  let fixture: AccessFixture

  beforeEach(async () => {
    fixture = await AccessFixture.open()
  })
  afterEach(() => fixture.close())

  it('makes a tenant, an admin key and an operator key, which work', async () => {
    const first = (await fixture.access.bootstrap())!
    expect(first.tenantId).toBe('default')
    expect(await fixture.contextOf(first.adminKey)).toMatchObject({ tenantId: 'default', principal: { role: 'admin' } })
    const operator = await fixture.contextOf(first.operatorKey)
    expect(operator).toMatchObject({ tenantId: 'platform', principal: { role: 'operator' } })
    const { tenants } = await fixture.access.tenants.list(operator)
    expect(tenants).toEqual([{ id: 'default', name: 'default', createdAt: new Date('2026-03-01T12:00:00Z') }])
    expect(fixture.log.lines.join()).not.toMatch(/mk1\./)
  })

  it('is the first one once, whoever asks and for whatever tenant', async () => {
    await fixture.access.bootstrap({ tenantId: 'acme', tenantName: 'Acme Corporation' })
    expect(await fixture.access.tenants.get(fixture.operator, 'acme')).toMatchObject({ name: 'Acme Corporation' })
    expect(await fixture.access.bootstrap({ tenantId: 'acme' })).toBeUndefined()
    expect(await fixture.access.bootstrap()).toBeUndefined()
    expect(await (await fixture.another()).bootstrap({ tenantId: 'other' })).toBeUndefined()
    expect((await fixture.access.tenants.list(fixture.operator)).tenants).toHaveLength(1)
    expect((await fixture.access.apiKeys.list(fixture.operator)).apiKeys).toHaveLength(1)
  })

  it('is no first one where a tenant was made before', async () => {
    await fixture.createTenant()
    expect(await fixture.access.bootstrap()).toBeUndefined()
    expect((await fixture.access.apiKeys.list(fixture.operator)).apiKeys).toHaveLength(0)
  })

  it('gives the keys to one of many that start at once', async () => {
    const processes = await Promise.all([fixture.another(), fixture.another(), fixture.another()])
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => processes[i % 3]!.bootstrap({ tenantId: `tenant-${i % 4}` })))
    const winners = answers.filter((answer) => answer !== undefined)
    expect(winners).toHaveLength(1)
    expect((await fixture.access.tenants.list(fixture.operator)).tenants.map((tenant) => tenant.id)).toEqual([winners[0]!.tenantId])
    expect((await fixture.access.apiKeys.list(fixture.operator)).apiKeys).toHaveLength(1)
    await expect(fixture.contextOf(winners[0]!.adminKey)).resolves.toBeDefined()
  })

  it('refuses a tenant that can be none, and makes nothing', async () => {
    expect(await codeOf(fixture.access.bootstrap({ tenantId: 'A b' }))).toBe('TENANT_ID_INVALID')
    expect(await codeOf(fixture.access.bootstrap({ tenantId: 'platform' }))).toBe('TENANT_EXISTS')
    expect(await codeOf(fixture.access.bootstrap({ tenantName: '' }))).toBe('INPUT_INVALID')
    expect(await codeOf(fixture.access.bootstrap('default' as never))).toBe('INPUT_INVALID')
    await expect(fixture.access.bootstrap()).resolves.toBeDefined()
  })
})
