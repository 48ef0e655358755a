import {
  type ArtifactStore, type Clock, type ColumnKinds, DataLoadError, type DataRecord, type DatasetReader, type DatasetSource, isMLError, type LoadedDataset, MLError, type RequestContext,
  throwIfEnded,
} from '@motadata/core'
import { httpRecords, type HttpSource } from './http/http-records.js'
import { CsvReader } from './sources/csv-reader.js'
import { JsonReader } from './sources/json-reader.js'
import { loadArrow } from './sources/load-arrow.js'
import { type LoadLimits, resolveLimits } from './sources/load-limits.js'
import { NdjsonReader } from './sources/ndjson-reader.js'
import { readRecords } from './sources/read-records.js'
import { readTextSource } from './sources/read-text-source.js'
import { RowCollector } from './sources/row-collector.js'
import { type OpenedSource, withSourceFile } from './sources/source-file.js'
import { checkForm, formOfName, type SourceCompression, type SourceForm, type SourceFormat } from './sources/source-form.js'
import { databaseRecords, type SqlConnection, type SqlPool, type SqlQuery } from './sql/database-records.js'
import { loadParquet } from './staging/load-parquet.js'

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
  /** Default what the file's name says: `.csv`, `.tsv`, `.ndjson`, `.jsonl`, `.json`, `.parquet`, `.arrow`, `.feather`. */
  readonly format?: SourceFormat
  /** Default what the file's name says: gzip for `.gz`, Zstandard for `.zst`, else none. */
  readonly compression?: SourceCompression
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
 * Reads CSV, NDJSON, JSON, Parquet and Arrow, plain, gzip or Zstandard, into datasets. Rows that can't be read are counted and reported, never guessed at; a
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
    return withSourceFile(path, options, (source) => this.#load(source, options))
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
    return this.#load({ bytes: stream, form: formOf(options) }, options)
  }

  /**
   * Loads CSV, of a file or as it comes in.
   *
   * @throws MLError as {@link loadFile}
   */
  loadFromCsv(source: string | AsyncIterable<Uint8Array | string>, options: Omit<LoadOptions, 'format'> = {}): Promise<LoadedDataset> {
    return typeof source === 'string' ? this.loadFile(source, { ...options, format: 'csv' }) : this.loadStream(source, { ...options, format: 'csv' })
  }

  /**
   * Loads JSON, of a file or as it comes in: an array of objects, or an object a line.
   *
   * @param options.format - Default what a file's name says, else `json`: an array.
   * @throws MLError as {@link loadFile}
   */
  loadFromJson(source: string | AsyncIterable<Uint8Array | string>, options: Omit<LoadOptions, 'format' | 'delimiter'> & { readonly format?: 'json' | 'ndjson' } = {}): Promise<LoadedDataset> {
    const format = options.format ?? (typeof source === 'string' && formOfName(source)?.format === 'ndjson' ? 'ndjson' : 'json')
    return typeof source === 'string' ? this.loadFile(source, { ...options, format }) : this.loadStream(source, { ...options, format })
  }

  /**
   * Loads what a query gives, through a connection to PostgreSQL that the caller hands in. For more rows than memory takes, give
   * {@link databaseRecords} to `DataManager.ingestData`.
   *
   * @throws MLError as {@link databaseRecords}, and `DATA_EMPTY`, `DATA_MALFORMED`, `DATA_TOO_LARGE`
   * @example
   * const { dataset } = await loader.loadFromDatabase(client, { sql: 'select number, opened_at from incident where opened_at > $1', parameters: [since] })
   */
  loadFromDatabase(source: SqlConnection | SqlPool, query: SqlQuery, options: Pick<LoadOptions, 'columnKinds'> = {}): Promise<LoadedDataset> {
    return this.#collect(databaseRecords(source, query), options)
  }

  /**
   * Loads the records of a source over HTTP, page by page.
   *
   * @throws MLError as {@link httpRecords}, and `DATA_EMPTY`, `DATA_MALFORMED`, `DATA_TOO_LARGE`
   */
  loadFromHttp(source: HttpSource, options: Pick<LoadOptions, 'columnKinds'> = {}): Promise<LoadedDataset> {
    return this.#collect(httpRecords(source), options)
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
    return this.#load({ bytes: inPieces(bytes), form: formOf({ ...options, format, compression }), totalBytes: bytes.length }, options, () => throwIfEnded(context, this.#clock.nowMs()))
  }

  async #collect(records: AsyncIterable<DataRecord>, { columnKinds }: Pick<LoadOptions, 'columnKinds'>): Promise<LoadedDataset> {
    const rows = new RowCollector({ limits: this.#limits, columnKinds })
    await readRecords(records, rows)
    return rows.finish()
  }

  async #load(source: OpenedSource, options: LoadOptions, throwIfOver?: () => void): Promise<LoadedDataset> {
    checkForm(source.form)
    if (options.signal?.aborted) throw new MLError('CANCELLED', 'The caller cancelled this load; nothing was kept.')
    const { format } = source.form
    const binary = { limits: this.#limits, columnKinds: options.columnKinds, signal: options.signal }
    if (format === 'parquet') return loadParquet(source, binary)
    if (format === 'arrow') return { dataset: await loadArrow(source, binary), badRowCount: 0, badRows: [] }
    const rows = new RowCollector({ limits: this.#limits, columnKinds: options.columnKinds })
    const parts = { rows, limits: this.#limits, delimiter: source.form.delimiter }
    const reader = format === 'csv' ? new CsvReader(parts) : format === 'json' ? new JsonReader(parts) : new NdjsonReader(parts)
    await readTextSource(source, reader, {
      limits: this.#limits, signal: options.signal,
      onPiece: (bytesRead) => {
        throwIfOver?.()
        options.onProgress?.({
          bytesRead, ...(source.totalBytes === undefined ? {} : { totalBytes: source.totalBytes }), rowCount: rows.rowCount, badRowCount: rows.badRowCount,
        })
      },
    })
    return rows.finish()
  }
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += artifactPieceBytes) yield bytes.subarray(start, start + artifactPieceBytes)
}

function formOf({ format, compression = 'none', delimiter }: Partial<SourceForm> & Pick<SourceForm, 'format'>): SourceForm {
  return { format, compression, ...(delimiter === undefined ? {} : { delimiter }) }
}
