import { MLError } from '@motadata/core'
import type { FitOptions, RegressorEstimator } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import type { FittedLinearRegressor } from './fitted-linear-regressor.js'
import { largestLogMean, PoissonLoss } from './regression-loss.js'
import { RegressionProblem } from './regression-problem.js'
import { solveSmoothRegression } from './smooth-regression.js'

export const poissonRegressionSchema = {
  alpha: {
    type: 'number', default: 1, minimum: 0, maximum: 1e12,
    description: 'Penalty on large weights.',
  },
  maxIterations: {
    type: 'number', default: 1000, minimum: 1, maximum: 1e6, integer: true,
    description: 'Stop after so many iterations, converged or not.',
  },
  tolerance: {
    type: 'number', default: 1e-8, minimum: 1e-14, maximum: 0.5,
    description: 'Stop within about this share of the smallest objective.',
  },
} as const satisfies HyperparameterSchema

export type PoissonRegressionHyperparameters = Hyperparameters<typeof poissonRegressionSchema>

/**
 * Regression of counts and other numbers of at least 0: the logarithm of the mean is linear in the features. It minimises what
 * scikit-learn's `PoissonRegressor` does: the weighted mean of half the Poisson deviance + alpha / 2 · ‖weights‖².
 *
 * Cost per iteration: two passes over the non-zero values.
 *
 * Where we differ: the solver is preconditioned conjugate gradients, not L-BFGS; a target of nothing but 0 predicts 0; a prediction
 * is at most exp(700).
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`; `fit` also `INPUT_INVALID` for a target below 0
 * @see McCullagh and Nelder (1989), "Generalized linear models".
 * @example
 * new PoissonRegression({ alpha: 0.1 }).fit(X, ticketsPerDay).predict(X)
 */
export class PoissonRegression implements RegressorEstimator {
  readonly kind = 'poisson-regression'
  readonly acceptsMissing = false
  readonly hyperparameters: PoissonRegressionHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('poisson-regression', poissonRegressionSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: Float64Array, options: FitOptions = {}): FittedLinearRegressor {
    const { alpha, tolerance, maxIterations } = this.hyperparameters
    const problem = new RegressionProblem(X, y, options)
    const negative = y.findIndex((target) => target < 0)
    if (negative >= 0) {
      throw new MLError('INPUT_INVALID', `Expected targets of at least 0 for ${this.kind}, got ${y[negative]} in row ${negative}. Use ridge for numbers below 0.`)
    }
    const fitted = problem.mean === 0
      ? problem.fitted(this.kind, new Float64Array(problem.widths.denseCount + problem.widths.sparseCount), -largestLogMean, { iterations: 0, converged: true })
      : this.#iterate(problem, { penalty: alpha, tolerance, maxIterations }, options)
    options.onProgress?.(1)
    return fitted
  }

  #iterate(
    problem: RegressionProblem, limits: { readonly penalty: number; readonly tolerance: number; readonly maxIterations: number }, options: FitOptions,
  ): FittedLinearRegressor {
    const rows = problem.rows()
    const start = { loss: new PoissonLoss(problem), intercept: Math.log(problem.mean), marginCurvature: problem.mean }
    const solution = solveSmoothRegression(problem, rows, { ...start, ...limits }, options)
    return problem.fittedFrom(this.kind, rows, solution.weights, solution)
  }
}
