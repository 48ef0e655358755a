import { Readable } from 'node:stream'
import type { DuckDBConnection } from '@duckdb/node-api'
import {
  type ArtifactOwner, type ArtifactStore, type Clock, type ColumnKinds, type Database, type Dataset, type DatasetProfile, type Erasable, MLError, type Platform, type RequestContext,
  throwIfEnded, type ValidationReport, type PageRequest,
} from '@motadata/core'
import { DatasetCatalogue, type VersionEntry } from './catalogue/dataset-catalogue.js'
import { datasetArchived } from './catalogue/dataset-errors.js'
import { parseDatasetName } from './catalogue/dataset-name.js'
import type { DatasetOrigin, DatasetPage, DatasetReference, DatasetVersion, DatasetVersionPage, RegisteredDataset } from './catalogue/dataset-version.js'
import { DataValidator } from './data-validator.js'
import { type Connect, withDuckDB } from './engine/open-duckdb.js'
import { withWorkFolder } from './engine/work-folder.js'
import { checkExpectations } from './expectations/check-expectations.js'
import type { Expectation } from './expectations/expectation.js'
import { validateVersion } from './expectations/validate-version.js'
import { dataManagementMigrations } from './migrations/migrations.js'
import { checkColumnNames } from './parts/check-column-names.js'
import { type DatasetManifest, type DatasetPart, decodeManifest, encodeManifest, fingerprintOf } from './parts/dataset-manifest.js'
import { evolveColumns, type SchemaChange } from './parts/evolve-columns.js'
import { keepParts, keepPartsAgain } from './parts/keep-parts.js'
import { profileParts } from './profiles/profile-parts.js'
import { createDatasetsErasable } from './privacy/datasets-erasable.js'
import { readParts } from './parts/read-parts.js'
import { redactStaged } from './privacy/redact-staged.js'
import type { DatasetRedactionOptions, Redactor } from './redactor.js'
import type { StagedDataset } from './staging/staged-rows.js'
import { checkFixedRows, fixedSource } from './quarantine/fixed-rows.js'
import { quarantineOf, replayed, type Replaying } from './quarantine/replay.js'
import { QuarantineStore } from './quarantine/quarantine-store.js'
import type { FixedRow, QuarantinePage } from './quarantine/quarantined-row.js'
import { type LoadLimits, resolveLimits } from './sources/load-limits.js'
import type { SourceForm } from './sources/source-form.js'
import { type IngestSource, type StageRequest, withStaged } from './staging/stage-request.js'

export interface DataManagerOptions {
  /** What reading and writing may hold in memory outside of the columns themselves; default 512 MiB. */
  readonly memoryLimitBytes?: number
  /** Default 2. */
  readonly threads?: number
  /** Of files and streams; see `defaultLoadLimits`. */
  readonly limits?: Partial<LoadLimits>
  /** Needed to redact what is taken in. */
  readonly redactor?: Redactor
}

export interface IngestRequest {
  readonly name: string
  readonly source: IngestSource
  /** `replace`: the version holds these rows; `append`: those of the newest version, then these. Default `replace`. */
  readonly mode?: 'replace' | 'append'
  /** Changes of the columns that appending may bring; default none. */
  readonly allow?: readonly SchemaChange[]
  /** Kinds of columns; when appending, those of the dataset unless said, else inferred. */
  readonly columnKinds?: ColumnKinds
  /**
   * Replaces personal data by tokens before anything is kept, in all columns of text or in those named; default no. Rows in quarantine are redacted
   * too, and redacted as well once they are mended.
   */
  readonly redact?: boolean | DatasetRedactionOptions
  /** How a file or stream is read; what it does not say is found out. */
  readonly reading?: Partial<SourceForm>
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

/** Of an ingest, until its rows lie in files; then these are kept. */
const writtenShare = 0.9

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
  /** Erases a person's rows, or all datasets of a tenant. */
  readonly erasable: Erasable
  readonly #artifacts: ArtifactStore
  readonly #catalogue: DatasetCatalogue
  readonly #quarantine: QuarantineStore
  readonly #clock: Clock
  readonly #options: DataManagerOptions
  readonly #limits: LoadLimits

