import { DataLoadError, type DatasetSource } from '@motadata/core'

/** What a source is said to be. */
export interface SourceForm {
  readonly format: DatasetSource['format']
  readonly compression: DatasetSource['compression']
  /** Where the name says it: `.tsv`. */
  readonly delimiter?: string
}

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
const byteOrderMark = [0xef, 0xbb, 0xbf]

const startsWith = (head: Uint8Array, bytes: readonly number[]): boolean => bytes.every((byte, i) => head[i] === byte)

/**
 * What a file's name says it holds; undefined where the name says nothing.
 *
 * @example
 * formOfName('tickets.csv.gz') // => { format: 'csv', compression: 'gzip' }
 */
export function formOfName(path: string): SourceForm | undefined {
  const match = /\.(csv|tsv|ndjson|jsonl)(\.gz)?$/i.exec(path)
  if (!match) return undefined
  const extension = match[1]!.toLowerCase()
  return {
    format: extension === 'csv' || extension === 'tsv' ? 'csv' : 'ndjson',
    compression: match[2] === undefined ? 'none' : 'gzip',
    ...(extension === 'tsv' ? { delimiter: '\t' } : {}),
  }
}

/** Refuses a source whose first bytes contradict the compression it is said to have. @throws MLError `DATA_MALFORMED` */
export function checkCompression(head: Uint8Array, compression: SourceForm['compression']): void {
  if (head.length === 0) return
  const isGzip = startsWith(head, gzip)
  if (compression === 'gzip' && !isGzip) throw notWhatItSays('gzip', recognise(head) ?? 'something that is not gzip')
  if (compression === 'none' && isGzip) throw notWhatItSays('plain text', "gzip: name it '.gz' or say compression: 'gzip'")
}

/**
 * Refuses bytes that are no text, or text of the other format.
 *
 * @returns how many bytes a byte order mark takes: 0 or 3
 * @throws MLError `DATA_MALFORMED`
 */
export function checkText(head: Uint8Array, format: SourceForm['format']): number {
  const said = format === 'csv' ? 'CSV' : 'one JSON object a line'
  const found = startsWith(head, gzip) ? 'gzip within gzip' : recognise(head)
  if (found !== undefined) throw notWhatItSays(`${said} in UTF-8`, found)
  const start = startsWith(head, byteOrderMark) ? byteOrderMark.length : 0
  const text = Buffer.from(head.subarray(start)).toString('latin1')
  if (format === 'ndjson' && text.startsWith('[')) throw notWhatItSays(said, 'a JSON array: write its objects one a line, without the brackets')
  if (format === 'csv' && /^(?:\{\s*["}]|\[\s*\{)/.test(text)) {
    throw notWhatItSays(said, "JSON: name it '.ndjson' or say format: 'ndjson'")
  }
  return start
}

function recognise(head: Uint8Array): string | undefined {
  return signatures.find(([, bytes]) => startsWith(head, bytes))?.[0]
}

function notWhatItSays(expected: string, found: string): DataLoadError {
  return new DataLoadError('DATA_MALFORMED', `Expected ${expected}, got ${found}.`, { details: { expected, received: found } })
}
