import {
  type Dataset, type ExplanationOptions, type InferenceService, type Instance, type ModelCard, type ModelCatalog, type ModelPage, type ModelReference, type ModelVersion,
  parseTenantId, type Platform, type PredictionBatch, type RegisteredModel, type RequestContext, throwIfEnded, type
  TrainingOptions, type TrainingService, type TrainingSpec, type PageRequest,
} from '@motadata/core'
import { mlFrameworkMigrations } from './migrations/migrations.js'
import { ModelManager } from './model-manager.js'
import { type ModelChanges, ModelRegistry, type VersionPage } from './model-registry.js'
import { Predictor } from './predictor.js'
import { compareScores, type VersionComparison } from './registry/compare-scores.js'
import type { ModelLineage } from './registry/model-lineage.js'
import { CheckpointStore } from './storage/checkpoint-store.js'
import { FrameworkTelemetry } from './telemetry/framework-telemetry.js'
import { TenantMLSystem } from './tenant-ml-system.js'
import { Trainer } from './trainer.js'

export interface MLSystemOptions {
  /** Bytes of models in memory; default 512 MiB. */
  readonly memoryBudgetBytes?: number
  /** Bytes that one tenant's models take at most; default the whole budget. */
  readonly tenantMemoryBudgetBytes?: number
  /** Trainings at once; default 1. */
  readonly concurrentFits?: number
}

/**
 * The life of models: trained, kept, promoted, loaded, asked. Opened on a platform; one for all tenants, each of which sees its own.
 *
 * @example
 * const ml = (await MLSystem.open(platform)).forTenant('acme')
 * await ml.trainModel({ modelId: 'ticket_classifier', modelType: 'classification', trainingData, target: 'category' })
 * await ml.predict('ticket_classifier', { text: 'VPN is down' })
 */
export class MLSystem implements InferenceService, TrainingService, ModelCatalog {
  readonly registry: ModelRegistry
  readonly models: ModelManager
  readonly trainer: Trainer
  readonly predictor: Predictor
  readonly #platform: Platform

  private constructor(platform: Platform, options: MLSystemOptions) {
    const { database, artifacts, changes, clock, keys } = platform
    const telemetry = new FrameworkTelemetry()
    this.#platform = platform
    this.registry = new ModelRegistry({ database, artifacts, changes, clock })
    const { memoryBudgetBytes, tenantMemoryBudgetBytes, concurrentFits } = options
    this.models = new ModelManager({
      registry: this.registry, artifacts, changes, clock, telemetry,
      ...(memoryBudgetBytes === undefined ? {} : { memoryBudgetBytes }), ...(tenantMemoryBudgetBytes === undefined ? {} : { tenantMemoryBudgetBytes }),
    })
    const checkpoints = new CheckpointStore({ database, artifacts, clock })
    this.trainer = new Trainer({ registry: this.registry, artifacts, checkpoints, clock, telemetry, ...(concurrentFits === undefined ? {} : { concurrentFits }) })
    this.predictor = new Predictor({ keys, clock })
  }

  /**
   * Brings the tables to their newest version and gives the system.
   *
   * @throws MLError `MIGRATION_FAILED`
   */
  static async open(platform: Platform, options: MLSystemOptions = {}): Promise<MLSystem> {
    await platform.database.migrate(mlFrameworkMigrations)
    return new MLSystem(platform, options)
  }

