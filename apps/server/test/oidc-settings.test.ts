import { readServerConfig, serverHelp, serverSettings } from '../src/config.js'
import { oidcIssuers, oidcSettings } from '../src/oidc-settings.js'

const good = { OIDC_ISSUER: 'https://login.example/realms/desk', OIDC_AUDIENCE: 'motadata-ml', OIDC_ROLE_MAP: 'desk-agents=predictor' }

function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readServerConfig(environment)
    return []
  } catch (error) {
    return (error as { details: { problems: readonly string[] } }).details.problems
  }
}

describe('the settings of an identity provider', () => {
  it('are three, beside careful defaults', () => {
    expect(oidcIssuers(readServerConfig(good))).toEqual([{
      issuer: 'https://login.example/realms/desk', audiences: ['motadata-ml'], roleMap: { 'desk-agents': 'predictor' }, tenantClaim: 'tenant_id', roleClaim: 'roles',
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'], clockToleranceMs: 30_000, maximumLifetimeMs: 86_400_000, allowPrivateAddresses: true,
    }])
  })

  it('are none by default: then no token is taken', () => {
    expect(oidcIssuers(readServerConfig({}))).toEqual([])
  })

  it('say where keys, tenant and roles are, and who may speak for whom', () => {
    const more = {
      OIDC_AUDIENCE: 'motadata-ml, ml-batch', OIDC_JWKS_URL: 'http://keycloak:8080/keys', OIDC_TENANT_CLAIM: 'org.tenant', OIDC_TENANTS: 'acme,globex',
      OIDC_ROLE_CLAIM: 'realm_access.roles', OIDC_ROLE_MAP: 'ml-admins=admin,ml-users=predictor', OIDC_ALGORITHMS: 'ES256,EdDSA', OIDC_CLOCK_TOLERANCE_MS: '0',
      OIDC_TOKEN_LIFETIME_MS: '3600000',
    }
    expect(oidcIssuers(readServerConfig({ ...good, ...more }))).toEqual([{
      issuer: good.OIDC_ISSUER, audiences: ['motadata-ml', 'ml-batch'], jwksUrl: 'http://keycloak:8080/keys', tenantClaim: 'org.tenant', tenants: ['acme', 'globex'],
      roleClaim: 'realm_access.roles', roleMap: { 'ml-admins': 'admin', 'ml-users': 'predictor' }, algorithms: ['ES256', 'EdDSA'], clockToleranceMs: 0,
      maximumLifetimeMs: 3_600_000, allowPrivateAddresses: true,
    }])
  })

  it('are named all at once when they are wrong', () => {
    const wrong = {
      OIDC_ISSUER: 'login.example', OIDC_AUDIENCE: ',', OIDC_JWKS_URL: 'ftp://x', OIDC_TENANTS: 'acme,Globex!', OIDC_ROLE_MAP: 'ml-admins=root', OIDC_ALGORITHMS: 'HS256',
      OIDC_CLOCK_TOLERANCE_MS: '-1', OIDC_TOKEN_LIFETIME_MS: '1',
    }
    expect(faultsOf(wrong).map((fault) => fault.split(':')[0])).toEqual(Object.keys(oidcSettings).filter((name) => name in wrong))
  })

  it.each(['https://me:hunter2@login.example', 'https://login.example?x=1', 'https://login.example#x', 'file:///etc/passwd'])('refuse the issuer %s', (issuer) => {
    expect(faultsOf({ ...good, OIDC_ISSUER: issuer })).toHaveLength(1)
  })

  it('need each other: an issuer its audience and roles, and all the others an issuer', () => {
    expect(faultsOf({ OIDC_ISSUER: good.OIDC_ISSUER })).toEqual([expect.stringMatching(/^OIDC_AUDIENCE: .*got none/), expect.stringMatching(/^OIDC_ROLE_MAP: .*got none/)])
    expect(faultsOf({ OIDC_AUDIENCE: 'motadata-ml', OIDC_TENANT_CLAIM: 'tid' })).toEqual([expect.stringMatching(/^OIDC_AUDIENCE: expected OIDC_ISSUER/), expect.stringMatching(/^OIDC_TENANT_CLAIM: expected OIDC_ISSUER/)])
  })

  it('are in the help, one after the other', () => {
    const names = [...serverHelp.matchAll(/^ {2}([A-Z_]+) /gm)].map(([, name]) => name)
    const first = names.indexOf('OIDC_ISSUER')
    expect(names.slice(first, first + Object.keys(oidcSettings).length)).toEqual(Object.keys(oidcSettings))
    expect(names).toEqual(Object.keys(serverSettings))
  })
})
