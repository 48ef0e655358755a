import type { FitOptions, RegressorEstimator } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, resolveHyperparameters } from '../hyperparameters.js'
import { fitTreeRegressor } from '../tree/fit-trees.js'
import type { FittedTreeRegressor } from '../tree/fitted-tree-regressor.js'
import { extraTreesRegressorSchema } from '../tree/tree-hyperparameters.js'

export type ExtraTreesRegressorHyperparameters = Hyperparameters<typeof extraTreesRegressorSchema>

/**
 * Trees whose thresholds are drawn at random, one for every feature that a split looks at, and only chosen among by squared or absolute
 * error. Each learns from all rows unless `bootstrap`.
 *
 * @see Geurts, Ernst and Wehenkel (2006), Extremely randomized trees.
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * const fitted = new ExtraTreesRegressor({ trees: 200 }).fit(X, hours, { seed: 7 })
 */
export class ExtraTreesRegressor implements RegressorEstimator {
  readonly kind = 'extra-trees-regressor'
  readonly acceptsMissing = true
  readonly hyperparameters: ExtraTreesRegressorHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters(this.kind, extraTreesRegressorSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: Float64Array, options: FitOptions = {}): FittedTreeRegressor {
    const { hyperparameters: told, kind } = this
    return fitTreeRegressor({ kind, sizes: told, forest: told, splitter: 'random' }, X, y, options)
  }
}
