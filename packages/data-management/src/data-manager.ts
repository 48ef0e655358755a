import {
  type ArtifactOwner, type ArtifactStore, type Clock, type ColumnKinds, type Database, type Dataset, type DatasetInput, MLError, type Platform, type RequestContext,
  throwIfEnded, toDataset, type ValidationReport,
} from '@motadata/core'
import { DatasetCatalogue } from './catalogue/dataset-catalogue.js'
import { datasetArchived } from './catalogue/dataset-errors.js'
import { parseDatasetName } from './catalogue/dataset-name.js'
import type { DatasetOrigin, DatasetReference, DatasetVersion, RegisteredDataset } from './catalogue/dataset-version.js'
import { DataLoader, type LoadOptions } from './data-loader.js'
import { DataValidator } from './data-validator.js'
import { withDuckDB } from './engine/open-duckdb.js'
import { withWorkFolder } from './engine/work-folder.js'
import { checkExpectations } from './expectations/check-expectations.js'
import type { Expectation } from './expectations/expectation.js'
import { dataManagementMigrations } from './migrations/migrations.js'
import { type DatasetManifest, type DatasetPart, decodeManifest, encodeManifest, fingerprintOf } from './parts/dataset-manifest.js'
import { evolveColumns, type SchemaChange } from './parts/evolve-columns.js'
import { readParts } from './parts/read-parts.js'
import { writeParts } from './parts/write-parts.js'
import type { LoadLimits } from './sources/load-limits.js'

export interface DataManagerOptions {
  /** What reading and writing may hold in memory outside of the columns themselves; default 512 MiB. */
  readonly memoryLimitBytes?: number
  /** Default 2. */
  readonly threads?: number
  /** Of files and streams; see `defaultLoadLimits`. */
  readonly limits?: Partial<LoadLimits>
}

/** Rows to keep: in memory, in a file, or as they come in. */
export type IngestSource =
  | { readonly rows: DatasetInput }
  | { readonly file: string }
  | { readonly stream: AsyncIterable<Uint8Array | string>; readonly format: 'csv' | 'ndjson' }

export interface IngestRequest {
  readonly name: string
  readonly source: IngestSource
  /** `replace`: the version holds these rows; `append`: those of the newest version, then these. Default `replace`. */
  readonly mode?: 'replace' | 'append'
  /** Changes of the columns that appending may bring; default none. */
  readonly allow?: readonly SchemaChange[]
  /** Kinds of columns; when appending, those of the dataset unless said, else inferred. */
  readonly columnKinds?: ColumnKinds
  /** How a file or stream is read; what it does not say is found out. */
  readonly reading?: Pick<LoadOptions, 'format' | 'compression' | 'delimiter'>
  readonly description?: string
  /** What the caller calls the source, kept with the version. */
  readonly label?: string
  /** A second request of the tenant with the same key gives the first one's version. */
  readonly idempotencyKey?: string
  readonly onProgress?: (progress: IngestProgress) => void
}

/** How far an ingest is: never falls. */
export interface IngestProgress {
  readonly stage: 'reading' | 'writing'
  /** Of the whole, 0..1. */
  readonly share: number
}

/** A version, and what of its source could not be read. */
export interface Ingested {
  readonly version: DatasetVersion
  readonly badRowCount: number
  /** The first of them, at most 100. */
  readonly badRows: readonly { readonly line: number; readonly column?: string; readonly reason: string }[]
}

export interface ReadOptions {
  /** Default all, in the dataset's order. */
  readonly columns?: readonly string[]
  /** Row to start at, from 0. */
  readonly offset?: number
  /** Rows at most. */
  readonly limit?: number
}

const readingShare = 0.5

/**
 * Datasets: taken in, kept as versions that never change, read as of any of them, archived, deleted.
 *
 * A version is its content: the fingerprint is the hash of its columns and rows, and rows that are the newest version's already make no
 * new one. Rows lie as Parquet in the tenant's artifacts, appended rows beside the earlier ones; names and versions are rows under
 * row-level security. Rows are durable before the version is, so a process that dies in the middle leaves the dataset as it was.
 *
 * @example
 * const datasets = await DataManager.open(platform)
 * const { version } = await datasets.ingestData(context, { name: 'tickets', source: { file: 'tickets.csv.gz' } })
 * const dataset = await datasets.readData(context, { name: 'tickets', version: version.version })
 */
export class DataManager implements ArtifactOwner {
  readonly #artifacts: ArtifactStore
  readonly #catalogue: DatasetCatalogue
  readonly #clock: Clock
  readonly #options: DataManagerOptions
  readonly #loader: DataLoader