  /** The same for one tenant, without a context at every call. @throws MLError `TENANT_ID_INVALID` */
  forTenant(tenantId: string): TenantMLSystem {
    return new TenantMLSystem(this, { tenantId: parseTenantId(tenantId), ids: this.#platform.ids })
  }

  /** Fits, measures and registers a version. @throws MLError as {@link Trainer.train} */
  async train(context: RequestContext, spec: TrainingSpec, dataset: Dataset, options: TrainingOptions = {}): Promise<ModelVersion> {
    const version = await this.trainer.train(context, spec, dataset, options)
    this.models.forget(context.tenantId, version.name)
    return version
  }

  /**
   * One prediction an instance, in their order, all from one version.
   *
   * @throws MLError `NAME_INVALID`, `MODEL_NOT_FOUND`, `MODEL_VERSION_NOT_FOUND`, `MODEL_ALIAS_NOT_FOUND`, `MODEL_ARCHIVED`,
   * `MODEL_LOAD_FAILED`, `MODEL_TOO_LARGE`, `INSTANCES_EMPTY`, `INPUT_INVALID`, `COLUMN_INVALID`, `CANCELLED`, `DEADLINE_EXCEEDED`
   */
  async predict(context: RequestContext, model: ModelReference, instances: readonly (Instance | string)[]): Promise<PredictionBatch> {
    throwIfEnded(context, this.#platform.clock.nowMs())
    const loaded = this.models.findInMemory(context.tenantId, model) ?? await this.models.load(context, model)
    const predictions = this.predictor.predictAtOnce(context, loaded, instances) ?? await this.predictor.predict(context, loaded, instances)
    return { model: { name: loaded.version.name, version: loaded.version.version }, predictions }
  }

  /**
   * The same without a promise: undefined unless the model is in memory, the tenant asked a moment ago, and the instances are few.
   *
   * @throws MLError as `predict`
   */
  predictAtOnce(context: RequestContext, model: ModelReference, instances: readonly (Instance | string)[]): PredictionBatch | undefined {
    const loaded = this.models.findInMemory(context.tenantId, model)
    const predictions = loaded && this.predictor.predictAtOnce(context, loaded, instances)
    return predictions && { model: { name: loaded.version.name, version: loaded.version.version }, predictions }
  }

  /**
   * Predictions with what every word and field added to their scores.
   *
   * @throws MLError as `predict`, `EXPLANATION_UNAVAILABLE`, `INPUT_INVALID`
   */
  async explain(
    context: RequestContext, model: ModelReference, instances: readonly (Instance | string)[], options?: ExplanationOptions,
  ): Promise<PredictionBatch> {
    throwIfEnded(context, this.#platform.clock.nowMs())
    const loaded = await this.models.load(context, model)
    const predictions = await this.predictor.explain(context, loaded, instances, options)
    return { model: { name: loaded.version.name, version: loaded.version.version }, predictions }
  }

  listModels(context: RequestContext, page?: PageRequest): Promise<ModelPage> {
    return this.registry.listModels(context, page)
  }

  getModel(context: RequestContext, name: string): Promise<RegisteredModel> {
    return this.registry.getModel(context, name)
  }

  getVersion(context: RequestContext, reference: ModelReference): Promise<ModelVersion> {
    return this.registry.getVersion(context, reference)
  }

  /** Newest first. @throws MLError `MODEL_NOT_FOUND`, `INPUT_INVALID` */
  listVersions(context: RequestContext, name: string, page?: PageRequest): Promise<VersionPage> {
    return this.registry.listVersions(context, name, page)
  }

  /** Makes an alias mean a version; by default the one that answers. @throws MLError as {@link ModelRegistry.promote} */
  async promoteVersion(context: RequestContext, name: string, version: number, alias?: string): Promise<ModelVersion> {
    const promoted = await this.registry.promoteVersion(context, name, version, alias)
    this.models.forget(context.tenantId, name)
    return promoted
  }

  /** What a version is, how it came about and how good it is. @throws MLError as {@link ModelRegistry.getCard} */
  getCard(context: RequestContext, reference: ModelReference): Promise<ModelCard> {
    return this.registry.getCard(context, reference)
  }

  /** Where a version comes from and where it went. @throws MLError as {@link ModelRegistry.getLineage} */
  getLineage(context: RequestContext, reference: ModelReference): Promise<ModelLineage> {
    return this.registry.getLineage(context, reference)
  }

  /**
   * Compares two versions: on the held-out rows that both were measured on, or on labelled rows handed in, which neither may have learned
   * from.
   *
   * @throws MLError as {@link ModelRegistry.compareVersions}, and with rows as `predict`, `TARGET_INVALID`, `DATA_EMPTY`
   */
  async compareVersions(
    context: RequestContext, first: ModelReference, second: ModelReference, on?: { readonly rows: Dataset; readonly target: string },
  ): Promise<VersionComparison> {
    if (on === undefined) return this.registry.compareVersions(context, first, second)
    const [one, other] = [await this.models.load(context, first), await this.models.load(context, second)]
    const scores = [one, other].map((loaded) => this.trainer.validate(loaded, on.rows, on.target).scores)
    return compareScores([one.version, other.version], [scores[0], scores[1]], 'handed-in')
  }

  /** Changes what a model says of itself. @throws MLError as {@link ModelRegistry.updateModel} */
  updateModel(context: RequestContext, name: string, changes: ModelChanges): Promise<RegisteredModel> {
    return this.models.updateModel(context, name, changes)
  }

  /** Takes a model out of use. @throws MLError as {@link ModelRegistry.archive} */
  archiveModel(context: RequestContext, name: string): Promise<RegisteredModel> {
    return this.models.archiveModel(context, name)
  }

  /** Deletes an archived model for good. @throws MLError as {@link ModelRegistry.deleteModel} */
  deleteModel(context: RequestContext, name: string): Promise<void> {
    return this.models.deleteModel(context, name)
  }

  /** Ends the trainings that run, with `CANCELLED`, and gives back the memory of models. The platform stays open. */
  async close(): Promise<void> {
    this.trainer.close()
    this.models.close()
    return Promise.resolve()
  }
}
