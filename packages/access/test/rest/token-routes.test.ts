import type { Access } from '../../src/index.js'
import { AccessFixture } from '../access-fixture.js'
import { TestIssuer } from '../test-issuer.js'
import { ServedAccess } from './served-access.js'

describe('tokens over HTTP', () => {
  let fixture: AccessFixture
  let issuer: TestIssuer
  let access: Access
  let served: ServedAccess
  let tenantId: string
  let adminKey: string

  beforeAll(async () => {
    fixture = await AccessFixture.open()
    issuer = await TestIssuer.start(fixture.clock)
    access = await fixture.another({ oidc: [issuer.options()] })
    served = new ServedAccess(access)
    const created = await fixture.createTenant()
    tenantId = created.tenant.id
    adminKey = created.adminKey.key
  })
  afterAll(async () => {
    await served.server.close()
    access.close()
    await issuer.stop()
    await fixture.close()
  })

  it('are taken as Authorization: Bearer, for the tenant and role they claim', async () => {
    const token = await issuer.sign(issuer.claims(tenantId))
    expect(await served.ask('GET', '/v1/me', token)).toMatchObject({ status: 200, body: { tenantId, role: 'predictor', subject: 'user-1' } })
    expect((await served.ask('GET', '/v1/me', token)).body).not.toHaveProperty('keyId')
  })

  it('do not reach another tenant, nor what their role may not', async () => {
    const { tenant, adminKey: others } = await fixture.createTenant()
    const token = await issuer.sign(issuer.claims(tenantId, { roles: 'desk-admin' }))
    expect(await served.ask('GET', `/v1/api-keys/${others.id}`, token)).toMatchObject({ status: 404 })
    expect(await served.ask('GET', '/v1/api-keys', token)).toMatchObject({ status: 200, body: { apiKeys: [{ tenantId }] } })
    expect(await served.ask('GET', `/v1/tenants/${tenant.id}`, token)).toMatchObject({ status: 403 })
    expect(await served.ask('GET', '/v1/api-keys', await issuer.sign(issuer.claims(tenantId)))).toMatchObject({ status: 403 })
    expect(await served.ask('GET', '/v1/me', await issuer.sign(issuer.claims(tenantId, { roles: [] })))).toMatchObject({ status: 403, body: { code: 'PERMISSION_DENIED' } })
  })

  it('are revoked by subject and by id, by an admin of the tenant', async () => {
    const token = await issuer.sign(issuer.claims(tenantId, { sub: 'leaver', jti: 'one' }))
    expect((await served.ask('GET', '/v1/me', token)).status).toBe(200)
    expect(await served.ask('POST', '/v1/token-revocations', token, { subject: 'leaver' })).toMatchObject({ status: 403 })
    expect(await served.ask('POST', '/v1/token-revocations', adminKey, { subject: 'leaver' })).toMatchObject({ status: 204, body: undefined })
    expect((await served.ask('GET', '/v1/me', token)).status).toBe(401)
    const another = await issuer.sign(issuer.claims(tenantId, { sub: 'keeper', jti: 'two' }))
    expect(await served.ask('POST', '/v1/token-revocations', adminKey, { tokenId: 'two' })).toMatchObject({ status: 204 })
    expect((await served.ask('GET', '/v1/me', another)).status).toBe(401)
  })

  it.each([{}, { subject: '' }, { subject: 'x'.repeat(256) }, { subject: 'a', tokenId: 'b' }, [], { subject: 'a\u0000' }])('are not revoked by %j', async (body) => {
    expect(await served.ask('POST', '/v1/token-revocations', adminKey, body)).toMatchObject({ status: 400 })
  })

  it('have no route where no issuer is known', async () => {
    const without = new ServedAccess(fixture.access)
    expect(await without.ask('POST', '/v1/token-revocations', adminKey, { subject: 'leaver' })).toMatchObject({ status: 404 })
    expect(served.routes.map(({ url }) => url)).toContain('/v1/token-revocations')
    await without.server.close()
  })
})
