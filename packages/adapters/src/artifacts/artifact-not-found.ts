import { PlatformError } from '@motadata/core'

/** @param hash - What was asked for; it is cut short, since it may be anything. */
export function artifactNotFound(hash: string): PlatformError {
  return new PlatformError(
    'ARTIFACT_NOT_FOUND',
    `Expected an artifact with the SHA-256 ${JSON.stringify(String(hash).slice(0, 80))}, got none. ` +
      'It was never put here for this tenant, or is deleted.',
  )
}
