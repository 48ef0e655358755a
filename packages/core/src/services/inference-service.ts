import type { Instance, PredictionBatch } from '../domain/prediction.js'
import type { ModelReference } from '../domain/model-reference.js'
import type { RequestContext } from '../domain/request-context.js'

/** Asks a model. What serving needs of model life. */
export interface InferenceService {
  /**
   * One prediction an instance, in their order, all from one version.
   *
   * Throws MLError `MODEL_NOT_FOUND`, `MODEL_VERSION_NOT_FOUND`, `MODEL_ALIAS_NOT_FOUND`, `MODEL_ARCHIVED`, `MODEL_LOAD_FAILED`, `MODEL_TOO_LARGE`,
   * and `COLUMN_INVALID` or `INPUT_INVALID` for an instance that does not fit the signature (`details.instance` is its number from 0).
   */
  predict(context: RequestContext, model: ModelReference, instances: readonly Instance[]): Promise<PredictionBatch>
}
