import type { TenantId } from './domain/tenant.js'
import { MLError } from './errors/ml-error.js'

/**
 * The one way to make a key that belongs to a tenant: of a cache, a file, a folder, a lock.
 *
 * Parts are percent-encoded, and `.` and `..` marked with a `~`, so no part can climb into another tenant's keys or another folder,
 * neither as a path nor as a URL (which would read `%2E%2E` as `..`).
 *
 * @returns `t/<tenant>/<part>/<part>…`
 * @throws MLError `KEY_PART_INVALID` for a part that is empty or not well-formed
 * @example
 * tenantKey(parseTenantId('acme'), 'models', '../x') // => 't/acme/models/..%2Fx'
 */
export function tenantKey(tenantId: TenantId, ...parts: readonly (string | number)[]): string {
  return ['t', tenantId, ...parts.map(encodePart)].join('/')
}

/**
 * A part of a key as it was before {@link tenantKey} encoded it.
 *
 * @example
 * decodeKeyPart('..%2Fx') // => '../x'
 */
export function decodeKeyPart(encoded: string): string {
  return decodeURIComponent(encoded.startsWith('~') ? encoded.slice(1) : encoded)
}

function encodePart(part: string | number): string {
  const text = String(part)
  if (text === '' || !text.isWellFormed()) {
    throw new MLError('KEY_PART_INVALID', `Expected every part of a storage key to be well-formed text, got ${text === '' ? 'an empty one' : 'a lone surrogate'}.`)
  }
  const encoded = encodeURIComponent(text).replaceAll('~', '%7E')
  return encoded === '.' || encoded === '..' ? `~${encoded}` : encoded
}
