import {
  type ArtifactOwner, type ArtifactReference, type ArtifactStore, championAlias, type ChangeSignal, type Clock, type Database, type Erasable, MLError, type ModelCard,
  type ModelCatalog, type ModelPage,
  type ModelReference, type ModelSignature, type ModelType, type ModelVersion, parseAlias, parseModelName, type RegisteredModel,
  type RequestContext, throwIfEnded, type TrainingReport, type TrainingSpec, type PageRequest,
} from '@motadata/core'
import type { Transaction } from 'kysely'
import { keepArtifact } from './artifact/keep-artifact.js'
import { createModelsErasable } from './erasure/models-erasable.js'
import { compareScores, type VersionComparison } from './registry/compare-scores.js'
import type { ModelLineage } from './registry/model-lineage.js'
import { deleteModel } from './storage/delete-model.js'
import { RegistryReader } from './storage/registry-reader.js'
import { aliasNotFound, cardNotFound, modelArchived, modelNotFound, versionNotFound } from './storage/registry-errors.js'
import { toModelVersion, toRegisteredModel } from './storage/registry-rows.js'
import type { RegistryTables } from './storage/registry-tables.js'
import { checkDescription } from './training/check-spec.js'
import { type CardDraft, completeCard } from './training/compose-card.js'
import { decodeRowScores, type RowScores } from './training/row-scores.js'

/** A trained state to keep. */
export interface VersionRegistration {
  readonly name: string
  readonly modelType: ModelType
  readonly artifact: Uint8Array
  readonly artifactFormat: string
  readonly signature: ModelSignature
  readonly report: TrainingReport
  readonly datasetFingerprint: string
  readonly description?: string
  /** Default `when-first`. */
  readonly promote?: TrainingSpec['promote']
  /** How good it is and how it came about. */
  readonly card?: CardDraft
  /** What was asked for. */
  readonly spec?: TrainingSpec
  /** How well it did on each held-out row, as `encodeRowScores` has it. */
  readonly rowScores?: Uint8Array
  /** A second registration of this tenant with the same key gives the first one's version. */
  readonly idempotencyKey?: string
}

/** What can be changed of a model. */
export interface ModelChanges {
  /** At most 2,000 characters. */
  readonly description: string
}

export interface VersionPage {
  /** Newest first. */
  readonly versions: readonly ModelVersion[]
  readonly nextPageToken?: string
}

/** One change of what an alias means. */
export interface AliasEvent {
  readonly alias: string
  /** Undefined when the alias was new. */
  readonly fromVersion?: number
  readonly toVersion: number
  /** Id of the principal. */
  readonly changedBy: string
  readonly changedAt: Date
}

export interface ModelRegistryOptions {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly changes: ChangeSignal
  readonly clock: Clock
}

/**
 * Which versions exist, and what does `champion` mean? The sole writer of models, versions and aliases.
 *
 * A version's artifact is durable before its row is, so there is no version without one; a model has at most one version under an
 * alias, which the table's key holds.
 */
export class ModelRegistry implements ModelCatalog, ArtifactOwner {
  /** Erases a person from models, or all models of a tenant. */
  readonly erasable: Erasable
  readonly #options: ModelRegistryOptions
  readonly #reader: RegistryReader

  constructor(options: ModelRegistryOptions) {
    this.#options = options
    this.erasable = createModelsErasable(options)
    this.#reader = new RegistryReader(options.database)
  }

  /** Models by name, in byte order, archived ones included. @throws MLError `INPUT_INVALID` for a bad limit or token */
  listModels(context: RequestContext, page: PageRequest = {}): Promise<ModelPage> {
    return this.#reader.listModels(context, page)
  }

  /** @throws MLError `MODEL_NOT_FOUND`, `NAME_INVALID` */
  async getModel(context: RequestContext, name: string): Promise<RegisteredModel> {
    const model = await this.#reader.findModel(context, parseModelName(name))
    if (!model) throw modelNotFound(name)
    return model
  }

