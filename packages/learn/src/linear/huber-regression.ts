import type { FitOptions, RegressorEstimator } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import { weightedQuantile } from '../statistics/weighted-quantile.js'
import type { FittedLinearRegressor } from './fitted-linear-regressor.js'
import { HuberLoss } from './huber-loss.js'
import { RegressionProblem } from './regression-problem.js'
import { solveSmoothRegression } from './smooth-regression.js'

export const huberRegressionSchema = {
  epsilon: {
    type: 'number', default: 1.35, minimum: 1, maximum: 1e6,
    description: 'Errors beyond so many times the scale count by their size, not by their square.',
  },
  alpha: {
    type: 'number', default: 1e-4, minimum: 0, maximum: 1e12,
    description: 'Penalty on large weights.',
  },
  maxIterations: {
    type: 'number', default: 1000, minimum: 1, maximum: 1e6, integer: true,
    description: 'Stop after so many iterations, converged or not.',
  },
  tolerance: {
    type: 'number', default: 1e-9, minimum: 1e-14, maximum: 0.5,
    description: 'Stop within about this share of the smallest objective.',
  },
} as const satisfies HyperparameterSchema

export type HuberRegressionHyperparameters = Hyperparameters<typeof huberRegressionSchema>

/**
 * Linear regression that outliers do not pull: errors count by their square up to epsilon times the scale of the errors, by their size
 * beyond it, and the scale is learned too. It minimises what scikit-learn's `HuberRegressor` does:
 * Σ weight · (scale + H(error / scale) · scale) + alpha · ‖weights‖².
 *
 * Cost per iteration: two passes over the non-zero values and a sort of the rows by their errors in each step of the line search.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @see Huber and Ronchetti (2009), "Robust statistics", section 7.7; Owen (2007), "A robust hybrid of lasso and ridge regression".
 * @example
 * new HuberRegression().fit(X, hoursWithAFewWildOnes).predict(X)
 */
export class HuberRegression implements RegressorEstimator {
  readonly kind = 'huber-regression'
  readonly acceptsMissing = false
  readonly hyperparameters: HuberRegressionHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('huber-regression', huberRegressionSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: Float64Array, options: FitOptions = {}): FittedLinearRegressor {
    const { epsilon, alpha, tolerance, maxIterations } = this.hyperparameters
    const problem = new RegressionProblem(X, y, options)
    const rows = problem.rows()
    const intercept = weightedQuantile(y, problem.rowWeights, 0.5)
    const spread = y.reduce((sum, target, row) => sum + problem.rowWeights[row] * Math.abs(target - intercept), 0)
    const loss = new HuberLoss(problem, epsilon, 1e-8 * spread || Number.MIN_VALUE * 2 ** 60)
    loss.evaluate(new Float64Array(y.length).fill(intercept), new Float64Array(y.length))
    const solution = solveSmoothRegression(problem, rows, {
      loss, penalty: (2 * alpha) / problem.totalWeight, intercept, marginCurvature: 2 / loss.scale, tolerance, maxIterations,
    }, options)
    options.onProgress?.(1)
    return problem.fittedFrom(this.kind, rows, solution.weights, solution)
  }
}
