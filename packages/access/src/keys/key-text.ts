import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isMLError, parseTenantId, type TenantId } from '@motadata/core'

/** Which key a text says it is. Nothing of it is proved before its digest has been compared. */
export interface KeyIdentity {
  readonly tenantId: TenantId
  readonly keyId: string
}

const format = 'mk1'
const secretBytes = 32
const shownSecretCharacters = 8
const keyId = /^[a-z0-9-]{1,64}$/
const secret = /^[A-Za-z0-9_-]{43}$/

/** No key is longer: what is, is refused before anything reads through it. */
export const keyTextMaximumLength = format.length + 1 + 63 + 1 + 64 + 1 + 43

/** Whether text has the form of a key's id. What has not is no key's id, and never reaches SQL. */
export function isKeyId(value: unknown): value is string {
  return typeof value === 'string' && keyId.test(value)
}

/**
 * Makes the text of a new key out of 256 random bits. It names its tenant and its id, so that it can be looked up under that tenant's
 * row-level security like any other row.
 *
 * @returns The text, `mk1.<tenant id>.<key id>.<secret>`, and the first characters of the secret, by which people tell keys apart.
 */
export function createKeyText(identity: KeyIdentity): { readonly text: string; readonly prefix: string } {
  const random = randomBytes(secretBytes).toString('base64url')
  return { text: [format, identity.tenantId, identity.keyId, random].join('.'), prefix: random.slice(0, shownSecretCharacters) }
}

/** Whether text is meant as one of our keys. */
export function isKeyText(text: string): boolean {
  return text.startsWith(`${format}.`)
}

/** Which key the text says it is; undefined for text that is no key of ours, whatever its length or characters. */
export function parseKeyText(text: string): KeyIdentity | undefined {
  if (text.length > keyTextMaximumLength) return undefined
  const parts = text.split('.')
  if (parts.length !== 4 || parts[0] !== format || !isKeyId(parts[2]) || !secret.test(parts[3]!)) return undefined
  try {
    return { tenantId: parseTenantId(parts[1]), keyId: parts[2] }
  } catch (error) {
    if (isMLError(error, 'TENANT_ID_INVALID')) return undefined
    throw error
  }
}

/**
 * What is stored of a key: SHA-256 over its whole text, so that a digest put on another key's row fits nothing. A slow password hash
 * would add nothing here: there is no dictionary of 256 random bits to try.
 *
 * @returns 43 characters of base64url
 */
export function digestKeyText(text: string): string {
  return hash('sha256', text, 'base64url')
}

/** Whether two digests are the same, in a time that does not tell where they differ. */
export function sameDigest(first: string, second: string): boolean {
  const a = Buffer.from(first)
  const b = Buffer.from(second)
  return a.length === b.length && timingSafeEqual(a, b)
}