  /** A model, or undefined where there is none of that name. @throws MLError `NAME_INVALID` */
  async findModel(context: RequestContext, name: string): Promise<RegisteredModel | undefined> {
    return this.#reader.findModel(context, parseModelName(name))
  }

  /**
   * The version that a reference means; a bare name means its champion.
   *
   * @throws MLError `NAME_INVALID`, `MODEL_NOT_FOUND`, `MODEL_VERSION_NOT_FOUND`, `MODEL_ALIAS_NOT_FOUND`
   */
  async getVersion(context: RequestContext, reference: ModelReference): Promise<ModelVersion> {
    const model = await this.getModel(context, reference.name)
    const alias = reference.alias ?? championAlias
    const number = reference.version ?? (Object.hasOwn(model.aliases, alias) ? model.aliases[alias] : undefined)
    if (number === undefined) throw aliasNotFound(reference, alias, Object.keys(model.aliases))
    const known = Number.isInteger(number) && number >= 1 && number <= (model.latestVersion ?? 0)
    const version = known ? await this.#reader.findVersion(context, model.name, number) : undefined
    if (!version) throw versionNotFound(model.name, number)
    return version
  }

  /** @throws MLError `MODEL_NOT_FOUND`, or `INPUT_INVALID` for a bad limit or token */
  async listVersions(context: RequestContext, name: string, page: PageRequest = {}): Promise<VersionPage> {
    await this.getModel(context, name)
    return this.#reader.listVersions(context, name, page)
  }

  /** One version by its number. @throws MLError `MODEL_NOT_FOUND`, `MODEL_VERSION_NOT_FOUND` */
  getModelVersion(context: RequestContext, name: string, version: number): Promise<ModelVersion> {
    return this.getVersion(context, { name, version })
  }

  /**
   * What a version is, how it came about and how good it is.
   *
   * @throws MLError as {@link getVersion}, and `MODEL_CARD_NOT_FOUND` for a version that was registered without one
   */
  async getCard(context: RequestContext, reference: ModelReference): Promise<ModelCard> {
    const version = await this.getVersion(context, reference)
    const { description } = await this.getModel(context, version.name)
    const row = await this.#reader.findCard(context, version.name, version.version)
    if (!row?.card) throw cardNotFound(version.name, version.version)
    return completeCard(row.card, {
      name: version.name, version: version.version, modelType: version.modelType, description, createdAt: version.createdAt.toISOString(),
      artifactSha256: version.artifact.sha256, artifactSizeBytes: version.artifact.sizeBytes,
    })
  }

