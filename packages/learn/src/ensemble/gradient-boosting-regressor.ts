import { MLError } from '@motadata/core'
import type { FitOptions, RegressorEstimator } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import { checkFinite, checkTrainingMatrix, expectEqual, expectFeatures, sampleWeightsOf, throwIfAborted, widthsOf } from '../input-check.js'
import { randomSplit } from '../model-selection/split.js'
import { boost } from './boosting/boost.js'
import { boostingSchema } from './boosting/boosting-hyperparameters.js'
import { absoluteLoss, poissonLoss, quantileLoss, squaredLoss } from './boosting/boosting-loss.js'
import { checkFeatureRoles } from './boosting/feature-roles.js'
import { heldOutRows } from './boosting/held-out-rows.js'
import { moderateWeights } from './boosting/moderate-weights.js'
import { scaleTarget } from './boosting/scaled-target.js'
import { FittedBoostingRegressor } from './fitted-boosting-regressor.js'

export const gradientBoostingRegressorSchema = {
  ...boostingSchema,
  loss: {
    type: 'choice', default: 'squared', options: ['squared', 'absolute', 'quantile', 'poisson'],
    description: 'What is made small: squared gives means, absolute medians, quantile the quantile named by it, poisson means of counts.',
  },
  quantile: {
    type: 'number', default: 0.5, minimum: 0.001, maximum: 0.999,
    description: 'Share of the targets that lies below what is predicted, for the loss quantile.',
  },
} as const satisfies HyperparameterSchema

export type GradientBoostingRegressorHyperparameters = Hyperparameters<typeof gradientBoostingRegressorSchema>

/**
 * Gradient boosted trees on binned features, for numbers: their mean, median, a quantile, or the mean of counts with a logarithmic link.
 * Otherwise as `GradientBoostingClassifier`.
 *
 * Leaves of the losses absolute and quantile hold the median or quantile of what is left of their rows' targets. Targets are centred and
 * scaled first, so `minSplitGain` and `l2` do not depend on their unit.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * const fitted = new GradientBoostingRegressor({ loss: 'quantile', quantile: 0.9 }).fit(X, hoursToResolve)
 */
export class GradientBoostingRegressor implements RegressorEstimator {
  readonly kind = 'gradient-boosting-regressor'
  readonly acceptsMissing = true
  readonly hyperparameters: GradientBoostingRegressorHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('gradient-boosting-regressor', gradientBoostingRegressorSchema, hyperparameters)
  }

  /** @throws MLError also `TARGET_INVALID` for the loss poisson, of targets below 0 or all 0 */
  fit(X: FeatureMatrix, y: Float64Array, options: FitOptions = {}): FittedBoostingRegressor {
    throwIfAborted(options.signal)
    checkTrainingMatrix(X, this.acceptsMissing)
    expectEqual('targets, one a row', X.rowCount, y.length)
    checkFinite(y, (row) => `the target of row ${row}`)
    expectFeatures(X)
    checkFeatureRoles(options, widthsOf(X))
    const { loss, validationShare } = this.hyperparameters
    const weights = moderateWeights(sampleWeightsOf(options, X.rowCount))
    if (loss === 'poisson') checkCounts(y, weights)
    const { targets, center, scale, start } = scaleTarget(y, weights, loss, this.#quantile)
    const heldOut = heldOutRows(validationShare, weights, (rows, testShare) => randomSplit(rows.length, { testShare, seed: options.seed ?? 0 }))
    const { trees, importances } = boost({
      X, outputs: 1, base: Float64Array.of(start), weights, scale, hyperparameters: this.hyperparameters, targets, loss: this.#loss(),
      ...(heldOut && { heldOut }),
    }, options)
    return new FittedBoostingRegressor({ trees, base: Float64Array.of(center), importances, link: loss === 'poisson' ? 'log' : 'identity' })
  }

  get #quantile(): number {
    return this.hyperparameters.loss === 'quantile' ? this.hyperparameters.quantile : 0.5
  }

  #loss() {
    switch (this.hyperparameters.loss) {
      case 'squared': return squaredLoss
      case 'absolute': return absoluteLoss
      case 'quantile': return quantileLoss(this.#quantile)
      case 'poisson': return poissonLoss
    }
  }
}

function checkCounts(y: Float64Array, weights: Float64Array): void {
  const row = y.findIndex((value) => value < 0)
  if (row >= 0) {
    throw new MLError('TARGET_INVALID', `Expected targets of at least 0 for the loss poisson, got ${y[row]} in row ${row}. Use the loss squared for other numbers.`, { details: { row } })
  }
  if (!y.some((value, at) => value > 0 && weights[at] > 0)) {
    throw new MLError('TARGET_INVALID', 'Expected a target above 0 for the loss poisson, got only 0. There is nothing to learn.')
  }
}
