import {
  type ArtifactStore, championAlias, type ChangeSignal, type Clock, formatModelReference, isMLError, ModelLoadError, type
  ModelReference, type ModelVersion, parseAlias, parseModelName, type RegisteredModel, type RequestContext, type TenantId,
  throwIfEnded,
} from '@motadata/core'
import type { LoadedModel } from './artifact/loaded-model.js'
import { decodeModelArtifact, modelArtifactFormat } from './artifact/model-artifact.js'
import { ModelMemory } from './memory/model-memory.js'
import { type KnownModel, ResolutionCache } from './memory/resolution-cache.js'
import type { ModelRegistry } from './model-registry.js'
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
  readonly #memory: ModelMemory
  readonly #resolutions: ResolutionCache
  readonly #loading = new Map<string, Promise<LoadedModel>>()
  readonly #turns = new FairTurns(loadsAtOnce)
  readonly #unsubscribe: readonly (() => void)[]

  constructor(options: ModelManagerOptions) {
    this.#options = options
    this.#memory = new ModelMemory({ budgetBytes: options.memoryBudgetBytes ?? defaultBudgetBytes, telemetry: options.telemetry })
    this.#resolutions = new ResolutionCache({ clock: options.clock, maxAgeMs: aliasMaxAgeMs })
    this.#unsubscribe = (['model-alias', 'model-archived'] as const).map((topic) =>
      options.changes.subscribe(topic, ({ tenantId, subject }) => this.forget(tenantId, subject)))
  }

  get budgetBytes(): number {
    return this.#memory.budgetBytes
  }

  get usedBytes(): number {
    return this.#memory.usedBytes
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
    return this.#memory.remove(keyOf(context.tenantId, { name, version }))
  }

  /** The tenant's versions that are in memory, least recently used first. */
  getLoaded(context: RequestContext): readonly LoadedVersion[] {
    const prefix = `${context.tenantId}/`
    return this.#memory.entries().filter(([key]) => key.startsWith(prefix)).map(([key, sizeBytes]) => {
      const [name, version] = key.slice(prefix.length).split('/')
      return { name: name!, version: Number(version), sizeBytes }
    })
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
    if (format !== modelArtifactFormat) throw loadFailed(reference, `the format '${modelArtifactFormat}'`, `'${format}'`)
    this.#memory.checkFits(version.artifact.sizeBytes)
    const endTurn = await this.#turns.take(tenantId)
    try {
      return await telemetry.span('ml.load', async () => {
        const model = decodeModelArtifact(await artifacts.get(tenantId, version.artifact.sha256))
        this.#memory.add(key, model)
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

const keyOf = (tenantId: TenantId, { name, version }: Pick<ModelVersion, 'name' | 'version'>): string => `${tenantId}/${name}/${version}`

function loadFailed(reference: string, expected: string, received: string, cause?: unknown): ModelLoadError {
  return new ModelLoadError(
    'MODEL_LOAD_FAILED',
    `Expected ${expected} for ${reference}, got ${received}. Restore the artifact, or train a new version.`,
    { details: { model: reference, expected, received }, ...(cause === undefined ? {} : { cause }) },
  )
}