  private constructor(platform: Pick<Platform, 'database' | 'artifacts' | 'clock'>, options: DataManagerOptions) {
    this.#artifacts = platform.artifacts
    this.#clock = platform.clock
    this.#catalogue = new DatasetCatalogue(platform.database, platform.clock)
    this.#quarantine = new QuarantineStore(platform.database)
    this.#options = options
    this.#limits = resolveLimits(options.limits)
    this.erasable = createDatasetsErasable(platform)
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
  ingestData(context: RequestContext, request: IngestRequest): Promise<Ingested> {
    return this.#ingest(context, request)
  }

  /**
   * Rows of a version's source that are not in it, with their texts and what is wrong with them, in the order of the source.
   *
   * @throws MLError `NAME_INVALID`, `DATASET_NOT_FOUND`, `DATASET_VERSION_NOT_FOUND`, `INPUT_INVALID`
   */
  async listQuarantine(context: RequestContext, reference: DatasetReference, page: PageRequest = {}): Promise<QuarantinePage> {
    return this.#quarantine.list(context, await this.getDataset(context, reference), page)
  }

  /**
   * Appends rows of a version's quarantine that were mended, as a version of their own. A row is taken in once, whoever asks, however often; those
   * that are bad still stay in quarantine and are told by the numbers of their rows.
   *
   * @returns the version, and which rows are bad still: their `line` is the row's number in quarantine
   * @throws MLError `INPUT_INVALID` for rows that are not in quarantine, or taken in already; as {@link ingestData}
   * @example
   * const { rows } = await datasets.listQuarantine(context, { name: 'tickets', version: 3 })
   * await datasets.replayQuarantine(context, { name: 'tickets', version: 3 }, rows.map(({ row, text = '' }) => ({ row, text: text.replace(';surplus', '') })))
   */
  async replayQuarantine(context: RequestContext, reference: DatasetReference, rows: readonly FixedRow[]): Promise<Ingested> {
    checkFixedRows(rows)
    const { name, version } = await this.getDataset(context, reference)
    const form = await this.#quarantine.findForm(context, { name, version })
    if (!form) throw new MLError('INPUT_INVALID', `Expected rows in quarantine of version ${version} of '${name}', but it has none.`, { details: { field: 'rows', dataset: name, version } })
    const fixed = fixedSource(rows, form)
    return this.#ingest(context, {
      name, mode: 'append', label: `quarantine of version ${version}`, reading: fixed.form, source: { stream: Readable.from([fixed.text]), format: fixed.form.format },
    }, { version, rows, rowAt: (line) => fixed.rowAt(line) })
  }

  async #ingest(context: RequestContext, request: IngestRequest, replay?: Replaying): Promise<Ingested> {
    const name = parseDatasetName(request.name)
    this.#throwIfEnded(context)
    if (request.idempotencyKey !== undefined) {
      const earlier = await this.#catalogue.findByKey(context, name, request.idempotencyKey)
      if (earlier) return { version: earlier, badRowCount: earlier.origin.badRowCount, badRows: [] }
    }
    const registered = await this.#catalogue.find(context, name)
    if (registered?.archivedAt) throw datasetArchived(name)
    const base = request.mode === 'append' && registered ? await this.#readBase(context, name) : undefined

    const redaction = request.redact === undefined && replay ? (await this.getDataset(context, { name, version: replay.version })).origin.redaction : redactionOf(request)
    return withStaged(this.#stageRequest(context, request, base?.manifest), (work) => this.#withEngine(context, work), (plain) => this.#redacted(context, redaction, plain, async (staged) => {
      const columnsOn = (onto: typeof base): DatasetManifest['columns'] =>
        checkColumnNames(onto ? evolveColumns(onto.manifest.columns, staged.columns, request.allow ?? []) : staged.columns)
      columnsOn(base) // what is not allowed is refused before anything is kept
      const keeper = { artifacts: this.#artifacts, tenantId: context.tenantId, throwIfEnded: () => this.#throwIfEnded(context) }
      await keepParts(staged.parts, { ...keeper, onProgress: (share) => request.onProgress?.({ stage: 'writing', share: writtenShare + (1 - writtenShare) * share }) })
      const parts = staged.parts.map(({ sha256, sizeBytes, rowCount, columns }): DatasetPart => ({ sha256, sizeBytes, rowCount, columns }))
      const { badRowCount } = staged
      const badRows = replay ? staged.badRows.map((bad) => ({ ...bad, line: replay.rowAt(bad.line) })) : staged.badRows
      const beside = replay ? { replay: replayed(replay, staged) } : { quarantine: quarantineOf(request.source, staged) }
      let onto = base
      for (;;) {
        const manifest: DatasetManifest = { format: 'dataset/1', columns: columnsOn(onto), parts: [...(onto?.manifest.parts ?? []), ...parts] }
        const version = await this.#enter(context, request, { ...(redaction === undefined ? {} : { redaction }), manifest, badRowCount, ...beside, ...(onto ? { appendedTo: onto.version, basedOnFingerprint: onto.fingerprint } : {}) })
        if (version) {
          await keepPartsAgain(staged.parts, keeper)
          if (!(await this.#artifacts.has(context.tenantId, version.fingerprint))) await this.#artifacts.put(context.tenantId, encodeManifest(manifest))
          return { version, badRowCount, badRows }
        }
        onto = await this.#readBase(context, name) // somebody appended meanwhile: these rows go behind theirs
      }
    }))
  }

  /** Datasets by name, in byte order, archived ones included. @throws MLError `INPUT_INVALID` */
  async listDatasets(context: RequestContext, page: PageRequest = {}): Promise<DatasetPage> {
    return this.#catalogue.list(context, page)
  }

  /** The version that is meant. @throws MLError `NAME_INVALID`, `DATASET_NOT_FOUND`, `DATASET_VERSION_NOT_FOUND` */
  async getDataset(context: RequestContext, reference: DatasetReference): Promise<DatasetVersion> {
    return this.#catalogue.getVersion(context, { ...reference, name: parseDatasetName(reference.name) })
  }

  /** Versions of a dataset, newest first. @throws MLError `NAME_INVALID`, `DATASET_NOT_FOUND`, `INPUT_INVALID` */
  async listVersions(context: RequestContext, name: string, page: PageRequest = {}): Promise<DatasetVersionPage> {
    await this.getDataset(context, { name })
    return this.#catalogue.listVersions(context, name, page)
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
    const { fingerprint } = await this.getDataset(context, reference)
    const manifest = await this.#readManifest(context, fingerprint)
    const otherOf = async (dataset: string, column: string): Promise<Dataset | undefined> => {
      const found = await this.#catalogue.find(context, parseDatasetName(dataset))
      if (!found) return undefined
      const { columns, rowCount } = await this.getDataset(context, { name: found.name })
      return columns.some(({ name }) => name === column) ? this.readData(context, { name: found.name }, { columns: [column] }) : { rowCount, columns: new Map() }
    }
    return this.#withEngine(context, (connection, folder) => validateVersion(manifest, expectations, {
      artifacts: this.#artifacts, tenantId: context.tenantId, connection, folder, throwIfEnded: () => this.#throwIfEnded(context),
    }, { nowMs: this.#clock.nowMs(), otherOf }))
  }

  /** What data like a version would be expected to be: a start to edit. @throws MLError as {@link readData} */
  async inferExpectations(context: RequestContext, reference: DatasetReference): Promise<Expectation[]> {
    return new DataValidator({ clock: this.#clock }).infer(await this.readData(context, reference))
  }

  /**
   * What a version is like: of each column how much is missing, how many different values, the most frequent ones, quantiles, lengths and languages of
   * texts, what personal data a sample of them holds, and how number columns go together. One pass of the engine over the parts; counts of different
   * values and quantiles are estimates (HyperLogLog, t-digest), all other numbers exact.
   *
   * @throws MLError as {@link readData}
   * @example
   * const { columns } = await datasets.profileData(context, { name: 'tickets' })
   */
  async profileData(context: RequestContext, reference: DatasetReference): Promise<DatasetProfile> {
    const { fingerprint } = await this.getDataset(context, reference)
    const manifest = await this.#readManifest(context, fingerprint)
    return this.#withEngine(context, (connection, folder) =>
      profileParts(manifest, { artifacts: this.#artifacts, tenantId: context.tenantId, connection, folder, throwIfEnded: () => this.#throwIfEnded(context) }))
  }

  /** Takes a dataset out of use: it stays readable, but takes no more rows. @throws MLError `NAME_INVALID`, `DATASET_NOT_FOUND` */
  async archiveData(context: RequestContext, name: string): Promise<RegisteredDataset> {
    return this.#catalogue.archive(context, parseDatasetName(name))
  }

  /**
   * Deletes a dataset with all its versions. Nothing reads its rows any more; their files, unless another dataset of the tenant shares them, go with
   * the first sweep a day later, so that a backup under way still finds what its rows name.
   *
   * @throws MLError `NAME_INVALID`, `DATASET_NOT_FOUND`
   */
  async deleteData(context: RequestContext, name: string): Promise<void> {
    await this.#catalogue.delete(context, parseDatasetName(name))
  }

  /** Those of the hashes that some dataset of the tenant needs, or one that was deleted since: a sweep of artifacts leaves them. */
  neededArtifacts(context: RequestContext, hashes: readonly string[], endedAfter: Date): Promise<ReadonlySet<string>> {
    return this.#catalogue.needed(context, hashes, endedAfter)
  }

  /** @throws MLError `CONFIGURATION_INVALID` without a redactor */
  #redacted<Result>(context: RequestContext, redaction: DatasetRedactionOptions | undefined, plain: StagedDataset, work: (staged: StagedDataset) => Promise<Result>): Promise<Result> {
    if (redaction === undefined) return work(plain)
    const { redactor } = this.#options
    if (!redactor) throw new MLError('CONFIGURATION_INVALID', 'Expected a redactor to redact what is taken in, got none. Open the DataManager with { redactor }.')
    return this.#withEngine(context, async (connection, folder) =>
      work(await redactStaged(context, plain, redaction, { redactor, connection, folder, throwIfEnded: () => this.#throwIfEnded(context) })))
  }

  #stageRequest(context: RequestContext, request: IngestRequest, base: DatasetManifest | undefined): StageRequest {
    return {
      source: request.source,
      columnKinds: { ...Object.fromEntries((base?.columns ?? []).map(({ name, kind }) => [name, kind])), ...request.columnKinds },
      reading: request.reading ?? {},
      limits: this.#limits,
      signal: context.signal,
      throwIfEnded: () => this.#throwIfEnded(context),
      onRead: (share) => request.onProgress?.({ stage: 'reading', share: writtenShare * share }),
      onWritten: (share) => request.onProgress?.({ stage: 'writing', share: writtenShare * share }),
    }
  }

  async #enter(
    context: RequestContext, request: IngestRequest,
    entry: { readonly manifest: DatasetManifest; readonly badRowCount: number; readonly appendedTo?: number; readonly redaction?: DatasetRedactionOptions } & Pick<VersionEntry, 'quarantine' | 'replay' | 'basedOnFingerprint'>,
  ): Promise<DatasetVersion | undefined> {
    const { manifest, badRowCount, appendedTo, redaction, basedOnFingerprint, quarantine, replay } = entry
    await this.#artifacts.put(context.tenantId, encodeManifest(manifest))
    this.#throwIfEnded(context)
    const origin: DatasetOrigin = {
      kind: 'rows' in request.source ? 'rows' : 'file' in request.source ? 'file' : 'stream', badRowCount,
      ...(request.label === undefined ? {} : { label: request.label }),
      ...(appendedTo === undefined ? {} : { appendedTo }),
      ...(redaction === undefined ? {} : { redaction }),
    }
    return this.#catalogue.enter(context, {
      name: request.name, fingerprint: fingerprintOf(manifest), columns: manifest.columns, parts: manifest.parts.map(({ sha256 }) => sha256), origin,
      rowCount: manifest.parts.reduce((sum, part) => sum + part.rowCount, 0), sizeBytes: manifest.parts.reduce((sum, part) => sum + part.sizeBytes, 0),
      ...(request.description === undefined ? {} : { description: request.description }),
      ...(request.idempotencyKey === undefined ? {} : { idempotencyKey: request.idempotencyKey }),
      ...(request.mode === 'append' ? { basedOn: appendedTo ?? 0, ...(basedOnFingerprint === undefined ? {} : { basedOnFingerprint }) } : {}),
      ...(quarantine === undefined ? {} : { quarantine }),
      ...(replay === undefined ? {} : { replay }),
    })
  }

  async #readBase(context: RequestContext, name: string): Promise<{ readonly version: number; readonly fingerprint: string; readonly manifest: DatasetManifest }> {
    const { version, fingerprint } = await this.#catalogue.getVersion(context, { name })
    return { version, fingerprint, manifest: await this.#readManifest(context, fingerprint) }
  }

  async #readManifest(context: RequestContext, fingerprint: string): Promise<DatasetManifest> {
    return decodeManifest(await this.#artifacts.get(context.tenantId, fingerprint))
  }

  #withEngine<Result>(context: RequestContext, work: (connection: DuckDBConnection, folder: string, connect: Connect) => Promise<Result>): Promise<Result> {
    const { memoryLimitBytes, threads } = this.#options
    return withWorkFolder((folder) => withDuckDB({
      folder,
      ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
      ...(threads === undefined ? {} : { threads }),
      ...(context.signal ? { signal: context.signal } : {}),
    }, (connection, connect) => work(connection, folder, connect)))
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

function redactionOf({ redact }: IngestRequest): DatasetRedactionOptions | undefined {
  return redact === true ? {} : redact === false ? undefined : redact
}