  private constructor(platform: Pick<Platform, 'database' | 'artifacts' | 'clock'>, options: DataManagerOptions) {
    this.#artifacts = platform.artifacts
    this.#clock = platform.clock
    this.#catalogue = new DatasetCatalogue(platform.database, platform.clock)
    this.#options = options
    this.#loader = new DataLoader({ clock: platform.clock, ...(options.limits === undefined ? {} : { limits: options.limits }) })
  }

  /**
   * Brings the tables to their newest version and gives the manager.
   *
   * @throws MLError `MIGRATION_FAILED`
   */
  static async open(platform: { readonly database: Database; readonly artifacts: ArtifactStore; readonly clock: Clock }, options: DataManagerOptions = {}): Promise<DataManager> {
    await platform.database.migrate(dataManagementMigrations)
    return new DataManager(platform, options)
  }

  /**
   * Keeps rows as the next version of a dataset, which is made if it is new.
   *
   * @returns the version, and the rows that could not be read: they are not in it
   * @throws MLError `NAME_INVALID`, `DATASET_ARCHIVED`, `DATASET_SCHEMA_CHANGED`, `DATASET_NOT_FOUND` for a file that is none, `DATA_EMPTY`,
   *   `DATA_MALFORMED`, `DATA_TOO_LARGE`, `ENCODING_INVALID`, `COLUMN_INVALID`, `INPUT_INVALID`, `CANCELLED`, `DEADLINE_EXCEEDED`
   */
  async ingestData(context: RequestContext, request: IngestRequest): Promise<Ingested> {
    const name = parseDatasetName(request.name)
    this.#throwIfEnded(context)
    if (request.idempotencyKey !== undefined) {
      const earlier = await this.#catalogue.findByKey(context, request.idempotencyKey)
      if (earlier) return { version: earlier, badRowCount: earlier.origin.badRowCount, badRows: [] }
    }
    const registered = await this.#catalogue.find(context, name)
    if (registered?.archivedAt) throw datasetArchived(name)
    const base = request.mode === 'append' && registered ? await this.#readBase(context, name) : undefined

    const loaded = await this.#load(context, request, base?.manifest)
    if (loaded.dataset.columns.size === 0 || loaded.dataset.rowCount === 0) {
      throw new MLError('DATA_EMPTY', `Expected rows to keep in '${name}', got none that can be read.`, { details: { dataset: name, badRowCount: loaded.badRowCount } })
    }
    const columns = [...loaded.dataset.columns].map(([column, { kind }]) => ({ name: column, kind }))
    const columnsOn = (onto: typeof base): DatasetManifest['columns'] => onto ? evolveColumns(onto.manifest.columns, columns, request.allow ?? []) : columns
    columnsOn(base) // what is not allowed is refused before anything is written
    const parts = await this.#write(context, loaded.dataset, (share) => request.onProgress?.({ stage: 'writing', share: readingShare + (1 - readingShare) * share }))

    let onto = base
    for (;;) {
      const manifest: DatasetManifest = { format: 'dataset/1', columns: columnsOn(onto), parts: [...(onto?.manifest.parts ?? []), ...parts] }
      const entry = { manifest, badRowCount: loaded.badRowCount, ...(onto ? { appendedTo: onto.version } : {}) }
      const version = await this.#enter(context, request, entry)
      if (version) {
        await this.#putAgain(context, loaded.dataset, manifest, parts)
        return { version, badRowCount: loaded.badRowCount, badRows: loaded.badRows }
      }
      onto = await this.#readBase(context, name) // somebody appended meanwhile: these rows go behind theirs
    }
  }

  /** Datasets by name, in byte order, archived ones included. @param limit - 1 to 200, default 50 */
  async listDatasets(context: RequestContext, page: { readonly after?: string; readonly limit?: number } = {}): Promise<readonly RegisteredDataset[]> {
    return this.#catalogue.list(context, { after: page.after ?? '', limit: pageLimit(page.limit) })
  }

  /** The version that is meant. @throws MLError `NAME_INVALID`, `DATASET_NOT_FOUND`, `DATASET_VERSION_NOT_FOUND` */
  async getDataset(context: RequestContext, reference: DatasetReference): Promise<DatasetVersion> {
    return this.#catalogue.getVersion(context, { ...reference, name: parseDatasetName(reference.name) })
  }

