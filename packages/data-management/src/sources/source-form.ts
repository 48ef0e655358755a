import { MLError } from '@motadata/core'
import { checkDelimiter } from './delimiter.js'

/** What rows can be written in. */
export const sourceFormats = ['csv', 'ndjson', 'json', 'parquet', 'arrow'] as const
export type SourceFormat = (typeof sourceFormats)[number]

/** How the whole of a source can be packed. */
export const sourceCompressions = ['none', 'gzip', 'zstd'] as const
export type SourceCompression = (typeof sourceCompressions)[number]

/** What a source is said to be. */
export interface SourceForm {
  readonly format: SourceFormat
  readonly compression: SourceCompression
  /** Of CSV, where it is known: the name `.tsv` says it. */
  readonly delimiter?: string
}

const formatOfExtension: Readonly<Record<string, SourceFormat>> = {
  csv: 'csv', tsv: 'csv', ndjson: 'ndjson', jsonl: 'ndjson', json: 'json', parquet: 'parquet', arrow: 'arrow', feather: 'arrow',
}

/**
 * What a file's name says it holds; undefined where the name says nothing.
 *
 * @example
 * formOfName('tickets.csv.gz') // => { format: 'csv', compression: 'gzip' }
 */
export function formOfName(path: string): SourceForm | undefined {
  const match = /\.(csv|tsv|ndjson|jsonl|json|parquet|arrow|feather)(\.gz|\.zst)?$/i.exec(path)
  if (!match) return undefined
  const extension = match[1]!.toLowerCase()
  return {
    format: formatOfExtension[extension]!,
    compression: compressionOfName(path),
    ...(extension === 'tsv' ? { delimiter: '\t' } : {}),
  }
}

/** How a file is packed, by its name. */
export function compressionOfName(path: string): SourceCompression {
  return /\.gz$/i.test(path) ? 'gzip' : /\.zst$/i.test(path) ? 'zstd' : 'none'
}

/** @throws MLError `INPUT_INVALID` for a form that there is not */
export function checkForm(form: SourceForm): void {
  if (!sourceFormats.includes(form.format)) throw formInvalid('format', sourceFormats, form.format)
  if (!sourceCompressions.includes(form.compression)) throw formInvalid('compression', sourceCompressions, form.compression)
  if (form.delimiter !== undefined) checkDelimiter(form.delimiter)
}

function formInvalid(field: string, known: readonly string[], received: unknown): MLError {
  const expected = known.map((name) => `'${name}'`).join(', ')
  return new MLError('INPUT_INVALID', `Expected ${field} to be one of ${expected}, got ${JSON.stringify(received)}.`, { details: { field, expected, received } })
}
