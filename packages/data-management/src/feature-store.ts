import {
  type ArtifactStore, type CellValue, type ChangeSignal, type Clock, type Database, type Dataset, type DatasetInput, type Entity, type Erasable, type FeatureColumn, type FeatureDefinition,
  type FeatureReader, type FeatureRegistrar, type FeatureService, type FeatureViewDefinition, fingerprintDataset, type HistoricalFeatureRequest, type IdSource, isMLError, MLError, pageLimit, type
  OnlineFeatureRequest, type OnlineStore, type RegisteredFeatureView, type RequestContext, throwIfEnded, toDataset,
} from '@motadata/core'
import type { DatasetVersion } from './catalogue/dataset-version.js'
import { DataManager, type Ingested } from './data-manager.js'
import { checkEntity, checkFeatureService, checkFeatureView } from './features/check-definition.js'
import { checkHistory, deriveHistory, type HistoryRequest } from './features/derive-history.js'
import { feastDefinitions } from './features/feast-definitions.js'
import { FeatureEngine, type FeatureEngineOptions } from './features/feature-engine.js'
import { createFeatureErasable } from './features/feature-erasable.js'
import { featureNotFound } from './features/feature-errors.js'
import type { FeatureFreshness } from './features/feature-freshness.js'
import { planFeatures } from './features/feature-plan.js'
import { parseFeatureReference } from './features/feature-reference.js'
import { FeatureRegistry } from './features/feature-registry.js'
import { compareSkew, type SkewReport } from './features/feature-skew.js'
import { readHistorical } from './features/historical-reader.js'
import { KnownViews } from './features/known-views.js'
import { MaterializationProgress } from './features/materialization-progress.js'
import type { Materialized } from './features/materialization-plan.js'
import { type MaterializeRequest, Materializer } from './features/materializer.js'
import { type NearestText, NearestTexts } from './features/nearest-texts.js'
import { onlineKey } from './features/online-key.js'
import { readOnline } from './features/online-reader.js'
import { writeOnline } from './features/online-rows.js'
import { PushLog } from './features/push-log.js'
import type { PushResult } from './features/push-result.js'
import { readPushedRows } from './features/pushed-rows.js'
import { type FeatureTransformation, TransformationRegistry } from './features/transformations.js'
import { dataManagementMigrations } from './migrations/migrations.js'

export interface FeatureStoreOptions extends FeatureEngineOptions {
  /** Functions that make features on demand, by name; beside those that are always there. */
  readonly transformations?: Readonly<Record<string, FeatureTransformation>>
  /** Default one of its own. */
  readonly datasets?: DataManager
}

export interface FeatureStorePlatform {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly onlineStore: OnlineStore
  readonly changes: ChangeSignal
  readonly clock: Clock
  readonly ids: IdSource
}

export interface PushRequest {
  readonly view: string
  /** A row for each event: its keys, its time, every feature of the view. */
  readonly rows: DatasetInput
  /** Where they are to be: default `online`. `offline` appends them to the view's dataset. */
  readonly to?: 'online' | 'offline' | 'online-and-offline'
  /** The same key with the same rows gives what came of them the first time. */
  readonly idempotencyKey?: string
}

export interface NearestRequest {
  /** `view:feature`; a feature of texts. */
  readonly feature: string
  readonly text: string
  /** 1 to 1000, default 10. */
  readonly count?: number
}

/** A feature, and where it stands. */
export interface RegisteredFeature {
  /** `view:feature`. */
  readonly reference: string
  readonly view: string
  readonly viewVersion: number
  readonly feature: FeatureDefinition
  readonly isOnDemand: boolean
}

interface Page {
  readonly after?: string
  /** 1 to 200, default 50. */
  readonly limit?: number
}

const sampleOfSkew = 1_000

/**
 * Features by name: what there are, what they were at any instant of the past, what they are now.
 *
 * A view reads the rows of a dataset. Offline, rows are joined to what was known at each row's instant, and to nothing later; online, the
 * newest row of each key lies packed in the online store, put there by materializing and by pushes, the newest event winning whatever order
 * they come in. The same definitions, transformations and rules of time hold in both.
 *
 * @example
 * const features = await FeatureStore.open(platform)
 * await features.registerEntity(context, { name: 'caller', joinKey: 'caller_id', keyKind: 'text' })
 * await features.registerFeatureView(context, {
 *   name: 'caller_history', entities: ['caller'], features: [{ name: 'tickets_30d', kind: 'number' }],
 *   source: { dataset: 'caller-history', eventTime: 'event_time' }, ttlMs: 90 * 24 * 3_600_000,
 * })
 * await features.materialize(context, 'caller_history')
 * await features.getOnlineFeatures(context, { features: ['caller_history:tickets_30d'], entities: { caller_id: ['Caller 17'] } })
 */
