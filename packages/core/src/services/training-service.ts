import type { Dataset } from '../dataset/dataset.js'
import type { ModelVersion } from '../domain/model-version.js'
import type { RequestContext } from '../domain/request-context.js'
import type { TrainingProgress, TrainingSpec } from '../domain/training-spec.js'

export interface TrainingOptions {
  readonly onProgress?: (progress: TrainingProgress) => void
  /** The same key never registers two versions: what a job passes, so that being run again is harmless. */
  readonly idempotencyKey?: string
}

/** Fits, measures and registers. What jobs and use cases ask of model life. */
export interface TrainingService {
  /** Throws TrainingError with the codes of data and learning, and `CANCELLED`. */
  train(context: RequestContext, spec: TrainingSpec, dataset: Dataset, options?: TrainingOptions): Promise<ModelVersion>
}
