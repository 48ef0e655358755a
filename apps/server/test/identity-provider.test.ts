import { createHmac, createPublicKey } from 'node:crypto'
import { IdentityProvider } from './support/identity-provider.js'
import { type Answer, startTestServer, type TestServer } from './support/running-server.js'

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const seconds = (): number => Math.floor(Date.now() / 1000)

interface Problem {
  readonly code: string
  readonly detail: string
}

describe('a server with an identity provider', () => {
  let provider: IdentityProvider
  let server: TestServer
  /** The machine's, put forward where a test says so. */
  const clock = { aheadMs: 0, nowMs: () => Date.now() + clock.aheadMs, advance: (byMs: number) => void (clock.aheadMs += byMs) }

  beforeAll(async () => {
    provider = await IdentityProvider.start()
    server = await startTestServer({ config: provider.settings, clock })
  })
  afterAll(async () => {
    await server.stop()
    await provider.stop()
  })

  const me = (key: string): Promise<Answer<Problem & { readonly tenantId: string; readonly role: string; readonly subject: string }>> => server.ask('GET', '/v1/me', { key })

  it('takes its tokens beside API keys, for the tenant and role that they claim', async () => {
    expect(await me(provider.token('globex', 'trainer'))).toMatchObject({ status: 200, body: { tenantId: 'globex', role: 'trainer', subject: 'a trainer' } })
    expect(await me(server.second.keys.viewer)).toMatchObject({ status: 200, body: { tenantId: 'globex', role: 'viewer' } })
    expect(provider.asked).toEqual(['/realms/desk/.well-known/openid-configuration', '/keys'])
  })

  it('trains and predicts for a token’s tenant, which another tenant sees nothing of', async () => {
    await server.train('acme_tokens')
    const predict = (token: string): Promise<Answer<unknown>> =>
      server.ask('POST', '/v1/models/acme_tokens/predict', { key: token, body: { instances: [{ text: 'the VPN is down' }] } })
    expect(await predict(provider.token('acme', 'predictor'))).toMatchObject({ status: 200 })
    expect(await predict(provider.token('globex', 'predictor'))).toMatchObject({ status: 404 })
    expect(await predict(provider.token('acme', 'viewer'))).toMatchObject({ status: 403, body: { code: 'PERMISSION_DENIED' } })
  })

  it.each<[string, () => string]>([
    ['for another audience', () => provider.token('acme', 'admin', { aud: 'another' })],
    ['of another issuer', () => provider.token('acme', 'admin', { iss: 'https://login.evil.example' })],
    ['of the algorithm none', () => `${provider.token('acme', 'admin', {}, { alg: 'none' }).replace(/[^.]*$/, '')}`],
    ['signed with the public key as if it were a secret', () => {
      const signed = provider.token('acme', 'admin', {}, { alg: 'HS256' }).replace(/\.[^.]*$/, '')
      const secret = createPublicKey({ key: provider.publicJwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
      return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
    }],
    ['that has ended', () => provider.token('acme', 'admin', { exp: seconds() - 60 })],
    ['that has not begun', () => provider.token('acme', 'admin', { nbf: seconds() + 60 })],
    ['with claims that were not signed', () => {
      const [head, , signature] = provider.token('acme', 'viewer').split('.')
      return `${head}.${encode({ iss: provider.issuer, aud: 'motadata-ml', sub: 'x', tenant_id: 'acme', roles: ['desk-admin'], exp: seconds() + 60 })}.${signature}`
    }],
    ['for a tenant that there is not', () => provider.token('initech', 'admin')],
    ['for the tenant of the platform', () => provider.token('platform', 'admin')],
    ['for no tenant', () => provider.token('acme', 'admin', { tenant_id: undefined })],
  ])('refuses a token %s: 401, in the same words', async (_, make) => {
    const { status, headers, body } = await me(make())
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(body).toMatchObject({ code: 'UNAUTHENTICATED', detail: 'Expected a token that is accepted here and in force, got another. Get a new one from your identity provider.' })
  })

  it('refuses a role that is not in the map, and one that is too small: 403', async () => {
    expect(await me(provider.token('acme', 'janitor'))).toMatchObject({ status: 403, body: { code: 'PERMISSION_DENIED' } })
    expect(await server.ask('GET', '/v1/api-keys', { key: provider.token('acme', 'trainer') })).toMatchObject({ status: 403 })
    expect(await server.ask('GET', '/v1/tenants', { key: provider.token('acme', 'admin') })).toMatchObject({ status: 403 })
  })

  it('drops a token at once that is revoked, and the tokens of a tenant that is suspended', async () => {
    const token = provider.token('globex', 'viewer', { sub: 'leaver' })
    expect((await me(token)).status).toBe(200)
    expect(await server.ask('POST', '/v1/token-revocations', { key: server.second.keys.admin, body: { subject: 'leaver' } })).toMatchObject({ status: 204 })
    expect((await me(token)).status).toBe(401)
    const other = provider.token('globex', 'viewer', { sub: 'keeper' })
    expect((await me(other)).status).toBe(200)
    await server.ask('POST', '/v1/tenants/globex/suspend', { key: server.operatorKey })
    expect(await me(other)).toMatchObject({ status: 403, body: { code: 'TENANT_SUSPENDED' } })
    await server.ask('POST', '/v1/tenants/globex/resume', { key: server.operatorKey })
    expect((await me(other)).status).toBe(200)
  })

  it('takes a new key of the provider when a token names it, and asks for made up ones no more than once in ten seconds', async () => {
    clock.advance(10_000)
    provider.rotate('key-2')
    expect((await me(provider.token('acme', 'viewer'))).status).toBe(200)
    const askedBefore = provider.asked.length
    for (let turn = 0; turn < 20; turn++) expect((await me(provider.token('acme', 'viewer', {}, { kid: `made-up-${turn}` }))).status).toBe(401)
    expect(provider.asked).toHaveLength(askedBefore)
  })

  it('goes on with the keys it knows while the provider is down, and says of others that it can not tell: 503', async () => {
    clock.advance(10_000)
    const known = provider.token('acme', 'viewer', { sub: 'another' })
    provider.rotate('key-3')
    provider.answer = (response) => response.destroy()
    const rotated = await me(provider.token('acme', 'viewer'))
    expect(rotated).toMatchObject({ status: 503, body: { code: 'ISSUER_UNAVAILABLE' } })
    expect(Number(rotated.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await me(known)).status).toBe(200)
    expect((await me(server.first.keys.viewer)).status).toBe(200)
    provider.answer = undefined
    clock.advance(10_000)
    expect((await me(provider.token('acme', 'viewer'))).status).toBe(200)
  })

  it('logs no token', () => {
    expect(JSON.stringify(server.log)).not.toContain(encode({ alg: 'ES256', typ: 'JWT', kid: 'key-1' }))
  })
})