export class FeatureStore implements FeatureReader, FeatureRegistrar {
  /** Erases what definitions, runs and pushes hold of a person or a tenant. */
  readonly erasable: Erasable
  readonly #platform: FeatureStorePlatform
  readonly #datasets: DataManager
  readonly #registry: FeatureRegistry
  readonly #known: KnownViews
  readonly #transformations: TransformationRegistry
  readonly #engine: FeatureEngine
  readonly #progress: MaterializationProgress
  readonly #materializer: Materializer
  readonly #pushes: PushLog
  readonly #nearest: NearestTexts

  private constructor(platform: FeatureStorePlatform, datasets: DataManager, options: FeatureStoreOptions) {
    const { database, clock } = platform
    this.#platform = platform
    this.#datasets = datasets
    this.#registry = new FeatureRegistry(database, clock)
    this.#known = new KnownViews({ registry: this.#registry, clock, changes: platform.changes })
    this.#transformations = new TransformationRegistry(options.transformations)
    this.#engine = new FeatureEngine({ artifacts: platform.artifacts, clock, datasets }, options)
    this.#progress = new MaterializationProgress(database, clock)
    this.#materializer = new Materializer({ engine: this.#engine, progress: this.#progress, views: this.#known, store: platform.onlineStore, clock, ids: platform.ids })
    this.#pushes = new PushLog(database, clock)
    this.#nearest = new NearestTexts({ engine: this.#engine, clock })
    this.erasable = createFeatureErasable({
      database, clock,
      forget: ({ tenantId }) => {
        this.#nearest.forget(tenantId)
        this.#known.forget(tenantId)
      },
    })
  }

  /**
   * Brings the tables to their newest version and gives the store.
   *
   * @throws MLError `MIGRATION_FAILED`
   */
  static async open(platform: FeatureStorePlatform, options: FeatureStoreOptions = {}): Promise<FeatureStore> {
    await platform.database.migrate(dataManagementMigrations)
    return new FeatureStore(platform, options.datasets ?? (await DataManager.open(platform)), options)
  }

  /** Declares what features can be about. @throws MLError `NAME_INVALID`, `FEATURE_VIEW_INVALID`, `FEATURE_IN_USE` when its key changes under views */
  async registerEntity(context: RequestContext, entity: Entity): Promise<Entity> {
    checkEntity(entity)
    return this.#changed(context, entity.name, this.#registry.putEntity(context, entity))
  }

