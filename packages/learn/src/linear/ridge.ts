import type { FitOptions, RegressorEstimator } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { featureCount } from '../feature-matrix.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import type { FittedLinearRegressor } from './fitted-linear-regressor.js'
import { solveNormalEquations } from './normal-equations.js'
import { SquaredLoss } from './regression-loss.js'
import { RegressionProblem } from './regression-problem.js'
import { solveSmoothRegression } from './smooth-regression.js'

export const ridgeSchema = {
  alpha: {
    type: 'number', default: 1, minimum: 0, maximum: 1e12,
    description: 'Penalty on large weights; 0 is least squares.',
  },
  maxIterations: {
    type: 'number', default: 5000, minimum: 1, maximum: 1e6, integer: true,
    description: 'Of many features: stop after so many iterations, converged or not.',
  },
  tolerance: {
    type: 'number', default: 1e-10, minimum: 1e-14, maximum: 0.5,
    description: 'Of many features: stop within about this share of the smallest objective.',
  },
} as const satisfies HyperparameterSchema

export type RidgeHyperparameters = Hyperparameters<typeof ridgeSchema>

/** Up to so many features the equations are solved exactly. */
const exactUpTo = 300

/**
 * Linear regression with an L2 penalty that leaves the intercept alone. It minimises what scikit-learn's `Ridge` does:
 * Σ weight · error² + alpha · ‖weights‖²; with alpha 0, what its `LinearRegression` does.
 *
 * Up to 300 features: exactly, by Cholesky's decomposition. More, and columns that depend on each other without a penalty: by
 * preconditioned conjugate gradients, two passes over the non-zero values an iteration.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @see Hoerl and Kennard (1970), "Ridge regression".
 * @example
 * new Ridge({ alpha: 1 }).fit(X, hours).predict(X)
 */
export class Ridge implements RegressorEstimator {
  readonly kind = 'ridge'
  readonly acceptsMissing = false
  readonly hyperparameters: RidgeHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('ridge', ridgeSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: Float64Array, options: FitOptions = {}): FittedLinearRegressor {
    const { alpha, tolerance, maxIterations } = this.hyperparameters
    const problem = new RegressionProblem(X, y, options)
    const penalty = alpha / problem.totalWeight
    const exact = featureCount(X) <= exactUpTo ? solveNormalEquations(problem, penalty) : undefined
    const fitted = exact
      ? problem.fitted(this.kind, exact.weights, exact.intercept, { iterations: 1, converged: true })
      : this.#iterate(problem, { penalty, tolerance, maxIterations }, options)
    options.onProgress?.(1)
    return fitted
  }

  #iterate(
    problem: RegressionProblem, limits: { readonly penalty: number; readonly tolerance: number; readonly maxIterations: number }, options: FitOptions,
  ): FittedLinearRegressor {
    const rows = problem.rows()
    const loss = new SquaredLoss(problem)
    const solution = solveSmoothRegression(problem, rows, { loss, intercept: problem.mean, marginCurvature: 1, ...limits }, options)
    return problem.fittedFrom(this.kind, rows, solution.weights, solution)
  }
}
