import type { DuckDBConnection } from '@duckdb/node-api'
import { gzipNames, type SubjectMatcher } from '@motadata/core'
import { rowsOfSubject, withPartFile } from './part-rows.js'

export interface ArtifactReader {
  readonly connection: DuckDBConnection
  readonly folder: string
}

/** Whether an artifact names the subject, whatever it is: Parquet by its cells, gzip unpacked piece by piece, all else as text. */
export async function artifactNames(bytes: Uint8Array, matcher: SubjectMatcher, { connection, folder }: ArtifactReader): Promise<boolean> {
  if (matcher.matchesBytes(bytes)) return true
  const isParquet = Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'PAR1'
  if (isParquet) return withPartFile(folder, bytes, async (path) => (await rowsOfSubject({ connection, path, matcher })).length > 0)
  return bytes[0] === 0x1f && bytes[1] === 0x8b && gzipNames(bytes, matcher)
}