  /** @throws MLError `ENTITY_NOT_FOUND` */
  async getEntity(context: RequestContext, name: string): Promise<Entity> {
    return (await this.#registry.getEntities(context, [name]))[0]!
  }

  /** By name, in byte order. */
  listEntities(context: RequestContext, page: Page = {}): Promise<readonly Entity[]> {
    return this.#registry.listEntities(context, pageOf(page))
  }

  /** @throws MLError `ENTITY_NOT_FOUND`, `FEATURE_IN_USE` */
  async deleteEntity(context: RequestContext, name: string): Promise<void> {
    await this.#changed(context, name, this.#registry.deleteEntity(context, name))
  }

  /**
   * Declares a view, or another version of it; what is declared already changes nothing. Where its dataset is there, it has to have what the
   * view reads. What is kept online goes on being served unless entities, features or source are others.
   *
   * @throws MLError `NAME_INVALID`, `FEATURE_VIEW_INVALID` with all that is wrong, `ENTITY_NOT_FOUND`, `TRANSFORMATION_UNKNOWN`,
   *   `FEATURE_SOURCE_CHANGED` naming the columns
   */
  async registerFeatureView(context: RequestContext, definition: FeatureViewDefinition): Promise<RegisteredFeatureView> {
    checkFeatureView(definition)
    for (const { transformation } of definition.onDemand ?? []) this.#transformations.get(transformation)
    const entities = await this.#registry.getEntities(context, definition.entities)
    const proposed = { view: { definition, version: 0, generation: 0, createdBy: '', createdAt: new Date(0) }, entities }
    await this.#engine.version(proposed, context).catch((error: unknown) => {
      if (!isMLError(error, 'DATASET_NOT_FOUND')) throw error // rows may be pushed first
    })
    return this.#changed(context, definition.name, this.#registry.putView(context, definition))
  }

  /** The newest version of a view, or one by number. @throws MLError `FEATURE_VIEW_NOT_FOUND` */
  getFeatureView(context: RequestContext, name: string, version?: number): Promise<RegisteredFeatureView> {
    return this.#registry.getView(context, name, version)
  }

  /** Newest versions by name, in byte order. */
  listFeatureViews(context: RequestContext, page: Page = {}): Promise<readonly RegisteredFeatureView[]> {
    return this.#registry.listViews(context, pageOf(page))
  }

  /**
   * Deletes a view. What is under way for it stops; what is online of it is never read again, not even under its name, and goes when its
   * time to live is over.
   *
   * @throws MLError `FEATURE_VIEW_NOT_FOUND`, `FEATURE_IN_USE` by a service
   */
  async deleteFeatureView(context: RequestContext, name: string): Promise<void> {
    await this.#changed(context, name, this.#registry.deleteView(context, name))
  }

  /** Adds a feature to a view, or changes it: the next version of the view. @throws MLError as {@link registerFeatureView}, `FEATURE_VIEW_NOT_FOUND` */
  async registerFeature(context: RequestContext, view: string, feature: FeatureDefinition): Promise<RegisteredFeature> {
    const { definition } = await this.#registry.getView(context, view)
    const at = definition.features.findIndex(({ name }) => name === feature.name)
    const features = at < 0 ? [...definition.features, feature] : definition.features.with(at, feature)
    const { version } = await this.registerFeatureView(context, { ...definition, features })
    return { reference: `${view}:${feature.name}`, view, viewVersion: version, feature, isOnDemand: false }
  }

  /** @param reference - `view:feature`, or `view@version:feature`. @throws MLError `INPUT_INVALID`, `FEATURE_VIEW_NOT_FOUND`, `FEATURE_NOT_FOUND` */
  async getFeature(context: RequestContext, reference: string): Promise<RegisteredFeature> {
    const { view, version, feature } = parseFeatureReference(reference)
    const registered = await this.#registry.getView(context, view, version)
    const all = featuresOf(registered)
    const found = all.find(({ feature: { name } }) => name === feature)
    if (!found) throw featureNotFound(view, feature, all.map(({ feature: { name } }) => name))
    return found
  }

  /** The features of a page of views, or of one. */
  async listFeatures(context: RequestContext, options: Page & { readonly view?: string } = {}): Promise<readonly RegisteredFeature[]> {
    const views = options.view === undefined ? await this.listFeatureViews(context, options) : [await this.#registry.getView(context, options.view)]
    return views.flatMap(featuresOf)
  }

  /** Names features that are asked for together. @throws MLError `NAME_INVALID`, `INPUT_INVALID`, `FEATURE_VIEW_NOT_FOUND`, `FEATURE_NOT_FOUND` */
  async registerFeatureService(context: RequestContext, service: FeatureService): Promise<FeatureService> {
    checkFeatureService(service)
    for (const reference of service.features) await this.getFeature(context, reference)
    return this.#changed(context, service.name, this.#registry.putService(context, service))
  }

  /** @throws MLError `FEATURE_SERVICE_NOT_FOUND` */
  getFeatureService(context: RequestContext, name: string): Promise<FeatureService> {
    return this.#registry.getService(context, name)
  }

  listFeatureServices(context: RequestContext, page: Page = {}): Promise<readonly FeatureService[]> {
    return this.#registry.listServices(context, pageOf(page))
  }

  /** @throws MLError `FEATURE_SERVICE_NOT_FOUND` */
  async deleteFeatureService(context: RequestContext, name: string): Promise<void> {
    await this.#changed(context, name, this.#registry.deleteService(context, name))
  }

  /**
   * The rows, each with the features as they were known at its instant: as many rows as came, in their order. What was not known, or is
   * older than the view's time to live, is missing.
   *
   * @returns the rows' columns, then a column for each feature in the order asked for
   * @throws MLError as {@link getOnlineFeatures}, `DATASET_NOT_FOUND`, `FEATURE_SOURCE_CHANGED`, `EVENT_TIME_INVALID`, `DATA_TOO_LARGE`,
   *   `CANCELLED`, `DEADLINE_EXCEEDED`
   */
  async getHistoricalFeatures(context: RequestContext, request: HistoricalFeatureRequest): Promise<Dataset> {
    const plan = await this.#plan(context, request)
    const rows = 'dataset' in request.rows
      ? await this.#datasets.readData(context, { name: request.rows.dataset, ...(request.rows.version === undefined ? {} : { version: request.rows.version }) })
      : toDataset(request.rows, this.#kindsOfRows(plan.views, request.eventTime))
    return readHistorical(context, plan, { rows, eventTime: request.eventTime ?? 'event_time' }, { engine: this.#engine, transformations: this.#transformations })
  }

  /** Keeps rows with their features as a version of a dataset: a training set that can be read again. @throws MLError as {@link getHistoricalFeatures} and `DataManager.ingestData` */
  async createTrainingSet(context: RequestContext, request: HistoricalFeatureRequest & { readonly into: string }): Promise<DatasetVersion> {
    const rows = await this.getHistoricalFeatures(context, request)
    return (await this.#datasets.ingestData(context, { name: request.into, source: { rows }, label: 'point-in-time join' })).version
  }

  /**
   * The newest values, one column a feature, one value for each of the entities. Asks the online store once.
   *
   * @returns columns in the order asked for; a value is null where its status is not `PRESENT`
   * @throws MLError `FEATURE_VIEW_NOT_FOUND`, `FEATURE_NOT_FOUND`, `FEATURE_SERVICE_NOT_FOUND`, `COLUMN_MISSING`, `INPUT_INVALID`,
   *   `INSTANCES_TOO_MANY`, `TRANSFORMATION_FAILED`, `DEADLINE_EXCEEDED`
   */
  async getOnlineFeatures(context: RequestContext, request: OnlineFeatureRequest): Promise<readonly FeatureColumn[]> {
    throwIfEnded(context, this.#platform.clock.nowMs())
    const plan = await this.#plan(context, request)
    return readOnline(context, plan, request.entities, { store: this.#platform.onlineStore, clock: this.#platform.clock, transformations: this.#transformations })
  }

  /**
   * Takes rows as they happen: all of them or, where one is wrong, none. Late ones never replace newer ones; of one time the last counts.
   *
   * @throws MLError `FEATURE_VIEW_NOT_FOUND`, `COLUMN_MISSING`, `COLUMN_INVALID`, `INPUT_INVALID`, `EVENT_TIME_INVALID`, `DATA_EMPTY`,
   *   `DATA_TOO_LARGE`, `IDEMPOTENCY_KEY_REUSED`, `STORAGE_UNAVAILABLE`: then it is to be pushed again
   */
  async push(context: RequestContext, { view, rows: input, to = 'online', idempotencyKey }: PushRequest): Promise<PushResult> {
    throwIfEnded(context, this.#platform.clock.nowMs())
    if (to !== 'online' && to !== 'offline' && to !== 'online-and-offline') {
      throw new MLError('INPUT_INVALID', `Expected 'to' to be online, offline or online-and-offline, got ${JSON.stringify(to)}.`, { details: { field: 'to' } })
    }
    const known = await this.#known.getView(context, view)
    const { rows, writes, newestEventMs } = readPushedRows(known, input, this.#platform.clock.nowMs())
    const identity = idempotencyKey === undefined ? undefined : { view, key: idempotencyKey, contentSha256: fingerprintDataset(rows) }
    const earlier = identity && (await this.#pushes.find(context, identity))
    if (earlier) return earlier
    let datasetVersion: number | undefined
    if (to !== 'online') {
      const { version } = await this.#datasets.ingestData(context, {
        name: known.view.definition.source.dataset, source: { rows }, mode: 'append', label: `pushed to ${view}`,
        ...(idempotencyKey === undefined ? {} : { idempotencyKey: `push/${view}/${known.view.version}/${identity!.contentSha256}/${idempotencyKey}` }),
      })
      datasetVersion = version.version
    }
    let keptCount: number | undefined
    if (to !== 'offline') {
      keptCount = await writeOnline(this.#platform.onlineStore, context, writes, { ttlMs: known.view.definition.ttlMs, onTie: 'replace' })
      await this.#progress.notePushed(context, { view, generation: known.view.generation, newestEventMs })
    }
    const result: PushResult = { view, rowCount: rows.rowCount, ...(keptCount === undefined ? {} : { keptCount }), ...(datasetVersion === undefined ? {} : { datasetVersion }) }
    if (identity) await this.#pushes.note(context, identity, result)
    return result
  }

  /**
   * Brings the newest rows of a view's dataset online. A run that was cut off goes on where it was when it is called again with its id.
   *
   * @throws MLError `FEATURE_VIEW_NOT_FOUND`, also when the view is deleted meanwhile, `DATASET_NOT_FOUND`, `FEATURE_SOURCE_CHANGED` naming the
   *   column, `INPUT_INVALID`, `STORAGE_UNAVAILABLE`, `CANCELLED`, `DEADLINE_EXCEEDED`
   */
  async materialize(context: RequestContext, view: string, request: MaterializeRequest = {}): Promise<Materialized> {
    throwIfEnded(context, this.#platform.clock.nowMs())
    const registered = await this.#registry.getView(context, view)
    return this.#materializer.run(context, { view: registered, entities: await this.#registry.getEntities(context, registered.definition.entities) }, request)
  }

  /** As {@link materialize}, only what came since the last time: newer rows, and older ones that were appended since. */
  materializeIncremental(context: RequestContext, view: string, request: Pick<MaterializeRequest, 'endMs' | 'runId' | 'onProgress'> = {}): Promise<Materialized> {
    return this.materialize(context, view, { ...request, incremental: true })
  }

  /** Takes what is online of some keys away. @throws MLError `FEATURE_VIEW_NOT_FOUND`, `COLUMN_MISSING` */
  async deleteOnline(context: RequestContext, view: string, keys: readonly Readonly<Record<string, CellValue>>[]): Promise<void> {
    const known = await this.#known.getView(context, view)
    const names = keys.flatMap((record) => {
      const key = onlineKey(known.view, known.entities, known.entities.map(({ joinKey }) => record[joinKey] ?? null))
      return key === undefined ? [] : [key]
    })
    await this.#platform.onlineStore.deleteMany(context.tenantId, names)
  }

  /** Holds what is online against the dataset, for a sample of keys. @param options.sample - Default 1000. @throws MLError as {@link materialize} */
  async reportSkew(context: RequestContext, view: string, options: { readonly sample?: number } = {}): Promise<SkewReport> {
    const sample = options.sample ?? sampleOfSkew
    if (!Number.isInteger(sample) || sample < 1 || sample > 100_000) throw new MLError('INPUT_INVALID', `Expected a sample of 1 to 100000 keys, got ${String(sample)}.`, { details: { field: 'sample' } })
    const known = await this.#known.getView(context, view)
    return compareSkew(context, known, { engine: this.#engine, store: this.#platform.onlineStore, atMs: this.#platform.clock.nowMs(), sample })
  }

  /** How old what is online of a view is, against what it promises. @throws MLError `FEATURE_VIEW_NOT_FOUND` */
  async reportFreshness(context: RequestContext, view: string): Promise<FeatureFreshness> {
    const { definition, version, generation } = await this.#registry.getView(context, view)
    const { newestEventMs, materializedUntilMs } = await this.#progress.getState(context, view, generation)
    const ageMs = newestEventMs === undefined ? undefined : Math.max(0, this.#platform.clock.nowMs() - newestEventMs)
    return {
      view, version,
      ...(newestEventMs === undefined ? {} : { newestEventMs, ageMs: ageMs! }), ...(materializedUntilMs === undefined ? {} : { materializedUntilMs }),
      ...(definition.freshnessMs === undefined ? {} : { objectiveMs: definition.freshnessMs }),
      isLate: definition.freshnessMs !== undefined && (ageMs === undefined || ageMs > definition.freshnessMs),
    }
  }

  /**
   * What has the texts most like a text, among the newest ones of the view's dataset, the best first.
   *
   * @throws MLError `INPUT_INVALID`, `FEATURE_VIEW_NOT_FOUND`, `FEATURE_NOT_FOUND`, `DATASET_NOT_FOUND`, `FEATURE_SOURCE_CHANGED`, `DATA_EMPTY`, `DATA_TOO_LARGE`
   */
  async findNearest(context: RequestContext, { feature: reference, text, count = 10 }: NearestRequest): Promise<NearestText[]> {
    if (typeof text !== 'string') throw new MLError('INPUT_INVALID', `Expected a text to look for, got ${typeof text}.`, { details: { field: 'text' } })
    const { view, version, feature } = parseFeatureReference(reference)
    const known = await this.#known.getView(context, view, version)
    const at = known.view.definition.features.findIndex(({ name }) => name === feature)
    if (at < 0) throw featureNotFound(view, feature, known.view.definition.features.map(({ name }) => name))
    return this.#nearest.find(context, known, { at, text, count })
  }

  /**
   * Makes the history of each key of a dataset of events, and keeps it as a dataset that a feature view can read: at any instant exactly what
   * was known by then.
   *
   * @throws MLError `DATASET_NOT_FOUND`, `COLUMN_MISSING`, `INPUT_INVALID`, and as `DataManager.ingestData`
   * @example
   * await features.deriveHistory(context, {
   *   from: 'incidents', key: 'caller_id', knownAt: 'resolved_at', into: 'caller-history',
   *   measures: [{ name: 'resolved', aggregate: 'count' }, { name: 'hours', aggregate: 'mean', column: 'resolution_hours' }],
   *   windows: [{ name: '7d', ms: 7 * 24 * 3_600_000 }, { name: 'ever' }],
   * })
   */
  async deriveHistory(context: RequestContext, request: HistoryRequest): Promise<Ingested> {
    const version = await this.#datasets.getDataset(context, { name: request.from, ...(request.version === undefined ? {} : { version: request.version }) })
    checkHistory(request, version)
    const rows = await this.#engine.run(context, async ({ connection, parts }) => deriveHistory(connection, await parts(version), request, version))
    return this.#datasets.ingestData(context, { name: request.into, source: { rows }, label: `history of ${request.key} in ${version.name} version ${version.version}` })
  }

  /** All definitions as a Python file that `feast apply` takes, so that Feast's `remote` online store reads from here. */
  async exportFeastDefinitions(context: RequestContext): Promise<string> {
    const [entities, views, services] = await Promise.all([
      allPages((page) => this.listEntities(context, page), ({ name }) => name),
      allPages((page) => this.listFeatureViews(context, page), ({ definition: { name } }) => name),
      allPages((page) => this.listFeatureServices(context, page), ({ name }) => name),
    ])
    return feastDefinitions({ entities, views, services })
  }

  #plan(context: RequestContext, { features, fullNames = false }: Pick<OnlineFeatureRequest, 'features' | 'fullNames'>) {
    const question = `${fullNames ? 'full' : 'short'} ${'service' in features ? `service ${features.service}` : Array.isArray(features) ? features.join('\n') : ''}`
    return this.#known.getPlan(context, question, () => planFeatures(context, features, { known: this.#known, transformations: this.#transformations, fullNames }))
  }

  /** What is known of columns of rows in memory: keys and instants. */
  #kindsOfRows(views: readonly { readonly entities: readonly Entity[] }[], eventTime = 'event_time') {
    return { ...Object.fromEntries(views.flatMap(({ entities }) => entities.map(({ joinKey, keyKind }) => [joinKey, keyKind]))), [eventTime]: 'instant' as const }
  }

  /** Copies elsewhere are forgotten once it is done. */
  async #changed<Result>(context: RequestContext, subject: string, change: Promise<Result>): Promise<Result> {
    const result = await change
    await this.#platform.changes.publish({ topic: 'feature-view', tenantId: context.tenantId, subject })
    return result
  }
}

function featuresOf({ definition: { name: view, features, onDemand = [] }, version }: RegisteredFeatureView): RegisteredFeature[] {
  const registered = (isOnDemand: boolean) => (feature: FeatureDefinition): RegisteredFeature => ({ reference: `${view}:${feature.name}`, view, viewVersion: version, feature, isOnDemand })
  return [...features.map(registered(false)), ...onDemand.map(registered(true))]
}

function pageOf({ after = '', limit }: Page): { readonly after: string; readonly limit: number } {
  return { after, limit: pageLimit(limit) }
}

async function allPages<Item>(list: (page: Page) => Promise<readonly Item[]>, nameOf: (item: Item) => string): Promise<Item[]> {
  const all: Item[] = []
  for (let after = ''; ;) {
    const page = await list({ after, limit: 200 })
    all.push(...page)
    if (page.length < 200) return all
    after = nameOf(page.at(-1)!)
  }
}
