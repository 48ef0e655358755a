import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { SubjectMatcher } from './subject-matcher.js'

/** An identifier is at most 200 characters of up to four bytes. */
const overlapBytes = 1_024

/** Whether what lies in gzip names the subject: unpacked piece by piece, as far as it can be. What is no gzip names nobody. */
export async function gzipNames(bytes: Uint8Array, matcher: SubjectMatcher): Promise<boolean> {
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
