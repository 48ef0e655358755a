import type { ExplanationOptions, Instance, PredictionBatch } from '../domain/prediction.js'
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

  /**
   * The same without a promise, for who can answer so: undefined when what is needed is not at hand, and nothing was done.
   *
   * Throws MLError as `predict`.
   */
  predictAtOnce?(context: RequestContext, model: ModelReference, instances: readonly Instance[]): PredictionBatch | undefined

  /**
   * Predictions as by `predict`, each with its `explanation`: what every word and field added to the score. Takes longer.
   *
   * Throws MLError as `predict`, `EXPLANATION_UNAVAILABLE` for a model that can't be explained exactly, and `INPUT_INVALID` for a class that
   * the model does not have.
   */
  explain(
    context: RequestContext, model: ModelReference, instances: readonly Instance[], options?: ExplanationOptions,
  ): Promise<PredictionBatch>
}
