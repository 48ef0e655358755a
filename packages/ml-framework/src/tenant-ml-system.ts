import {
  type ExplanationOptions, type IdSource, type Instance, type ModelCard, type ModelPage, type ModelReference, type ModelVersion, parseModelName, parseModelReference,
  platformContext, type Prediction, type RegisteredModel, type RequestContext, type TenantId, type TrainingProgress, type
  TrainingSpec, type PageRequest,
} from '@motadata/core'
import type { MLSystem } from './ml-system.js'
import type { ModelChanges } from './model-registry.js'
import type { VersionComparison } from './registry/compare-scores.js'
import type { ModelLineage } from './registry/model-lineage.js'
import { readTrainingData, type TrainingData } from './training/training-data.js'

/** What to train, and on what. */
export interface TrainModelRequest extends Omit<TrainingSpec, 'target'> {
  readonly trainingData: TrainingData
  /** The column to learn; default `target`, `label` or `category`, the first that there is. */
  readonly target?: string
  readonly onProgress?: (progress: TrainingProgress) => void
  /** Aborting it ends the training with `CANCELLED`. */
  readonly signal?: AbortSignal
  /** The same key never registers two versions. */
  readonly idempotencyKey?: string
}

/** The life of one tenant's models: `MLSystem` as a script or a backend uses it, without a context at every call. */
export class TenantMLSystem {
  readonly tenantId: TenantId
  readonly #system: MLSystem
  readonly #requestId: string
  #requests = 0

  constructor(system: MLSystem, options: { readonly tenantId: TenantId; readonly ids: IdSource }) {
    this.tenantId = options.tenantId
    this.#system = system
    this.#requestId = options.ids.next()
  }

