import { type OidcIssuer, readRoleMap, tokenAlgorithms } from '@motadata/access'
import { isMLError, listSetting, parseTenantId, type Setting, type SettingValues, textSetting, wholeNumberSetting } from '@motadata/core'

/** What an operator writes is taken at its word: also an address of the inner network, and one without TLS. */
const address = {
  expected: 'an address that begins with https:// or http://, without a password, a question mark or a number sign',
  fallback: undefined,
  read(text: string): string | undefined {
    if (!URL.canParse(text)) return undefined
    const { protocol, username, password } = new URL(text)
    return ['https:', 'http:'].includes(protocol) && username === '' && password === '' && !/[?#]/.test(text) ? text : undefined
  },
}

const names = (text: string): string[] => text.split(',').map((name) => name.trim()).filter((name) => name !== '')

/** Names separated by commas; undefined when it is not set. */
function namesSetting(meaning: string, expected: string, isGood: (name: string) => boolean): Setting<readonly string[] | undefined> {
  return {
    meaning, expected, fallback: undefined,
    read: (text) => (names(text).length > 0 && names(text).every(isGood) ? names(text) : undefined),
  }
}

const roleMap: Setting<OidcIssuer['roleMap'] | undefined> = {
  meaning: 'From what the role claim says to roles here; what is not in it is no role, and no token is an operator’s. Needed beside OIDC_ISSUER.',
  expected: 'pairs such as ml-admins=admin,ml-users=predictor with the roles viewer, predictor, trainer and admin',
  fallback: undefined,
  read: readRoleMap,
}

/** The identity provider whose tokens are taken beside API keys: all of these, or none. */
export const oidcSettings = {
  OIDC_ISSUER: {
    meaning: 'The identity provider whose tokens (JWTs) are taken beside API keys, exactly as they say it in iss; when not set, none are taken. It may be in the inner network.',
    ...address,
  } as Setting<string | undefined>,
  OIDC_AUDIENCE: namesSetting('Whom tokens must be for: one of these in aud. Needed beside OIDC_ISSUER.', 'names, separated by commas', () => true),
  OIDC_JWKS_URL: {
    meaning: 'Where the public keys of OIDC_ISSUER are; when not set, where its /.well-known/openid-configuration says. It may be in the inner network.',
    ...address,
  } as Setting<string | undefined>,
  OIDC_TENANT_CLAIM: textSetting('The claim that names the tenant, or a path to it such as org.tenant.', { default: 'tenant_id' }),
  OIDC_TENANTS: namesSetting('The only tenants that the identity provider may speak for; when not set, all.', 'ids of tenants, separated by commas', isTenantId),
  OIDC_ROLE_CLAIM: textSetting('The claim with the roles, or a path to it such as realm_access.roles.', { default: 'roles' }),
  OIDC_ROLE_MAP: roleMap,
  OIDC_ALGORITHMS: listSetting('The algorithms that tokens may be signed with.', {
    default: ['RS256', 'PS256', 'ES256', 'EdDSA'], pattern: new RegExp(`^(?:${tokenAlgorithms.join('|')})$`), expected: `some of ${tokenAlgorithms.join(', ')}, separated by commas`,
  }),
  OIDC_CLOCK_TOLERANCE_MS: wholeNumberSetting('How far the clock of the identity provider may be off.', { default: 30_000, minimum: 0, maximum: 300_000 }),
  OIDC_TOKEN_LIFETIME_MS: wholeNumberSetting('Tokens that end later than so long from now are refused.', { default: 86_400_000, minimum: 60_000, maximum: 604_800_000 }),
}

type OidcConfig = SettingValues<typeof oidcSettings>

/** What is wrong with these settings taken together. */
export function oidcFaults(isSet: (name: keyof typeof oidcSettings) => boolean): string[] {
  if (isSet('OIDC_ISSUER')) {
    const needed = (['OIDC_AUDIENCE', 'OIDC_ROLE_MAP'] as const).filter((name) => !isSet(name))
    return needed.map((name) => `${name}: expected ${oidcSettings[name].expected} beside OIDC_ISSUER, got none`)
  }
  const idle = (Object.keys(oidcSettings) as (keyof typeof oidcSettings)[]).filter(isSet)
  return idle.map((name) => `${name}: expected OIDC_ISSUER beside it, got none; without it no tokens are taken`)
}

/** The issuers that these settings name: one, or none. */
export function oidcIssuers(config: OidcConfig): readonly OidcIssuer[] {
  if (config.OIDC_ISSUER === undefined) return []
  return [{
    issuer: config.OIDC_ISSUER,
    audiences: config.OIDC_AUDIENCE ?? [],
    roleMap: config.OIDC_ROLE_MAP ?? {},
    ...(config.OIDC_JWKS_URL === undefined ? {} : { jwksUrl: config.OIDC_JWKS_URL }),
    ...(config.OIDC_TENANTS === undefined ? {} : { tenants: config.OIDC_TENANTS }),
    tenantClaim: config.OIDC_TENANT_CLAIM,
    roleClaim: config.OIDC_ROLE_CLAIM,
    algorithms: config.OIDC_ALGORITHMS,
    clockToleranceMs: config.OIDC_CLOCK_TOLERANCE_MS,
    maximumLifetimeMs: config.OIDC_TOKEN_LIFETIME_MS,
    allowPrivateAddresses: true,
  }]
}

function isTenantId(name: string): boolean {
  try {
    parseTenantId(name)
    return true
  } catch (error) {
    if (isMLError(error, 'TENANT_ID_INVALID')) return false
    throw error
  }
}
