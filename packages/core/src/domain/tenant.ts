import { MLError } from '../errors/ml-error.js'

/** A tenant's id, checked by {@link parseTenantId}. It comes from the credential, never from a body. */
export type TenantId = string & { readonly __brand: 'TenantId' }

const pattern = /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/

/**
 * Checks a tenant id: 1 to 63 characters of a–z, 0–9, `-` and `_`, beginning and ending with a letter or digit.
 *
 * @throws MLError `TENANT_ID_INVALID`
 * @example
 * parseTenantId('tenant_123') // => 'tenant_123'
 */
export function parseTenantId(value: unknown): TenantId {
  if (typeof value === 'string' && pattern.test(value)) return value as TenantId
  throw new MLError(
    'TENANT_ID_INVALID',
    `Expected a tenant id of 1 to 63 characters a-z, 0-9, - or _, such as 'acme', got ${describe(value)}.`,
    { details: { field: 'tenantId' } },
  )
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : typeof value
}
