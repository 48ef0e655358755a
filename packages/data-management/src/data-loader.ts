import { open } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type ArtifactStore, type Clock, type ColumnKinds, DataLoadError, type DatasetReader, type DatasetSource, isMLError, type LoadedDataset, MLError,
  type RequestContext, throwIfEnded,
} from '@motadata/core'
import { CsvReader } from './sources/csv-reader.js'
import { checkDelimiter } from './sources/delimiter.js'
import { formOfName, type SourceForm } from './sources/file-signature.js'
import { type LoadLimits, resolveLimits } from './sources/load-limits.js'
import { NdjsonReader } from './sources/ndjson-reader.js'
import { RowCollector } from './sources/row-collector.js'
import { sourceBytes } from './sources/source-bytes.js'
import { Utf8Check } from './sources/utf8-check.js'

export interface DataLoaderOptions {
  /** Needed by `read`. */
  readonly artifacts?: ArtifactStore
  readonly limits?: Partial<LoadLimits>
  /** For deadlines; default the system's. */
  readonly clock?: Clock
}

/** How far a load is. */
export interface LoadProgress {
  /** Of the source, before decompression. */
  readonly bytesRead: number
  /** Of the source, where its size is known. */
  readonly totalBytes?: number
  readonly rowCount: number
  readonly badRowCount: number
}

export interface LoadOptions {
  /** Default what the file's name says: `.csv`, `.tsv`, `.ndjson`, `.jsonl`. */
  readonly format?: DatasetSource['format']
  /** Default what the file's name says: gzip for `.gz`, else none. */
  readonly compression?: DatasetSource['compression']
  /** Kinds of columns; others are inferred. A row with a value of another kind is a bad row. */
  readonly columnKinds?: ColumnKinds
  /** Of CSV, one character; default the one of comma, semicolon, tab and bar that fits the first rows. */
  readonly delimiter?: string
  readonly onProgress?: (progress: LoadProgress) => void
  /** Stops the load with `CANCELLED`. */
  readonly signal?: AbortSignal
}

const artifactPieceBytes = 65_536

/**
 * Reads CSV and NDJSON, plain or gzip, into datasets. Rows that can't be read are counted and reported, never guessed at; a
 * source that is not what it is said to be is refused. Reading streams: what is held is the columns and the row being read.
 *
 * @example
 * const { dataset, badRows } = await new DataLoader().loadFile('tickets.csv.gz')
 */
export class DataLoader implements DatasetReader {
  readonly #artifacts: ArtifactStore | undefined
  readonly #limits: LoadLimits
  readonly #clock: Clock

  /** @throws MLError `INPUT_INVALID` for a limit that is no whole number from 1 up */
  constructor(options: DataLoaderOptions = {}) {
    this.#artifacts = options.artifacts
    this.#limits = resolveLimits(options.limits)
    this.#clock = options.clock ?? { nowMs: Date.now }
  }

  /**
   * Loads a file.
   *
   * @throws MLError `DATASET_NOT_FOUND` when it can't be opened, `INPUT_INVALID` when neither name nor options say its format,
   *   `DATA_MALFORMED`, `DATA_EMPTY`, `DATA_TOO_LARGE`, `ENCODING_INVALID`, `CANCELLED`
   */
  async loadFile(path: string, options: LoadOptions = {}): Promise<LoadedDataset> {
    const named = formOfName(path)
    const format = options.format ?? named?.format
    if (format === undefined) {
      throw new MLError('INPUT_INVALID', "Expected a file named .csv, .tsv, .ndjson or .jsonl (or that and .gz), got another name. Pass format: 'csv' or 'ndjson'.", {
        details: { field: 'format' },
      })
    }
    const handle = await open(path).catch((error: unknown) => {
      throw cannotOpen(path, error)
    })
    try {
      const stat = await handle.stat()
      if (!stat.isFile()) throw new DataLoadError('DATA_MALFORMED', `Expected a file, got a ${stat.isDirectory() ? 'folder' : 'device'}.`)
      const compression = options.compression ?? named?.compression ?? (/\.gz$/i.test(path) ? 'gzip' : 'none')
      const delimiter = options.delimiter ?? named?.delimiter
      const plan = { ...options, format, compression, ...(delimiter === undefined ? {} : { delimiter }), totalBytes: stat.size }
      return await this.#load(handle.createReadStream({ autoClose: false }), plan)
    } finally {
      await handle.close()
    }
  }

