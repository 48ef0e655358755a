import { resolve } from 'node:path'
import { type S3Address, parseS3Address } from '../s3/s3-address.js'

/** Where artifacts go, as one setting says it. */
export type ArtifactPlace = { readonly kind: 'files'; readonly folder: string } | { readonly kind: 'database' } | ({ readonly kind: 's3' } & S3Address)

/**
 * Reads `file:/var/lib/motadata/artifacts` (or `file:./artifacts`), `database:`, or `s3://bucket/prefix?endpoint=…&region=…&pathStyle=…`.
 *
 * @returns undefined for anything else
 */
export function parseArtifactUrl(text: string): ArtifactPlace | undefined {
  if (text === 'database:') return { kind: 'database' }
  const file = /^file:(?:\/\/(?=\/))?([^\0?#]+)$/.exec(text)
  if (file) return { kind: 'files', folder: resolve(file[1]!) }
  const address = parseS3Address(text)
  return address && { kind: 's3', ...address }
}

/**
 * Whether a text says where artifacts go, for an app that checks its settings at its start.
 *
 * @example
 * isArtifactUrl('database:') // => true
 */
export function isArtifactUrl(text: string): boolean {
  return parseArtifactUrl(text) !== undefined
}
