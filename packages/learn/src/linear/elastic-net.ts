import type { FitOptions, RegressorEstimator } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import { descendCoordinates } from './coordinate-descent.js'
import type { FittedLinearRegressor } from './fitted-linear-regressor.js'
import { RegressionProblem } from './regression-problem.js'

const shared = {
  alpha: {
    type: 'number', default: 1, minimum: 0, exclusiveMinimum: true, maximum: 1e12,
    description: 'Penalty on weights, the more the fewer are not 0.',
  },
  maxIterations: {
    type: 'number', default: 1000, minimum: 1, maximum: 1e6, integer: true,
    description: 'Stop after so many sweeps over all columns, converged or not.',
  },
  tolerance: {
    type: 'number', default: 1e-6, minimum: 1e-14, maximum: 0.5,
    description: 'Stop when the duality gap is at most this share of the variance of the target.',
  },
} as const satisfies HyperparameterSchema

export const lassoSchema = shared

export const elasticNetSchema = {
  ...shared,
  l1Ratio: {
    type: 'number', default: 0.5, minimum: 0, exclusiveMinimum: true, maximum: 1,
    description: 'Share of the penalty that is on the sizes of weights (L1), the rest on their squares; 1 is the lasso.',
  },
} as const satisfies HyperparameterSchema

export type LassoHyperparameters = Hyperparameters<typeof lassoSchema>
export type ElasticNetHyperparameters = Hyperparameters<typeof elasticNetSchema>

/**
 * Linear regression in which weights of little use are exactly 0. It minimises what scikit-learn's `ElasticNet` does, with the mean
 * weighted by rows: ½ mean error² + alpha · l1Ratio · Σ |weights| + ½ alpha · (1 − l1Ratio) · ‖weights‖².
 *
 * By coordinate descent until the duality gap is small (see `descendCoordinates`). Where we differ: no weights at all of the L1
 * penalty is `Ridge`, with its own alpha.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @see Zou and Hastie (2005), "Regularization and variable selection via the elastic net".
 * @example
 * new ElasticNet({ alpha: 0.1, l1Ratio: 0.5 }).fit(X, hours).weights // many of them 0
 */
export class ElasticNet implements RegressorEstimator {
  readonly kind = 'elastic-net'
  readonly acceptsMissing = false
  readonly hyperparameters: ElasticNetHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('elastic-net', elasticNetSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: Float64Array, options: FitOptions = {}): FittedLinearRegressor {
    return fitElasticNet(this.kind, this.hyperparameters, X, y, options)
  }
}

/**
 * Linear regression with an L1 penalty alone, as scikit-learn's `Lasso`: ½ mean error² + alpha · Σ |weights|. See {@link ElasticNet}.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @see Tibshirani (1996), "Regression shrinkage and selection via the lasso".
 * @example
 * new Lasso({ alpha: 0.1 }).fit(X, hours).weights // many of them 0
 */
export class Lasso implements RegressorEstimator {
  readonly kind = 'lasso'
  readonly acceptsMissing = false
  readonly hyperparameters: LassoHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('lasso', lassoSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: Float64Array, options: FitOptions = {}): FittedLinearRegressor {
    return fitElasticNet(this.kind, { ...this.hyperparameters, l1Ratio: 1 }, X, y, options)
  }
}

function fitElasticNet(
  kind: string, { alpha, l1Ratio, tolerance, maxIterations }: ElasticNetHyperparameters, X: FeatureMatrix, y: Float64Array, options: FitOptions,
): FittedLinearRegressor {
  const problem = new RegressionProblem(X, y, options)
  const found = descendCoordinates(problem, {
    l1: alpha * l1Ratio, l2: alpha * (1 - l1Ratio), tolerance, maxIterations,
    ...(options.signal && { signal: options.signal }), ...(options.onProgress && { onProgress: options.onProgress }),
  })
  options.onProgress?.(1)
  return problem.fitted(kind, found.weights, found.intercept, found)
}
