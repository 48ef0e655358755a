import { isMLError, parseTenantId, roles, type TenantId, type TenantRole } from '@motadata/core'
import type { JWTPayload } from 'jose'
import { platformTenantId } from '../keys/platform-tenant.js'
import type { CheckedIssuer } from './oidc-issuer.js'

/** Who a token says its holder is, once its signature has been checked. */
export interface TokenClaims {
  readonly tenantId: TenantId
  readonly subject: string
  /** Undefined when it claims none that is known here. */
  readonly role: TenantRole | undefined
  /** Of the token itself (`jti`), where it has one. */
  readonly tokenId: string | undefined
  /** Epoch milliseconds; undefined when it does not say. */
  readonly issuedAtMs: number | undefined
  readonly expiresAtMs: number
}

/** Longer names are nobody's. */
export const identifierMaximumLength = 255

/** What a token claims, by its issuer's rules; undefined when it names no subject, or no tenant that its issuer may speak for. */
export function readClaims(payload: JWTPayload, { tenantClaim, tenants, roleClaim, roleMap }: CheckedIssuer): TokenClaims | undefined {
  const tenantId = tenantOf(claimAt(payload, tenantClaim))
  if (!tenantId || tenantId === platformTenantId || (tenants && !tenants.has(tenantId))) return undefined
  const { sub, jti, iat, exp } = payload
  if (!isIdentifier(sub) || (jti !== undefined && !isIdentifier(jti)) || exp === undefined) return undefined
  const claimed = new Set(wordsOf(claimAt(payload, roleClaim)).map((word) => roleMap.get(word)))
  return {
    tenantId, subject: sub, role: roles.findLast((role) => claimed.has(role)), tokenId: jti,
    issuedAtMs: iat === undefined ? undefined : iat * 1000, expiresAtMs: exp * 1000,
  }
}

/** Text that can be stored and shown: not empty, not long, well-formed, without control characters. */
export function isIdentifier(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || value.length > identifierMaximumLength || !value.isWellFormed()) return false
  return !/\p{Cc}/u.test(value)
}

/** A claim by its name, which may have dots in it (`https://acme.example/tenant`), else by a path. */
function claimAt(payload: object, name: string): unknown {
  if (Object.hasOwn(payload, name)) return (payload as Record<string, unknown>)[name]
  return name.split('.').reduce<unknown>((value, part) => {
    const isParent = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, part)
    return isParent ? (value as Record<string, unknown>)[part] : undefined
  }, payload)
}

function tenantOf(claim: unknown): TenantId | undefined {
  try {
    return parseTenantId(claim)
  } catch (error) {
    if (isMLError(error, 'TENANT_ID_INVALID')) return undefined
    throw error
  }
}

function wordsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ')
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : []
}
