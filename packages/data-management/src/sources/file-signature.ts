import { DataLoadError } from '@motadata/core'
import type { SourceForm } from './source-form.js'

/** As many bytes as the longest signature has. */
export const signatureBytes = 7

/** Each goes on until no CSV header could begin like it. */
const signatures: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['a ZIP archive (such as an Excel workbook)', [0x50, 0x4b, 0x03, 0x04]],
  ['a Parquet file', [0x50, 0x41, 0x52, 0x31, 0x15]],
  ['an Arrow file', [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31, 0x00]],
  ['a Zstandard file', [0x28, 0xb5, 0x2f, 0xfd]],
  ['an xz file', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['a bzip2 file', [0x42, 0x5a, 0x68, 0x39, 0x31, 0x41]],
  ['an old Excel or Word file', [0xd0, 0xcf, 0x11, 0xe0]],
  ['a PDF file', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['UTF-16 text', [0xff, 0xfe]],
  ['UTF-16 text', [0xfe, 0xff]],
]
const gzip = [0x1f, 0x8b]
const zstd = [0x28, 0xb5, 0x2f, 0xfd]
const byteOrderMark = [0xef, 0xbb, 0xbf]

const startsWith = (head: Uint8Array, bytes: readonly number[]): boolean => bytes.every((byte, i) => head[i] === byte)

/** Refuses a source whose first bytes contradict the compression it is said to have. @throws MLError `DATA_MALFORMED` */
export function checkCompression(head: Uint8Array, compression: SourceForm['compression']): void {
  if (head.length === 0) return
  const [isGzip, isZstd] = [startsWith(head, gzip), startsWith(head, zstd)]
  if (compression === 'gzip' && !isGzip) throw notWhatItSays('gzip', recognise(head) ?? 'something that is not gzip')
  if (compression === 'zstd' && !isZstd) throw notWhatItSays('Zstandard', isGzip ? 'gzip' : (recognise(head) ?? 'something that is not Zstandard'))
  if (compression === 'none' && isGzip) throw notWhatItSays('plain text', "gzip: name it '.gz' or say compression: 'gzip'")
  if (compression === 'none' && isZstd) throw notWhatItSays('plain text', "Zstandard: name it '.zst' or say compression: 'zstd'")
}

/**
 * Refuses bytes that are not of the format.
 *
 * @returns how many bytes a byte order mark takes: 0 or 3
 * @throws MLError `DATA_MALFORMED`
 */
export function checkContent(head: Uint8Array, format: SourceForm['format']): number {
  const said = saidOf[format]
  const found = startsWith(head, gzip) ? 'gzip within gzip' : recognise(head)
  if (format === 'parquet' || format === 'arrow') {
    if (binarySignatures[format].some((bytes) => startsWith(head, bytes))) return 0
    throw notWhatItSays(said, found ?? 'something else')
  }
  if (found !== undefined) throw notWhatItSays(`${said} in UTF-8`, found)
  const start = startsWith(head, byteOrderMark) ? byteOrderMark.length : 0
  const text = Buffer.from(head.subarray(start)).toString('latin1')
  if (format === 'ndjson' && text.startsWith('[')) throw notWhatItSays(said, "a JSON array: name it '.json', or say format: 'json'")
  if (format === 'csv' && /^(?:\{\s*["}]|\[\s*\{)/.test(text)) {
    throw notWhatItSays(said, "JSON: name it '.ndjson' or say format: 'ndjson'")
  }
  return start
}

const saidOf: Readonly<Record<SourceForm['format'], string>> = {
  csv: 'CSV', ndjson: 'one JSON object a line', json: 'a JSON array of objects', parquet: 'a Parquet file', arrow: 'an Arrow file',
}
const binarySignatures = {
  parquet: [[0x50, 0x41, 0x52, 0x31]],
  // a file, and a stream of messages
  arrow: [[0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], [0xff, 0xff, 0xff, 0xff]],
}

function recognise(head: Uint8Array): string | undefined {
  return signatures.find(([, bytes]) => startsWith(head, bytes))?.[0]
}

function notWhatItSays(expected: string, found: string): DataLoadError {
  return new DataLoadError('DATA_MALFORMED', `Expected ${expected}, got ${found}.`, { details: { expected, received: found } })
}
