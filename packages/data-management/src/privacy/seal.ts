import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { DataManagementError, type SecretKey } from '@motadata/core'

const [nonceBytes, tagBytes] = [12, 16]

/**
 * Bytes that only the key opens: nonce, AES-256-GCM, tag.
 *
 * @param purpose - What is sealed; opening it as something else fails.
 */
export function seal(key: SecretKey, purpose: string, text: string): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', subkey(key, 'seal'), nonce)
  cipher.setAAD(Buffer.from(purpose))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()])
}

/** @throws DataManagementError `REDACTION_INVALID` for bytes that this key did not seal for the purpose */
export function unseal(key: SecretKey, purpose: string, sealed: Uint8Array): string {
  try {
    const bytes = Buffer.from(sealed)
    const decipher = createDecipheriv('aes-256-gcm', subkey(key, 'seal'), bytes.subarray(0, nonceBytes))
    decipher.setAAD(Buffer.from(purpose))
    decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes))
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, bytes.length - tagBytes)), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new DataManagementError('REDACTION_INVALID', "Expected bytes that were sealed with the tenant's key, got others.", { cause })
  }
}

/** A keyed hash: the same text always gives the same, and without the key nobody can try texts. */
export function keyedDigest(key: SecretKey, text: string): Buffer {
  return createHmac('sha256', subkey(key, 'digest')).update(text).digest()
}

/** Sealing and hashing do not share a key. */
function subkey(key: SecretKey, use: 'seal' | 'digest'): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key.bytes, 'motadata-ml/privacy/1', use, 32))
}