  /**
   * Trains a model in a worker thread, measures it on held-out rows and registers it as the next version; the first becomes champion.
   *
   * @returns the version, with the report of how good it is
   * @throws MLError as `Trainer.train`, and `TARGET_INVALID` naming the columns when the target is not clear
   * @example
   * const trainingData = { X: texts, y: labels }
   * const version = await ml.trainModel({ modelId: 'ticket_classifier', modelType: 'classification', trainingData })
   * version.report.metrics.accuracy // on the held-out fifth
   */
  async trainModel(request: TrainModelRequest): Promise<ModelVersion> {
    const { trainingData, target, onProgress, signal, idempotencyKey, ...spec } = request
    const rows = readTrainingData(trainingData, target, spec.columnKinds)
    return this.#system.train(this.#context(signal), { ...spec, target: rows.target }, rows.dataset, {
      ...(onProgress && { onProgress }), ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    })
  }

  /**
   * Asks a model: `name` for its champion, `name@alias`, or `name/versions/3`.
   *
   * @param instance - Values by column name, or bare text where the model has a single input of text.
   * @throws MLError as `MLSystem.predict`
   * @example
   * (await ml.predict('ticket_classifier', { text: 'VPN is down' })).label
   */
  predict(modelId: string, instance: Instance | string): Promise<Prediction>
  predict(modelId: string, instances: readonly (Instance | string)[]): Promise<Prediction[]>
  async predict(modelId: string, given: Instance | string | readonly (Instance | string)[]): Promise<Prediction | Prediction[]> {
    const several = Array.isArray(given)
    const instances = several ? (given as readonly (Instance | string)[]) : [given as Instance | string]
    const { predictions } = await this.#system.predict(this.#context(), referenceOf(modelId), instances)
    return several ? [...predictions] : predictions[0]!
  }

  /**
   * Asks a model and has it say why: what each word and field added to the score.
   *
   * @throws MLError as `MLSystem.explain`
   * @example
   * const { label, explanation } = await ml.explain('ticket_classifier', { text: 'VPN is down' })
   */
  async explain(modelId: string, instance: Instance | string, options?: ExplanationOptions): Promise<Prediction> {
    const { predictions } = await this.#system.explain(this.#context(), referenceOf(modelId), [instance], options)
    return predictions[0]!
  }

  /** Asks a model about many instances at once; one prediction each, in their order. @throws MLError as `MLSystem.predict` */
  async predictBatch(modelId: string, instances: readonly (Instance | string)[]): Promise<Prediction[]> {
    return this.predict(modelId, instances)
  }

  /**
   * Probabilities of all classes, calibrated, in the order of the model's classes.
   *
   * @returns shape (instances, classes); rows sum to 1
   * @throws MLError as `predictBatch`, `INPUT_INVALID` for a model of numbers
   * @example
   * const { classes, probabilities } = await ml.predictProba('ticket_classifier', ['VPN is down'])
   */
  async predictProba(
    modelId: string, instances: readonly (Instance | string)[],
  ): Promise<{ readonly classes: readonly string[]; readonly probabilities: readonly (readonly number[])[] }> {
    const context = this.#context()
    const loaded = await this.#system.models.load(context, referenceOf(modelId))
    return this.#system.predictor.predictProba(context, loaded, instances)
  }

  /** Loads a version into memory, so that its first prediction need not wait. @throws MLError as `ModelManager.loadModel` */
  async loadModel(modelId: string): Promise<ModelVersion> {
    return (await this.#system.models.loadModel(this.#context(), referenceOf(modelId))).version
  }

  /** Lets a version leave memory; it comes back when it is asked for. @returns whether it was there */
  async unloadModel(modelId: string): Promise<boolean> {
    return this.#system.models.unloadModel(this.#context(), referenceOf(modelId))
  }

  /** What a version is, how it came about and how good it is. @throws MLError as `MLSystem.getCard` */
  async getCard(modelId: string): Promise<ModelCard> {
    return this.#system.getCard(this.#context(), referenceOf(modelId))
  }

  /** Where a version comes from and where it went. @throws MLError as `MLSystem.getLineage` */
  async getLineage(modelId: string): Promise<ModelLineage> {
    return this.#system.getLineage(this.#context(), referenceOf(modelId))
  }

  /** Compares two versions on the held-out rows that both were measured on. @throws MLError as `MLSystem.compareVersions` */
  async compareVersions(first: string, second: string): Promise<VersionComparison> {
    return this.#system.compareVersions(this.#context(), referenceOf(first), referenceOf(second))
  }

  /** Deletes an archived model for good. @throws MLError `MODEL_NOT_FOUND`, `MODEL_NOT_ARCHIVED` */
  async deleteModel(name: string): Promise<void> {
    return this.#system.deleteModel(this.#context(), name)
  }

  /** Changes what a model says of itself. @throws MLError `MODEL_NOT_FOUND`, `INPUT_INVALID` */
  async updateModel(name: string, changes: ModelChanges): Promise<RegisteredModel> {
    return this.#system.updateModel(this.#context(), name, changes)
  }

  /**
   * The version that answers to a reference, with its report.
   *
   * @throws MLError `MODEL_NOT_FOUND`, `MODEL_VERSION_NOT_FOUND`, `MODEL_ALIAS_NOT_FOUND`
   */
  async getModelInfo(modelId: string): Promise<ModelVersion> {
    return this.#system.getVersion(this.#context(), referenceOf(modelId))
  }

  async listModels(page?: PageRequest): Promise<ModelPage> {
    return this.#system.listModels(this.#context(), page)
  }

  /**
   * Makes an alias mean a version; by default the one that answers.
   *
   * @throws MLError `MODEL_NOT_FOUND`, `MODEL_VERSION_NOT_FOUND`, `MODEL_ARCHIVED`
   */
  async promoteVersion(name: string, version: number, alias?: string): Promise<ModelVersion> {
    return this.#system.promoteVersion(this.#context(), name, version, alias)
  }

  /** Takes a model out of use. @throws MLError `MODEL_NOT_FOUND` */
  async archiveModel(name: string): Promise<RegisteredModel> {
    return this.#system.archiveModel(this.#context(), name)
  }

  #context(signal?: AbortSignal): RequestContext {
    return platformContext(this.tenantId, `${this.#requestId}-${++this.#requests}`, signal)
  }
}

function referenceOf(modelId: unknown): ModelReference {
  return typeof modelId === 'string' ? parseModelReference(modelId) : { name: parseModelName(modelId) }
}
