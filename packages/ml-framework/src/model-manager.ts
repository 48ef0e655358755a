import {
  type ArtifactStore, championAlias, type ChangeSignal, type Clock, formatModelReference, isMLError, ModelLoadError, type ModelPage, type
  ModelReference, type ModelVersion, parseAlias, parseModelName, type RegisteredModel, type RequestContext, type TenantId,
  throwIfEnded, type PageRequest,
} from '@motadata/core'
import type { LoadedModel } from './artifact/loaded-model.js'
import { decodeModelArtifact, readableArtifactFormats } from './artifact/model-artifact.js'
import { SharedBases } from './artifact/shared-bases.js'
import { ModelMemory } from './memory/model-memory.js'
import { type KnownModel, ResolutionCache } from './memory/resolution-cache.js'
import type { ModelChanges, ModelRegistry, VersionRegistration } from './model-registry.js'
import { aliasNotFound, modelArchived } from './storage/registry-errors.js'
import type { FrameworkTelemetry } from './telemetry/framework-telemetry.js'
import { FairTurns } from './scheduling/fair-turns.js'

export interface ModelManagerOptions {
  readonly registry: ModelRegistry
  readonly artifacts: ArtifactStore
  readonly changes: ChangeSignal
  readonly clock: Clock
  readonly telemetry: FrameworkTelemetry
  /** Bytes of models in memory; default 512 MiB. */
  readonly memoryBudgetBytes?: number
  /** Bytes that one tenant's models take at most; default the whole budget. */
  readonly tenantMemoryBudgetBytes?: number
}

/** A version in memory. */
export interface ModelInMemory {
  readonly version: ModelVersion
  readonly model: LoadedModel
}

/** What one process holds of a tenant's models. */
export interface LoadedVersion {
  readonly name: string
  readonly version: number
  /** Measured. */
  readonly sizeBytes: number
}

const defaultBudgetBytes = 512 * 1024 * 1024
/** What an alias means is asked for again after so long, even if no change was told. */
const aliasMaxAgeMs = 5_000
/** Reading an artifact holds it twice for a moment. */
const loadsAtOnce = 2

/**
 * Is version 7 in memory, and what must leave to make room? Loads versions from their artifacts once, however many ask at the same
 * time, and knows what an alias means without asking the database each time.
 */
export class ModelManager {
  readonly #options: ModelManagerOptions
  readonly #memory: ModelMemory<LoadedModel>
  readonly #resolutions: ResolutionCache
  readonly #loading = new Map<string, Promise<LoadedModel>>()
  readonly #turns = new FairTurns(loadsAtOnce)
  readonly #bases = new SharedBases()
  readonly #unsubscribe: readonly (() => void)[]