  /** How well a version did on each of its held-out rows, where that was kept. @throws MLError as {@link getVersion} */
  async findRowScores(context: RequestContext, reference: ModelReference): Promise<RowScores | undefined> {
    const { name, version } = await this.getVersion(context, reference)
    const sha256 = (await this.#reader.findCard(context, name, version))?.row_scores_sha256
    return sha256 ? decodeRowScores(await this.#options.artifacts.get(context.tenantId, sha256)) : undefined
  }

  /**
   * Compares two versions, of one model or of two, on the held-out rows that both were measured on: metrics side by side, and whether the
   * difference is more than chance.
   *
   * @throws MLError as {@link getVersion}, and `VERSIONS_NOT_COMPARABLE` where they learned different things or share no rows
   * @example
   * const { significance } = await registry.compareVersions(context, { name: 'ticket_classifier' }, { name: 'ticket_classifier', version: 3 })
   */
  async compareVersions(context: RequestContext, first: ModelReference, second: ModelReference): Promise<VersionComparison> {
    const versions = [await this.getVersion(context, first), await this.getVersion(context, second)] as const
    const scores = await Promise.all(versions.map(({ name, version }) => this.findRowScores(context, { name, version })))
    return compareScores(versions, [scores[0], scores[1]], 'held-out')
  }

  /**
   * Where a version comes from and where it went: data, what was asked for, the version, what its aliases were.
   *
   * @throws MLError as {@link getVersion}
   */
  async getLineage(context: RequestContext, reference: ModelReference): Promise<ModelLineage> {
    const version = await this.getVersion(context, reference)
    const [card, events, sameData] = await Promise.all([
      this.#reader.findCard(context, version.name, version.version),
      this.#reader.listAliasEvents(context, version.name),
      this.#reader.listSameData(context, version),
    ])
    return {
      dataset: { fingerprint: version.datasetFingerprint, rowCount: card?.card?.data.rowCount ?? null, alsoUsedBy: sameData },
      training: { spec: card?.spec ?? null, estimator: version.report.estimator, versions: card?.card?.versions ?? null, seed: card?.card?.seed ?? null },
      version: { name: version.name, version: version.version, createdAt: version.createdAt.toISOString(), artifactSha256: version.artifact.sha256 },
      aliases: version.aliases,
      aliasEvents: events.filter(({ fromVersion, toVersion }) => fromVersion === version.version || toVersion === version.version)
        .map(({ changedAt, ...event }) => ({ ...event, changedAt: changedAt.toISOString() })),
    }
  }

  /** How the aliases of a model changed, newest first, at most 200. @throws MLError `MODEL_NOT_FOUND` */
  async listAliasEvents(context: RequestContext, name: string): Promise<readonly AliasEvent[]> {
    await this.getModel(context, name)
    return this.#reader.listAliasEvents(context, name)
  }

  /** The version that was registered under an idempotency key, if any. */
  findByIdempotencyKey(context: RequestContext, idempotencyKey: string): Promise<ModelVersion | undefined> {
    return this.#reader.findByIdempotencyKey(context, idempotencyKey)
  }

  /** A version needs its artifact and scores until it is deleted, also one of an archived model; a training its steps until it ends. */
  neededArtifacts(context: RequestContext, hashes: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#reader.neededArtifacts(context, hashes)
  }

  /**
   * Keeps a trained state as the next version of its model, which is made if it is new.
   *
   * @returns the version; numbers run 1, 2, 3, … without gaps, also under concurrency
   * @throws MLError `NAME_INVALID`, `MODEL_ARCHIVED`, or `INPUT_INVALID` when the idempotency key belongs to another model
   * @example
   * const version = await registry.registerVersion(context, { name: 'ticket_classifier', modelType: 'classification', ...trained })
   */
  async registerVersion(context: RequestContext, registration: VersionRegistration): Promise<ModelVersion> {
    const name = parseModelName(registration.name)
    throwIfEnded(context, this.#options.clock.nowMs())
    const { artifacts, changes } = this.#options
    const { tenantId } = context
    const register = (artifact: ArtifactReference, rowScores?: ArtifactReference): Promise<ModelVersion> =>
      this.#register(context, name, registration, { artifact, rowScores })
    const version = await keepArtifact(artifacts, tenantId, registration.artifact, (artifact) => {
      const { rowScores } = registration
      return rowScores === undefined ? register(artifact) : keepArtifact(artifacts, tenantId, rowScores, (scores) => register(artifact, scores))
    })
    await changes.publish({ topic: 'model-alias', tenantId, subject: name })
    return version
  }

  #register(
    context: RequestContext, name: string, registration: VersionRegistration,
    { artifact, rowScores }: { readonly artifact: ArtifactReference; readonly rowScores: ArtifactReference | undefined },
  ): Promise<ModelVersion> {
    throwIfEnded(context, this.#options.clock.nowMs())
    return this.#options.database.withTenant(context.tenantId, async (transaction: Transaction<RegistryTables>) => {
      const now = new Date(this.#options.clock.nowMs())
      const description = registration.description ?? ''
      await transaction.insertInto('ml_framework.registered_model')
        .values({
          tenant_id: context.tenantId, name, description, latest_version: 0, created_at: now, updated_at: now, archived_at: null,
        })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing())
        .execute()
      const model = await lockModel(transaction, name)
      const earlier = await this.#earlierVersion(transaction, registration)
      if (earlier) return earlier
      if (model.archived_at !== null) throw modelArchived(name)

      const version = model.latest_version + 1
      await transaction.insertInto('ml_framework.model_version').values({
        tenant_id: context.tenantId,
        name,
        version,
        model_type: registration.modelType,
        artifact_sha256: artifact.sha256,
        artifact_size_bytes: artifact.sizeBytes,
        artifact_format: registration.artifactFormat,
        signature: JSON.stringify(registration.signature),
        report: JSON.stringify(registration.report),
        dataset_fingerprint: registration.datasetFingerprint,
        idempotency_key: registration.idempotencyKey ?? null,
        created_by: context.principal.id,
        created_at: now,
      }).execute()
      await transaction.insertInto('ml_framework.model_card').values({
        tenant_id: context.tenantId,
        name,
        version,
        card: registration.card === undefined ? null : JSON.stringify(registration.card),
        spec: registration.spec === undefined ? null : JSON.stringify(registration.spec),
        row_scores_sha256: rowScores?.sha256 ?? null,
      }).execute()
      await transaction.updateTable('ml_framework.registered_model')
        .set({ latest_version: version, updated_at: now, ...(registration.description === undefined ? {} : { description }) })
        .where('name', '=', name)
        .execute()
      const promote = registration.promote ?? 'when-first'
      const isFirst = (await currentVersion(transaction, name, championAlias)) === undefined
      const promoted = promote === 'always' || (promote === 'when-first' && isFirst)
      if (promoted) await this.#setAlias(transaction, context, { name, alias: championAlias, version, now })
      return this.#readVersion(transaction, name, version)
    })
  }

  /**
   * Makes an alias mean a version, in one transaction, and tells everybody who holds a copy.
   *
   * @throws MLError `NAME_INVALID`, `MODEL_NOT_FOUND`, `MODEL_VERSION_NOT_FOUND`, `MODEL_ARCHIVED`
   * @example
   * await registry.promoteVersion(context, 'ticket_classifier', 2) // version 2 answers from now on
   */
  async promoteVersion(context: RequestContext, name: string, version: number, alias: string = championAlias): Promise<ModelVersion> {
    parseModelName(name)
    parseAlias(alias)
    throwIfEnded(context, this.#options.clock.nowMs())
    const promoted = await this.#options.database.withTenant(context.tenantId, async (transaction: Transaction<RegistryTables>) => {
      const model = await lockModel(transaction, name)
      if (model.archived_at !== null) throw modelArchived(name)
      if (!(Number.isInteger(version) && version >= 1 && version <= model.latest_version)) throw versionNotFound(name, version)
      await this.#setAlias(transaction, context, { name, alias, version, now: new Date(this.#options.clock.nowMs()) })
      return this.#readVersion(transaction, name, version)
    })
    await this.#options.changes.publish({ topic: 'model-alias', tenantId: context.tenantId, subject: name })
    return promoted
  }

