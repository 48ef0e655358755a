import { PlatformError, sha256 } from '@motadata/core'

const hashPattern = /^[0-9a-f]{64}$/

/** Whether something asked for can be the name of an artifact at all. */
export function isArtifactHash(value: string): boolean {
  return hashPattern.test(value)
}

/**
 * The bytes, when they are those asked for.
 *
 * @throws MLError `ARTIFACT_CORRUPT`
 */
export function checkArtifact(bytes: Uint8Array, hash: string): Uint8Array {
  if (sha256(bytes) === hash) return bytes
  throw new PlatformError(
    'ARTIFACT_CORRUPT',
    `Expected bytes with the SHA-256 ${hash}, got ${bytes.byteLength} bytes with another. ` +
      'What keeps them, or a person, changed them; restore them from a backup.',
    { details: { sha256: hash, sizeBytes: bytes.byteLength } },
  )
}
