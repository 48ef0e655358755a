import { checkIssuers, type OidcIssuer, readRoleMap } from '../../src/tokens/oidc-issuer.js'

const good: OidcIssuer = { issuer: 'https://login.example', audiences: ['motadata-ml'], jwksUrl: 'https://login.example/keys', roleMap: { agents: 'predictor' } }

describe('an issuer', () => {
  it('has careful defaults', () => {
    expect(checkIssuers([good])).toEqual([{
      ...good, roleMap: new Map([['agents', 'predictor']]), tenants: undefined, tenantClaim: 'tenant_id', roleClaim: 'roles', clockToleranceMs: 30_000,
      maximumLifetimeMs: 86_400_000, allowPrivateAddresses: false, algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    }])
  })

  it('need not say where its keys are, if it is an address itself', () => {
    expect(checkIssuers([{ ...good, jwksUrl: undefined }])).toMatchObject([{ jwksUrl: undefined }])
  })

  it.each<[string, object]>([
    ['issuer', { issuer: '' }],
    ['audiences', { audiences: [] }],
    ['audiences', { audiences: [''] }],
    ['audiences', { audiences: 'motadata-ml' }],
    ['jwksUrl', { jwksUrl: 'keys' }],
    ['jwksUrl', { jwksUrl: 'http://login.example/keys' }],
    ['jwksUrl', { jwksUrl: 'file:///etc/passwd', allowPrivateAddresses: true }],
    ['issuer', { jwksUrl: undefined, issuer: 'login.example' }],
    ['issuer', { jwksUrl: undefined, issuer: 'http://login.example' }],
    ['tenantClaim', { tenantClaim: '' }],
    ['roleClaim', { roleClaim: 7 }],
    ['roleMap', { roleMap: {} }],
    ['roleMap', { roleMap: undefined }],
    ['roleMap', { roleMap: { a: 'root' } }],
    ['roleMap', { roleMap: { a: 'operator' } }],
    ['algorithms', { algorithms: [] }],
    ['algorithms', { algorithms: ['RS256', 'HS256'] }],
    ['algorithms', { algorithms: ['none'] }],
    ['clockToleranceMs', { clockToleranceMs: -1 }],
    ['clockToleranceMs', { clockToleranceMs: 300_001 }],
    ['maximumLifetimeMs', { maximumLifetimeMs: Number.NaN }],
  ])('is refused for its %s: %j', (option, changes) => {
    expect(() => checkIssuers([{ ...good, ...changes }])).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION_INVALID', details: expect.objectContaining({ setting: `oidc.${option}` }) }),
    )
  })

  it('is refused for a tenant whose id is none, and when it comes twice', () => {
    expect(() => checkIssuers([{ ...good, tenants: ['Acme!'] }])).toThrow(expect.objectContaining({ code: 'TENANT_ID_INVALID' }))
    expect(() => checkIssuers([good, good])).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }))
  })
})

describe('a role map', () => {
  it('is read from text', () => {
    expect(readRoleMap('ml-admins=admin, a=b=trainer ,x=viewer')).toEqual({ 'ml-admins': 'admin', 'a=b': 'trainer', 'x': 'viewer' })
  })

  it.each(['', 'admin', '=admin', 'a=', 'a=root', 'a=operator', 'a=viewer,', '__proto__=admin'])('is not %j', (text) => {
    expect(readRoleMap(text)).toBeUndefined()
  })
})