  /**
   * Takes a model out of use: it stays readable, but neither predicts nor takes new versions. Archiving again changes nothing.
   *
   * @throws MLError `NAME_INVALID`, `MODEL_NOT_FOUND`
   */
  async archive(context: RequestContext, name: string): Promise<RegisteredModel> {
    parseModelName(name)
    throwIfEnded(context, this.#options.clock.nowMs())
    const archived = await this.#options.database.withTenant(context.tenantId, async (transaction: Transaction<RegistryTables>) => {
      const model = await lockModel(transaction, name)
      const now = new Date(this.#options.clock.nowMs())
      const change = model.archived_at === null ? { archived_at: now, updated_at: now } : undefined
      if (change) await transaction.updateTable('ml_framework.registered_model').set(change).where('name', '=', name).execute()
      const aliases = await transaction.selectFrom('ml_framework.model_alias').select(['alias', 'version'])
        .where('name', '=', name).orderBy('alias').execute()
      return toRegisteredModel({ ...model, ...change }, aliases)
    })
    await this.#options.changes.publish({ topic: 'model-archived', tenantId: context.tenantId, subject: name })
    return archived
  }

  /** Changes what a model says of itself. @throws MLError `NAME_INVALID`, `MODEL_NOT_FOUND`, `INPUT_INVALID` */
  async updateModel(context: RequestContext, name: string, changes: ModelChanges): Promise<RegisteredModel> {
    parseModelName(name)
    checkDescription(changes.description)
    throwIfEnded(context, this.#options.clock.nowMs())
    return this.#options.database.withTenant(context.tenantId, async (transaction: Transaction<RegistryTables>) => {
      const model = await lockModel(transaction, name)
      const change = { description: changes.description, updated_at: new Date(this.#options.clock.nowMs()) }
      await transaction.updateTable('ml_framework.registered_model').set(change).where('name', '=', name).execute()
      const aliases = await transaction.selectFrom('ml_framework.model_alias').select(['alias', 'version'])
        .where('name', '=', name).orderBy('alias').execute()
      return toRegisteredModel({ ...model, ...change }, aliases)
    })
  }

  /**
   * Deletes an archived model with its versions, cards and artifacts, for good. Its name is free again.
   *
   * @throws MLError `NAME_INVALID`, `MODEL_NOT_FOUND`, `MODEL_NOT_ARCHIVED`
   */
  async deleteModel(context: RequestContext, name: string): Promise<void> {
    parseModelName(name)
    throwIfEnded(context, this.#options.clock.nowMs())
    await deleteModel(this.#options, context, name)
    await this.#options.changes.publish({ topic: 'model-archived', tenantId: context.tenantId, subject: name })
  }

  async #earlierVersion(
    transaction: Transaction<RegistryTables>, { name, idempotencyKey }: VersionRegistration,
  ): Promise<ModelVersion | undefined> {
    if (idempotencyKey === undefined) return undefined
    const row = await transaction.selectFrom('ml_framework.model_version').select(['name', 'version'])
      .where('idempotency_key', '=', idempotencyKey).executeTakeFirst()
    if (!row) return undefined
    if (row.name === name) return this.#readVersion(transaction, row.name, row.version)
    throw new MLError(
      'INPUT_INVALID',
      `Expected an idempotency key of '${name}', got one that registered a version of '${row.name}'. Use another key.`,
      { details: { field: 'idempotencyKey', model: name, received: row.name } },
    )
  }

  async #readVersion(transaction: Transaction<RegistryTables>, name: string, version: number): Promise<ModelVersion> {
    const row = await transaction.selectFrom('ml_framework.model_version').selectAll()
      .where('name', '=', name).where('version', '=', version).executeTakeFirstOrThrow()
    const aliases = await transaction.selectFrom('ml_framework.model_alias').select('alias')
      .where('name', '=', name).where('version', '=', version).orderBy('alias').execute()
    return toModelVersion(row, aliases.map(({ alias }) => alias))
  }

  async #setAlias(
    transaction: Transaction<RegistryTables>, context: RequestContext,
    change: { readonly name: string; readonly alias: string; readonly version: number; readonly now: Date },
  ): Promise<void> {
    const { name, alias, version, now } = change
    const fromVersion = await currentVersion(transaction, name, alias)
    if (fromVersion === version) return
    await transaction.insertInto('ml_framework.model_alias')
      .values({ tenant_id: context.tenantId, name, alias, version, updated_at: now })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'name', 'alias']).doUpdateSet({ version, updated_at: now }))
      .execute()
    await transaction.insertInto('ml_framework.model_alias_event').values({
      tenant_id: context.tenantId, name, alias, from_version: fromVersion ?? null, to_version: version,
      changed_by: context.principal.id, changed_at: now,
    }).execute()
    await transaction.updateTable('ml_framework.registered_model').set({ updated_at: now }).where('name', '=', name).execute()
  }
}

/** The model's row, locked until the transaction ends: registrations and promotions of one model wait for each other. */
async function lockModel(transaction: Transaction<RegistryTables>, name: string) {
  const row = await transaction.selectFrom('ml_framework.registered_model').selectAll()
    .where('name', '=', name).forUpdate().executeTakeFirst()
  if (!row) throw modelNotFound(name)
  return row
}

async function currentVersion(transaction: Transaction<RegistryTables>, name: string, alias: string): Promise<number | undefined> {
  const row = await transaction.selectFrom('ml_framework.model_alias').select('version')
    .where('name', '=', name).where('alias', '=', alias).executeTakeFirst()
  return row?.version
}
