import { AccessError, parseTenantId, roles, type TenantId, type TenantRole } from '@motadata/core'

/** An identity provider whose tokens are taken beside API keys, and how what they claim is read. */
export interface OidcIssuer {
  /** Exactly as its tokens say it in `iss`. */
  readonly issuer: string
  /** A token is for us when its `aud` names one of these. */
  readonly audiences: readonly string[]
  /** Where its public keys are; https, unless private addresses are allowed. Default what the issuer's discovery document says (`jwks_uri`). */
  readonly jwksUrl?: string
  /** The claim that names the tenant, or a path to it with dots, such as `org.tenant`; default `tenant_id`. */
  readonly tenantClaim?: string
  /** The only tenants that this issuer may speak for; default all. An issuer that belongs to one customer names that customer's tenant. */
  readonly tenants?: readonly string[]
  /** The claim with the roles, words in a text or texts in a list, or a path to it, such as `realm_access.roles`; default `roles`. */
  readonly roleClaim?: string
  /** From what the claim says to roles here; what is not in it is none. The highest counts. */
  readonly roleMap: Readonly<Record<string, TenantRole>>
  /** Of signatures; default RS256, PS256, ES256 and EdDSA. Only ones with a public key are taken. */
  readonly algorithms?: readonly string[]
  /** How far the issuer's clock may be off; 0 to 300,000, default 30,000. */
  readonly clockToleranceMs?: number
  /** A token that ends later than so long from now is refused; default a day. It bounds how long revocations are kept. */
  readonly maximumLifetimeMs?: number
  /**
   * Whether what is configured here, `jwksUrl` or `issuer`, may be a private or loopback address, and without TLS; default no. A discovery
   * document may lead there only on the issuer's own origin.
   */
  readonly allowPrivateAddresses?: boolean
}

/** An issuer with every choice made. */
export interface CheckedIssuer extends Required<Omit<OidcIssuer, 'tenants' | 'roleMap' | 'jwksUrl'>> {
  /** Undefined where it is to be discovered. */
  readonly jwksUrl: string | undefined
  /** Undefined for all. */
  readonly tenants: ReadonlySet<TenantId> | undefined
  readonly roleMap: ReadonlyMap<string, TenantRole>
}

/** Algorithms of signatures that an issuer's tokens may be taken with: those that have a public key. */
export const tokenAlgorithms: readonly string[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
/** Revocations are forgotten after so long, so no token may live longer. */
export const lifetimeLimitMs = 7 * 24 * 3_600_000

/** @throws AccessError `CONFIGURATION_INVALID` naming the option */
export function checkIssuers(issuers: readonly OidcIssuer[]): CheckedIssuer[] {
  const checked = issuers.map(checkIssuer)
  if (new Set(checked.map(({ issuer }) => issuer)).size !== checked.length) throw invalid('issuer', 'each issuer once', 'one twice')
  return checked
}

function checkIssuer(given: OidcIssuer): CheckedIssuer {
  const { issuer, audiences, jwksUrl, tenants, roleMap, tenantClaim = 'tenant_id', roleClaim = 'roles', allowPrivateAddresses = false } = given
  const { algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'], clockToleranceMs = 30_000, maximumLifetimeMs = 24 * 3_600_000 } = given
  for (const [name, value] of Object.entries({ issuer, tenantClaim, roleClaim })) requireText(name, value)
  if (!Array.isArray(audiences) || audiences.length === 0) throw invalid('audiences', 'at least one', 'none')
  for (const audience of audiences) requireText('audiences', audience)
  if (jwksUrl !== undefined) requireAddress('jwksUrl', jwksUrl, allowPrivateAddresses)
  else requireAddress('issuer', issuer, allowPrivateAddresses)
  const unknown = algorithms.find((algorithm) => !tokenAlgorithms.includes(algorithm))
  if (unknown !== undefined || algorithms.length === 0) throw invalid('algorithms', tokenAlgorithms.join(', '), unknown ?? 'none')
  requireWholeNumber('clockToleranceMs', clockToleranceMs, 0, 300_000)
  requireWholeNumber('maximumLifetimeMs', maximumLifetimeMs, 60_000, lifetimeLimitMs)
  return {
    issuer, audiences, jwksUrl, tenantClaim, roleClaim, algorithms, clockToleranceMs, maximumLifetimeMs, allowPrivateAddresses,
    tenants: tenants && new Set(tenants.map(parseTenantId)), roleMap: checkRoleMap(roleMap),
  }
}

function checkRoleMap(roleMap: unknown): ReadonlyMap<string, TenantRole> {
  const entries = Object.entries(typeof roleMap === 'object' && roleMap !== null ? roleMap : {})
  if (entries.length === 0) throw invalid('roleMap', 'at least one value of the claim with its role', 'none')
  const unknown = entries.find(([, role]) => !roles.includes(role as TenantRole))
  if (unknown) throw invalid('roleMap', `roles out of ${roles.join(', ')}`, String(unknown[1]))
  return new Map(entries as [string, TenantRole][])
}

/**
 * Reads a role map as a setting writes it: `ml-admins=admin,ml-users=predictor`.
 *
 * @returns Undefined for text that is none.
 * @example
 * readRoleMap('ml-users=predictor') // => { 'ml-users': 'predictor' }
 */
export function readRoleMap(text: string): Record<string, TenantRole> | undefined {
  const pairs = text.split(',').map((pair) => {
    const at = pair.lastIndexOf('=')
    return [pair.slice(0, Math.max(at, 0)).trim(), pair.slice(at + 1).trim()] as const
  })
  const areGood = pairs.every(([value, role]) => value !== '' && value !== '__proto__' && roles.includes(role as TenantRole))
  return areGood ? (Object.fromEntries(pairs) as Record<string, TenantRole>) : undefined
}

/** What is asked over HTTP; an issuer whose keys are at a given address may be any text. */
function requireAddress(name: string, value: unknown, mayBePlain: boolean): void {
  const schemes = mayBePlain ? ['https:', 'http:'] : ['https:']
  if (typeof value === 'string' && URL.canParse(value) && schemes.includes(new URL(value).protocol)) return
  throw invalid(name, `an address that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`, 'another value')
}

function requireText(name: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw invalid(name, 'text', value === '' ? 'an empty one' : typeof value)
}

function requireWholeNumber(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) throw invalid(name, `a whole number, ${least} to ${most}`, String(value))
}

function invalid(option: string, expected: string, received: string): AccessError {
  return new AccessError('CONFIGURATION_INVALID', `Expected ${option} of an OIDC issuer to be ${expected}, got ${received}.`, {
    details: { setting: `oidc.${option}`, expected, received },
  })
}
