import type { ClassifierEstimator, FittedClassifier, FittedRegressor, RegressorEstimator } from '../estimator.js'
import type { HyperparameterSchema } from '../hyperparameters.js'
import type { ModelState } from '../model-state.js'

export interface ClassifierEntry {
  readonly kind: string
  readonly task: 'classification'
  readonly hyperparameterSchema: HyperparameterSchema
  /** @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID` */
  create(hyperparameters?: Readonly<Record<string, unknown>>): ClassifierEstimator
  /** @throws ModelLoadError `MODEL_LOAD_FAILED` */
  load(state: ModelState): FittedClassifier
}

export interface RegressorEntry {
  readonly kind: string
  readonly task: 'regression'
  readonly hyperparameterSchema: HyperparameterSchema
  /** @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID` */
  create(hyperparameters?: Readonly<Record<string, unknown>>): RegressorEstimator
  /** @throws ModelLoadError `MODEL_LOAD_FAILED` */
  load(state: ModelState): FittedRegressor
}

export type EstimatorEntry = ClassifierEntry | RegressorEntry
