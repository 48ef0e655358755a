import { MLError, ModelLoadError } from '@motadata/core'
import { baselineEstimators } from './catalog/baseline-estimators.js'
import type { EstimatorEntry } from './catalog/estimator-entry.js'
import { linearEstimators } from './catalog/linear-estimators.js'
import { naiveBayesEstimators } from './catalog/naive-bayes-estimators.js'
import { neighbourEstimators } from './catalog/neighbour-estimators.js'
import { treeEstimators } from './catalog/tree-estimators.js'
import type { FittedClassifier, FittedRegressor } from './estimator.js'
import { nearestName } from './hyperparameters.js'
import type { ModelState } from './model-state.js'

export type { ClassifierEntry, EstimatorEntry, RegressorEntry } from './catalog/estimator-entry.js'

/** Every estimator of this package. Its stored states have the format `<kind>/<number>`. */
export const estimatorCatalog: readonly EstimatorEntry[] = [
  ...treeEstimators, ...linearEstimators, ...naiveBayesEstimators, ...neighbourEstimators, ...baselineEstimators,
]

/** The entry of an estimator, undefined when there is none of that kind. */
export function findEstimator(kind: string): EstimatorEntry | undefined {
  return estimatorCatalog.find((candidate) => candidate.kind === kind)
}

/**
 * The entry of an estimator.
 *
 * @throws MLError `ESTIMATOR_UNKNOWN`, naming the nearest kind and all there are
 * @example
 * getEstimator('logistic-regression').task // => 'classification'
 */
export function getEstimator(kind: string): EstimatorEntry {
  const entry = findEstimator(kind)
  if (entry) return entry
  const kinds = estimatorCatalog.map((candidate) => candidate.kind)
  throw new MLError(
    'ESTIMATOR_UNKNOWN',
    `Expected one of the estimators ${kinds.join(', ')}, got '${kind.slice(0, 100)}'. Did you mean '${nearestName(kind, kinds)}'?`,
    { details: { kind: kind.slice(0, 100), kinds } },
  )
}

/**
 * The fitted classifier that a state was stored from.
 *
 * @throws ModelLoadError `MODEL_LOAD_FAILED` when no classifier has the state's format, or the state is damaged
 */
export function loadClassifier(state: ModelState): FittedClassifier {
  return entryFor(state, 'classification').load(state)
}

/**
 * The fitted regressor that a state was stored from.
 *
 * @throws ModelLoadError `MODEL_LOAD_FAILED` when no regressor has the state's format, or the state is damaged
 */
export function loadRegressor(state: ModelState): FittedRegressor {
  return entryFor(state, 'regression').load(state)
}

function entryFor<Task extends EstimatorEntry['task']>(state: ModelState, task: Task): Extract<EstimatorEntry, { task: Task }> {
  const format: unknown = (state as ModelState | null | undefined)?.format
  const kind = typeof format === 'string' ? format.split('/')[0] : undefined
  const entry = estimatorCatalog.find((candidate) => candidate.kind === kind && candidate.task === task)
  if (entry) return entry as Extract<EstimatorEntry, { task: Task }>
  const kinds = estimatorCatalog.filter((candidate) => candidate.task === task).map((candidate) => candidate.kind)
  const shown = String(format).slice(0, 100)
  throw new ModelLoadError(
    'MODEL_LOAD_FAILED',
    `Expected a state of ${kinds.join(', ')}, got the format '${shown}'. Load it with a version of this package that knows it.`,
    { details: { kinds, format: shown } },
  )
}
