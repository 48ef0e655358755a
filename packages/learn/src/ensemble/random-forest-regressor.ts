import type { FitOptions, RegressorEstimator } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, resolveHyperparameters } from '../hyperparameters.js'
import { fitTreeRegressor } from '../tree/fit-trees.js'
import type { FittedTreeRegressor } from '../tree/fitted-tree-regressor.js'
import { randomForestRegressorSchema } from '../tree/tree-hyperparameters.js'

export type RandomForestRegressorHyperparameters = Hyperparameters<typeof randomForestRegressorSchema>

/**
 * Trees that each learn from rows drawn with replacement; the prediction is their mean. Costs and differences as for
 * `RandomForestClassifier`.
 *
 * @see Breiman (2001), Random forests.
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * const fitted = new RandomForestRegressor({ trees: 200 }).fit(X, hours, { seed: 7 })
 */
export class RandomForestRegressor implements RegressorEstimator {
  readonly kind = 'random-forest-regressor'
  readonly acceptsMissing = true
  readonly hyperparameters: RandomForestRegressorHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters(this.kind, randomForestRegressorSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: Float64Array, options: FitOptions = {}): FittedTreeRegressor {
    const { hyperparameters: told, kind } = this
    return fitTreeRegressor({ kind, sizes: told, forest: told, splitter: 'best' }, X, y, options)
  }
}