  /**
   * Loads what a stream gives, such as a request's body.
   *
   * @param options.format - Must be given; a stream has no name. Compression is none unless said.
   * @throws MLError as {@link loadFile}, and whatever the stream throws
   */
  async loadStream(stream: AsyncIterable<Uint8Array | string>, options: LoadOptions & Pick<SourceForm, 'format'>): Promise<LoadedDataset> {
    if (typeof (stream as Partial<typeof stream> | null)?.[Symbol.asyncIterator] !== 'function') {
      throw new MLError('INPUT_INVALID', `Expected a stream of bytes, got ${stream === null ? 'null' : typeof stream}.`, { details: { field: 'stream' } })
    }
    return this.#load(stream, { ...options, compression: options.compression ?? 'none' })
  }

  /**
   * Loads bytes that a tenant handed in earlier.
   *
   * @throws MLError `DATASET_NOT_FOUND` when the tenant has none of that hash, as {@link loadFile}, and `DEADLINE_EXCEEDED`
   */
  async read(context: RequestContext, source: DatasetSource, options: Omit<LoadOptions, 'format' | 'compression'> = {}): Promise<LoadedDataset> {
    if (this.#artifacts === undefined) {
      throw new MLError('CONFIGURATION_INVALID', 'Expected an artifact store to read datasets from, got none. Pass artifacts to the DataLoader.')
    }
    const bytes = await this.#artifacts.get(context.tenantId, source.artifactSha256).catch((error: unknown) => {
      if (!isMLError(error, 'ARTIFACT_NOT_FOUND')) throw error
      throw new DataLoadError('DATASET_NOT_FOUND', 'Expected data that was handed in before, got a hash of none. Hand it in again.', { cause: error })
    })
    const { format, compression } = source
    return this.#load(inPieces(bytes), { ...options, format, compression, totalBytes: bytes.length }, () => throwIfEnded(context, this.#clock.nowMs()))
  }

  async #load(
    source: AsyncIterable<Uint8Array | string>,
    plan: LoadOptions & SourceForm & { readonly totalBytes?: number },
    throwIfOver?: () => void,
  ): Promise<LoadedDataset> {
    checkForm(plan)
    const rows = new RowCollector({ limits: this.#limits, columnKinds: plan.columnKinds })
    const parts = { rows, limits: this.#limits, delimiter: plan.delimiter }
    const reader = plan.format === 'csv' ? new CsvReader(parts) : new NdjsonReader(parts)
    const encoding = new Utf8Check()
    let bytesRead = 0
    const pieces = sourceBytes(source, { form: plan, maximumBytes: this.#limits.maximumBytes, onBytesRead: (count) => (bytesRead += count) })
    for await (const piece of pieces) {
      if (plan.signal?.aborted) throw new MLError('CANCELLED', 'The caller cancelled this load; nothing was kept.')
      throwIfOver?.()
      encoding.check(piece)
      await reader.write(piece)
      plan.onProgress?.({
        bytesRead,
        ...(plan.totalBytes === undefined ? {} : { totalBytes: plan.totalBytes }),
        rowCount: rows.rowCount,
        badRowCount: rows.badRowCount,
      })
      // Parsing never waits for anything: without this, whatever else the process does would wait for the whole file.
      await nextTurn()
    }
    encoding.end()
    await reader.end()
    return rows.finish()
  }
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += artifactPieceBytes) yield bytes.subarray(start, start + artifactPieceBytes)
}

function checkForm(plan: LoadOptions & SourceForm): void {
  if (plan.format !== 'csv' && plan.format !== 'ndjson') throw formInvalid('format', "'csv' or 'ndjson'", plan.format)
  if (plan.compression !== 'none' && plan.compression !== 'gzip') throw formInvalid('compression', "'none' or 'gzip'", plan.compression)
  if (plan.delimiter !== undefined) checkDelimiter(plan.delimiter)
}

function formInvalid(field: string, expected: string, received: unknown): MLError {
  return new MLError('INPUT_INVALID', `Expected ${field} to be ${expected}, got ${JSON.stringify(received)}.`, { details: { field, expected, received } })
}

function cannotOpen(path: string, error: unknown): DataLoadError {
  const { code } = error as { code?: unknown }
  const what = code === 'ENOENT' ? 'there is none' : `it can not be opened (${String(code)})`
  return new DataLoadError('DATASET_NOT_FOUND', `Expected a file to read at ${path}, but ${what}. Check the path.`, { cause: error })
}
