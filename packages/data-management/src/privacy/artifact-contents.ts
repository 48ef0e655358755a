import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { SubjectMatcher } from '@motadata/core'
import { rowsOfSubject, withPartFile } from './part-rows.js'

export interface ArtifactReader {
  readonly connection: DuckDBConnection
  readonly folder: string
}

/** An identifier is at most 200 characters of up to four bytes. */
const overlapBytes = 1_024

/** Whether an artifact names the subject, whatever it is: Parquet by its cells, gzip unpacked piece by piece, all else as text. */
export async function artifactNames(bytes: Uint8Array, matcher: SubjectMatcher, { connection, folder }: ArtifactReader): Promise<boolean> {
  if (matcher.matchesBytes(bytes)) return true
  const isParquet = Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'PAR1'
  if (isParquet) return withPartFile(folder, bytes, async (path) => (await rowsOfSubject({ connection, path, matcher })).length > 0)
  return bytes[0] === 0x1f && bytes[1] === 0x8b && gzipNames(bytes, matcher)
}

async function gzipNames(bytes: Uint8Array, matcher: SubjectMatcher): Promise<boolean> {
  let end: Buffer = Buffer.alloc(0)
  try {
    for await (const piece of Readable.from([bytes]).pipe(createGunzip()) as AsyncIterable<Buffer>) {
      const searched = Buffer.concat([end, piece])
      if (matcher.matchesBytes(searched)) return true
      end = searched.subarray(-overlapBytes)
    }
  } catch {
    // it ends before its end, or is something else: what could be unpacked was looked through
  }
  return false
}
