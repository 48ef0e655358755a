import { open } from 'node:fs/promises'
import { DataLoadError, MLError } from '@motadata/core'
import { compressionOfName, formOfName, type SourceForm } from './source-form.js'

/** A source whose form is known. */
export interface OpenedSource {
  readonly bytes: AsyncIterable<Uint8Array | string>
  readonly form: SourceForm
  /** Where it is known. */
  readonly totalBytes?: number
}

/**
 * Opens a file for as long as the work takes. What the options do not say of its form, its name says.
 *
 * @throws MLError `DATASET_NOT_FOUND` when it can't be opened, `INPUT_INVALID` when neither name nor options say its format, `DATA_MALFORMED` for a folder
 */
export async function withSourceFile<Result>(path: string, said: Partial<SourceForm>, work: (source: OpenedSource) => Promise<Result>): Promise<Result> {
  const named = formOfName(path)
  const format = said.format ?? named?.format
  if (format === undefined) {
    throw new MLError('INPUT_INVALID', "Expected a file named .csv, .tsv, .ndjson, .jsonl, .json, .parquet or .arrow (or that and .gz or .zst), got another name. Pass format, such as 'csv'.", {
      details: { field: 'format' },
    })
  }
  const handle = await open(path).catch((error: unknown) => {
    throw cannotOpen(path, error)
  })
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw new DataLoadError('DATA_MALFORMED', `Expected a file, got a ${stat.isDirectory() ? 'folder' : 'device'}.`)
    const delimiter = said.delimiter ?? named?.delimiter
    const form = { format, compression: said.compression ?? compressionOfName(path), ...(delimiter === undefined ? {} : { delimiter }) }
    return await work({ bytes: handle.createReadStream({ autoClose: false, highWaterMark: readBytes }), form, totalBytes: stat.size })
  } finally {
    await handle.close()
  }
}

const readBytes = 262_144

function cannotOpen(path: string, error: unknown): DataLoadError {
  const { code } = error as { code?: unknown }
  const what = code === 'ENOENT' ? 'there is none' : `it can not be opened (${String(code)})`
  return new DataLoadError('DATASET_NOT_FOUND', `Expected a file to read at ${path}, but ${what}. Check the path.`, { cause: error })
}