  constructor(options: ModelManagerOptions) {
    this.#options = options
    const { memoryBudgetBytes = defaultBudgetBytes, tenantMemoryBudgetBytes } = options
    this.#memory = new ModelMemory({
      budgetBytes: memoryBudgetBytes, telemetry: options.telemetry,
      ...(tenantMemoryBudgetBytes === undefined ? {} : { tenantBudgetBytes: tenantMemoryBudgetBytes }),
    })
    this.#resolutions = new ResolutionCache({ clock: options.clock, maxAgeMs: aliasMaxAgeMs })
    this.#unsubscribe = [
      options.changes.subscribe('model-alias', ({ tenantId, subject }) => this.forget(tenantId, subject)),
      options.changes.subscribe('model-archived', ({ tenantId, subject }) => this.#forgetAll(tenantId, subject)),
    ]
  }

  get budgetBytes(): number {
    return this.#memory.budgetBytes
  }

  get usedBytes(): number {
    return this.#memory.usedBytes
  }

  /** Bytes that a tenant's models take, without what they share with others. */
  usedBytesOf(tenantId: TenantId): number {
    return this.#memory.usedBytesOf(tenantId)
  }

  /** The version that a reference means, if that is known and it is in memory: the way of nearly every prediction. */
  findInMemory(tenantId: TenantId, reference: ModelReference): ModelInMemory | undefined {
    const known = this.#resolutions.find(tenantId, reference.name)
    if (known === undefined || known.model.archivedAt !== undefined) return undefined
    const number = versionNumber(reference, known.model)
    const version = number === undefined ? undefined : known.versions.get(number)
    const model = version && this.#memory.get(keyOf(tenantId, version))
    return model && { version, model }
  }

  /**
   * The version that a reference means, loaded.
   *
   * @throws MLError `NAME_INVALID`, `MODEL_NOT_FOUND`, `MODEL_VERSION_NOT_FOUND`, `MODEL_ALIAS_NOT_FOUND`, `MODEL_ARCHIVED`,
   * `MODEL_LOAD_FAILED`, `MODEL_TOO_LARGE`
   */
  async load(context: RequestContext, reference: ModelReference): Promise<ModelInMemory> {
    const found = this.findInMemory(context.tenantId, reference)
    if (found) return found
    const version = await this.#resolve(context, reference)
    const key = keyOf(context.tenantId, version)
    const resident = this.#memory.get(key)
    if (resident) return { version, model: resident }
    let loading = this.#loading.get(key)
    if (!loading) {
      loading = this.#read(context.tenantId, version, key).finally(() => this.#loading.delete(key))
      this.#loading.set(key, loading)
    }
    return { version, model: await loading }
  }

  /** Lets a version leave memory; it comes back when it is asked for. @returns whether it was there */
  evict(context: RequestContext, name: string, version: number): boolean {
    const prefix = `${context.tenantId}/${name}/${version}/`
    const keys = this.#memory.entries(context.tenantId).map(([key]) => key).filter((key) => key.startsWith(prefix))
    return keys.map((key) => this.#memory.remove(key)).includes(true)
  }

  /** Has a version in memory, so that its first prediction need not wait. @throws MLError as {@link load} */
  loadModel(context: RequestContext, reference: ModelReference): Promise<ModelInMemory> {
    return this.load(context, reference)
  }

  /**
   * Lets the version that a reference means leave memory.
   *
   * @returns whether it was there
   * @throws MLError as {@link ModelRegistry.getVersion}
   */
  async unloadModel(context: RequestContext, reference: ModelReference): Promise<boolean> {
    const { name, version } = await this.#options.registry.getVersion(context, reference)
    return this.evict(context, name, version)
  }

  /** The tenant's versions that are in memory, least recently used first. */
  getLoaded(context: RequestContext): readonly LoadedVersion[] {
    return this.#memory.entries(context.tenantId).map(([key, sizeBytes]) => {
      const [, name, version] = key.split('/')
      return { name: name!, version: Number(version), sizeBytes }
    })
  }

  /** Keeps a trained state as the next version of a model. @throws MLError as {@link ModelRegistry.registerVersion} */
  async registerModel(context: RequestContext, registration: VersionRegistration): Promise<ModelVersion> {
    const version = await this.#options.registry.registerVersion(context, registration)
    this.forget(context.tenantId, version.name)
    return version
  }

  /** @throws MLError `NAME_INVALID`, `MODEL_NOT_FOUND` */
  getModel(context: RequestContext, name: string): Promise<RegisteredModel> {
    return this.#options.registry.getModel(context, name)
  }

  /** Models by name. @throws MLError `INPUT_INVALID` */
  listModels(context: RequestContext, page?: PageRequest): Promise<ModelPage> {
    return this.#options.registry.listModels(context, page)
  }

  /** Changes what a model says of itself. @throws MLError as {@link ModelRegistry.updateModel} */
  updateModel(context: RequestContext, name: string, changes: ModelChanges): Promise<RegisteredModel> {
    return this.#options.registry.updateModel(context, name, changes)
  }

  /** Takes a model out of use, and its versions out of memory. @throws MLError as {@link ModelRegistry.archive} */
  async archiveModel(context: RequestContext, name: string): Promise<RegisteredModel> {
    const archived = await this.#options.registry.archive(context, name)
    this.#forgetAll(context.tenantId, name)
    return archived
  }

  /** Deletes an archived model for good. @throws MLError as {@link ModelRegistry.deleteModel} */
  async deleteModel(context: RequestContext, name: string): Promise<void> {
    await this.#options.registry.deleteModel(context, name)
    this.#forgetAll(context.tenantId, name)
  }

  /**
   * A version as bytes, with what is needed to register it elsewhere: `registerModel` takes it as it is.
   *
   * @throws MLError as {@link ModelRegistry.getVersion}, `ARTIFACT_NOT_FOUND`, `ARTIFACT_CORRUPT`
   */
  async saveModel(context: RequestContext, reference: ModelReference): Promise<VersionRegistration> {
    const { name, modelType, signature, report, datasetFingerprint, artifact } = await this.#options.registry.getVersion(context, reference)
    const bytes = await this.#options.artifacts.get(context.tenantId, artifact.sha256)
    return { name, modelType, signature, report, datasetFingerprint, artifact: bytes, artifactFormat: artifact.format }
  }

  /** A model may be deleted and its name taken again: versions in memory go too. */
  #forgetAll(tenantId: TenantId, name: string): void {
    this.forget(tenantId, name)
    for (const [key] of this.#memory.entries(tenantId)) if (key.split('/')[1] === name) this.#memory.remove(key)
  }

  /** Forgets what a model's aliases mean; the next prediction asks. */
  forget(tenantId: TenantId, name: string): void {
    this.#resolutions.forget(tenantId, name)
  }

  /** Stops listening to changes and gives back all memory. */
  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.#memory.clear()
    this.#resolutions.clear()
  }

  async #resolve(context: RequestContext, reference: ModelReference): Promise<ModelVersion> {
    const { registry, clock } = this.#options
    parseModelName(reference.name)
    if (reference.alias !== undefined) parseAlias(reference.alias)
    throwIfEnded(context, clock.nowMs())
    const known = this.#resolutions.find(context.tenantId, reference.name)
      ?? await this.#resolutions.read(context.tenantId, reference.name, () => registry.getModel(context, reference.name))
    if (known.model.archivedAt) throw modelArchived(reference.name)
    const number = versionNumber(reference, known.model)
    if (number === undefined) throw aliasNotFound(reference, reference.alias ?? championAlias, Object.keys(known.model.aliases))
    return known.versions.get(number) ?? this.#readVersion(context, known, number)
  }

  async #readVersion(context: RequestContext, known: KnownModel, number: number): Promise<ModelVersion> {
    const version = await this.#options.registry.getVersion(context, { name: known.model.name, version: number })
    this.#resolutions.rememberVersion(known, version)
    return version
  }

  /** One read for all who ask at the same time; so it belongs to none of their contexts. */
  async #read(tenantId: TenantId, version: ModelVersion, key: string): Promise<LoadedModel> {
    const { artifacts, telemetry } = this.#options
    const reference = formatModelReference({ name: version.name, version: version.version })
    const { format } = version.artifact
    if (!readableArtifactFormats.includes(format)) throw loadFailed(reference, `one of the formats ${readableArtifactFormats.join(', ')}`, `'${format}'`)
    this.#memory.checkFits(version.artifact.sizeBytes)
    const endTurn = await this.#turns.take(tenantId)
    try {
      return await telemetry.span('ml.load', async () => {
        const model = this.#bases.share(decodeModelArtifact(await artifacts.get(tenantId, version.artifact.sha256)))
        this.#memory.add(tenantId, key, model)
        telemetry.modelLoads.add(1)
        return model
      })
    } catch (cause) {
      if (isMLError(cause, 'ARTIFACT_NOT_FOUND')) throw loadFailed(reference, 'its artifact', 'none', cause)
      if (isMLError(cause, 'ARTIFACT_CORRUPT')) throw loadFailed(reference, 'its artifact as it was stored', 'a damaged one', cause)
      throw cause
    } finally {
      endTurn()
    }
  }
}

function versionNumber(reference: ModelReference, model: RegisteredModel): number | undefined {
  if (reference.version !== undefined) return reference.version
  const alias = reference.alias ?? championAlias
  return Object.hasOwn(model.aliases, alias) ? model.aliases[alias] : undefined
}

const keys = new WeakMap<ModelVersion, string>()

/** With the artifact in it, so that the version of a model that was deleted is never taken for one of a new model of its name. */
function keyOf(tenantId: TenantId, version: ModelVersion): string {
  let key = keys.get(version)
  if (key === undefined) keys.set(version, (key = `${tenantId}/${version.name}/${version.version}/${version.artifact.sha256.slice(0, 16)}`))
  return key
}

function loadFailed(reference: string, expected: string, received: string, cause?: unknown): ModelLoadError {
  return new ModelLoadError(
    'MODEL_LOAD_FAILED',
    `Expected ${expected} for ${reference}, got ${received}. Restore the artifact, or train a new version.`,
    { details: { model: reference, expected, received }, ...(cause === undefined ? {} : { cause }) },
  )
}