  /** Versions of a dataset, newest first. @param limit - 1 to 200, default 50 @throws MLError `NAME_INVALID`, `DATASET_NOT_FOUND` */
  async listVersions(context: RequestContext, name: string, page: { readonly before?: number; readonly limit?: number } = {}): Promise<readonly DatasetVersion[]> {
    await this.getDataset(context, { name })
    return this.#catalogue.listVersions(context, name, { before: page.before ?? 2_147_483_647, limit: pageLimit(page.limit) })
  }

  /**
   * Rows of a version, in the order in which they were ingested.
   *
   * @throws MLError `NAME_INVALID`, `DATASET_NOT_FOUND`, `DATASET_VERSION_NOT_FOUND`, `COLUMN_MISSING`, `INPUT_INVALID`, `ARTIFACT_CORRUPT`,
   *   `CANCELLED`, `DEADLINE_EXCEEDED`
   */
  async readData(context: RequestContext, reference: DatasetReference, options: ReadOptions = {}): Promise<Dataset> {
    const version = await this.getDataset(context, reference)
    const range = { offset: wholeNumber('offset', options.offset ?? 0), limit: wholeNumber('limit', options.limit ?? Number.MAX_SAFE_INTEGER) }
    const columns = selectedColumns(version, options.columns)
    const { parts } = await this.#readManifest(context, version.fingerprint)
    return this.#withEngine(context, (connection, folder) =>
      readParts(parts, { columns, ...range }, { artifacts: this.#artifacts, tenantId: context.tenantId, connection, folder, throwIfEnded: () => this.#throwIfEnded(context) }))
  }

  /**
   * Holds a version against what is expected of it. Foreign keys are looked up in the newest versions of the tenant's datasets.
   *
   * @throws MLError `EXPECTATION_INVALID`, and as {@link readData}
   */
  async validateData(context: RequestContext, reference: DatasetReference, expectations: readonly Expectation[]): Promise<ValidationReport> {
    checkExpectations(expectations)
    const dataset = await this.readData(context, reference)
    const others = new Map<string, Dataset>()
    for (const expectation of expectations) {
      if (expectation.kind !== 'foreign-key' || others.has(expectation.dataset)) continue
      const found = await this.#catalogue.find(context, parseDatasetName(expectation.dataset))
      if (found) others.set(expectation.dataset, await this.readData(context, { name: found.name }))
    }
    return new DataValidator({ clock: this.#clock }).validate(dataset, expectations, { others })
  }

  /** What data like a version would be expected to be: a start to edit. @throws MLError as {@link readData} */
  async inferExpectations(context: RequestContext, reference: DatasetReference): Promise<Expectation[]> {
    return new DataValidator({ clock: this.#clock }).infer(await this.readData(context, reference))
  }

  /** Takes a dataset out of use: it stays readable, but takes no more rows. @throws MLError `NAME_INVALID`, `DATASET_NOT_FOUND` */
  async archiveData(context: RequestContext, name: string): Promise<RegisteredDataset> {
    return this.#catalogue.archive(context, parseDatasetName(name))
  }

  /**
   * Deletes a dataset, all its versions, and the rows that no other dataset of the tenant shares.
   *
   * @throws MLError `NAME_INVALID`, `DATASET_NOT_FOUND`
   */
  async deleteData(context: RequestContext, name: string): Promise<void> {
    const held = await this.#catalogue.delete(context, parseDatasetName(name))
    const needed = await this.neededArtifacts(context, held)
    for (const hash of held) if (!needed.has(hash)) await this.#artifacts.delete(context.tenantId, hash)
  }

  /** Those of the hashes that some dataset of the tenant needs: a sweep of artifacts leaves them. */
  neededArtifacts(context: RequestContext, hashes: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#catalogue.needed(context, hashes)
  }

  async #load(context: RequestContext, request: IngestRequest, base: DatasetManifest | undefined): Promise<Omit<Ingested, 'version'> & { readonly dataset: Dataset }> {
    const { source } = request
    const columnKinds: ColumnKinds = { ...Object.fromEntries((base?.columns ?? []).map(({ name, kind }) => [name, kind])), ...request.columnKinds }
    if ('rows' in source) return { dataset: toDataset(source.rows, columnKinds), badRowCount: 0, badRows: [] }
    const options: LoadOptions = {
      ...request.reading, columnKinds,
      ...(context.signal ? { signal: context.signal } : {}),
      onProgress: ({ bytesRead, totalBytes }) => {
        this.#throwIfEnded(context)
        if (totalBytes) request.onProgress?.({ stage: 'reading', share: readingShare * Math.min(1, bytesRead / totalBytes) })
      },
    }
    return 'file' in source ? this.#loader.loadFile(source.file, options) : this.#loader.loadStream(source.stream, { ...options, format: source.format })
  }

  #write(context: RequestContext, dataset: Dataset, onProgress: (share: number) => void): Promise<readonly DatasetPart[]> {
    return this.#withEngine(context, (connection, folder) =>
      writeParts(dataset, { artifacts: this.#artifacts, tenantId: context.tenantId, connection, folder, onProgress, throwIfEnded: () => this.#throwIfEnded(context) }))
  }

  /** Until a version is entered, a sweep or the deletion of an equal dataset may take its rows for unneeded: then they are kept again. */
  async #putAgain(context: RequestContext, dataset: Dataset, manifest: DatasetManifest, parts: readonly DatasetPart[]): Promise<void> {
    const there = await Promise.all(parts.map(({ sha256 }) => this.#artifacts.has(context.tenantId, sha256)))
    if (there.includes(false)) await this.#write(context, dataset, () => undefined)
    if (!(await this.#artifacts.has(context.tenantId, fingerprintOf(manifest)))) await this.#artifacts.put(context.tenantId, encodeManifest(manifest))
  }

  async #enter(
    context: RequestContext, request: IngestRequest, entry: { readonly manifest: DatasetManifest; readonly badRowCount: number; readonly appendedTo?: number },
  ): Promise<DatasetVersion | undefined> {
    const { manifest, badRowCount, appendedTo } = entry
    await this.#artifacts.put(context.tenantId, encodeManifest(manifest))
    this.#throwIfEnded(context)
    const origin: DatasetOrigin = {
      kind: 'rows' in request.source ? 'rows' : 'file' in request.source ? 'file' : 'stream', badRowCount,
      ...(request.label === undefined ? {} : { label: request.label }),
      ...(appendedTo === undefined ? {} : { appendedTo }),
    }
    return this.#catalogue.enter(context, {
      name: request.name, fingerprint: fingerprintOf(manifest), columns: manifest.columns, parts: manifest.parts.map(({ sha256 }) => sha256), origin,
      rowCount: manifest.parts.reduce((sum, part) => sum + part.rowCount, 0), sizeBytes: manifest.parts.reduce((sum, part) => sum + part.sizeBytes, 0),
      ...(request.description === undefined ? {} : { description: request.description }),
      ...(request.idempotencyKey === undefined ? {} : { idempotencyKey: request.idempotencyKey }),
      ...(request.mode === 'append' ? { basedOn: appendedTo ?? 0 } : {}),
    })
  }

  async #readBase(context: RequestContext, name: string): Promise<{ readonly version: number; readonly manifest: DatasetManifest }> {
    const { version, fingerprint } = await this.#catalogue.getVersion(context, { name })
    return { version, manifest: await this.#readManifest(context, fingerprint) }
  }

  async #readManifest(context: RequestContext, fingerprint: string): Promise<DatasetManifest> {
    return decodeManifest(await this.#artifacts.get(context.tenantId, fingerprint))
  }

  #withEngine<Result>(context: RequestContext, work: (...[connection, folder]: [Parameters<Parameters<typeof withDuckDB>[1]>[0], string]) => Promise<Result>): Promise<Result> {
    const { memoryLimitBytes, threads } = this.#options
    return withWorkFolder((folder) => withDuckDB({
      folder,
      ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
      ...(threads === undefined ? {} : { threads }),
      ...(context.signal ? { signal: context.signal } : {}),
    }, (connection) => work(connection, folder)))
  }

  #throwIfEnded(context: RequestContext): void {
    throwIfEnded(context, this.#clock.nowMs())
  }
}

function selectedColumns(version: DatasetVersion, names: readonly string[] | undefined): DatasetVersion['columns'] {
  if (names === undefined) return version.columns
  const byName = new Map(version.columns.map((column) => [column.name, column]))
  return names.map((name) => {
    const column = byName.get(name)
    if (column) return column
    const there = [...byName.keys()]
    throw new MLError('COLUMN_MISSING', `Expected a column of '${version.name}', got '${name.slice(0, 100)}'. It has ${there.slice(0, 20).join(', ')}.`, {
      details: { column: name.slice(0, 100), columns: there.slice(0, 100) },
    })
  })
}

function wholeNumber(field: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new MLError('INPUT_INVALID', `Expected '${field}' to be a whole number from 0 up, got ${String(value)}.`, { details: { field, expected: 'a whole number from 0 up', received: String(value) } })
}

function pageLimit(limit = 50): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 200) return limit
  throw new MLError('INPUT_INVALID', `Expected a page limit from 1 to 200, got ${String(limit)}.`, { details: { field: 'limit', expected: '1 to 200', received: String(limit) } })
}
