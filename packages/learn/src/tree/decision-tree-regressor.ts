import type { FitOptions, RegressorEstimator } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, resolveHyperparameters } from '../hyperparameters.js'
import { fitTreeRegressor, singleTree } from './fit-trees.js'
import type { FittedTreeRegressor } from './fitted-tree-regressor.js'
import { decisionTreeRegressorSchema } from './tree-hyperparameters.js'

export type DecisionTreeRegressorHyperparameters = Hyperparameters<typeof decisionTreeRegressorSchema>

/**
 * One binary tree of questions about features; a leaf says the mean of its training rows, or their median where absolute error is
 * minimised. Learns from missing values. Costs and differences as for `DecisionTreeClassifier`.
 *
 * @see Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees.
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * const fitted = new DecisionTreeRegressor({ maxDepth: 5, criterion: 'absolute-error' }).fit(X, hours)
 */
export class DecisionTreeRegressor implements RegressorEstimator {
  readonly kind = 'decision-tree-regressor'
  readonly acceptsMissing = true
  readonly hyperparameters: DecisionTreeRegressorHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters(this.kind, decisionTreeRegressorSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: Float64Array, options: FitOptions = {}): FittedTreeRegressor {
    return fitTreeRegressor({ kind: this.kind, sizes: this.hyperparameters, forest: singleTree, splitter: 'best' }, X, y, options)
  }
}
