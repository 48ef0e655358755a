import type { FitOptions, RegressorEstimator } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import { throwIfAborted } from '../input-check.js'
import { weightedQuantile } from '../statistics/weighted-quantile.js'
import type { FittedLinearRegressor } from './fitted-linear-regressor.js'
import { SmoothPinballLoss } from './regression-loss.js'
import { RegressionProblem } from './regression-problem.js'
import { curvatureOf } from './smooth-regression.js'
import { solveQuantileProgram } from './quantile-program.js'
import { solveSparseWeights } from './sparse-weights-solver.js'
import { watchSolver } from './watch-solver.js'

export const quantileRegressionSchema = {
  quantile: {
    type: 'number', default: 0.5, minimum: 0.001, maximum: 0.999,
    description: 'Share of the rows that lie below the prediction; 0.5 is the median.',
  },
  alpha: {
    type: 'number', default: 0, minimum: 0, maximum: 1e12,
    description: 'Penalty on the sizes of weights (L1).',
  },
  maxIterations: {
    type: 'number', default: 5000, minimum: 1, maximum: 1e6, integer: true,
    description: 'Stop after so many iterations, converged or not.',
  },
  tolerance: {
    type: 'number', default: 1e-6, minimum: 1e-12, maximum: 0.5,
    description: 'Stop within about this share of the smallest objective.',
  },
} as const satisfies HyperparameterSchema

export type QuantileRegressionHyperparameters = Hyperparameters<typeof quantileRegressionSchema>

/** Up to so many features, and values in all, the linear program is solved. */
const programFeatures = 300
const programValues = 2e7
/** Beyond them, no less than this is worth the steps. */
const smoothTolerance = 1e-4
/** The corner is made so much sharper from stage to stage. */
const sharpening = 0.2

/**
 * A quantile as a linear function of the features: the median, or the 0.9 quantile for a promise that holds nine times in ten. It
 * minimises what scikit-learn's `QuantileRegressor` does: the weighted mean quantile loss + alpha · Σ |weights|.
 *
 * Up to 300 features: the linear program, by an interior point method, until the gap between it and its dual is at most `tolerance` of
 * the objective; about twenty iterations of rows · features². More: the corner of the loss is rounded off and sharpened in stages, each
 * started from the last, until the rounding is worth less than 0.0001 of the objective; a few hundred iterations of two passes over the
 * non-zero values, which came within 0.001 of the least objective.
 *
 * Where we differ: alpha is 0 by default, not 1. Where several answers are best, as with few rows, ours lies between them.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @see Koenker and Bassett (1978), "Regression quantiles"; Chen (2007), "A finite smoothing algorithm for quantile regression".
 * @example
 * new QuantileRegression({ quantile: 0.9 }).fit(X, hours).predict(X) // hours that nine of ten tickets stay below
 */
export class QuantileRegression implements RegressorEstimator {
  readonly kind = 'quantile-regression'
  readonly acceptsMissing = false
  readonly hyperparameters: QuantileRegressionHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('quantile-regression', quantileRegressionSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: Float64Array, options: FitOptions = {}): FittedLinearRegressor {
    const problem = new RegressionProblem(X, y, options)
    const fitted = fitsProgram(problem) ? this.#solve(problem, options) : this.#sharpen(problem, options)
    options.onProgress?.(1)
    return fitted
  }

  #solve(problem: RegressionProblem, options: FitOptions): FittedLinearRegressor {
    const rows = Uint32Array.from(problem.targets.keys()).filter((row) => problem.rowWeights[row] > 0)
    const targets = Float64Array.from(rows, (row) => problem.targets[row])
    const rowWeights = Float64Array.from(rows, (row) => problem.rowWeights[row])
    const found = solveQuantileProgram({
      ...this.hyperparameters, values: filledRows(problem, rows), targets, rowWeights, onIteration: watchSolver(options, this.hyperparameters),
    })
    return problem.fitted(this.kind, found.weights.slice(0, -1), found.weights[found.weights.length - 1], found)
  }

  #sharpen(problem: RegressionProblem, options: FitOptions): FittedLinearRegressor {
    const { quantile, alpha, maxIterations } = this.hyperparameters
    const tolerance = Math.max(this.hyperparameters.tolerance, smoothTolerance)
    const rows = problem.rows()
    const weights = new Float64Array(rows.weightCount)
    weights[rows.featureCount] = weightedQuantile(problem.targets, problem.rowWeights, quantile)
    const margins = new Float64Array(rows.rowCount).fill(weights[rows.featureCount])
    const residuals = new Float64Array(rows.rowCount)
    const exactLoss = new SmoothPinballLoss(problem, quantile, Number.MIN_VALUE * 2 ** 60)
    let objective = exactLoss.evaluate(margins, residuals)
    let iterations = 0
    let converged = true
    // Errors of 0 leave nothing to learn.
    for (let width = objective, sharp = objective === 0; !sharp;) {
      sharp = width / 4 <= (tolerance / 2) * objective
      const solution = solveSparseWeights({
        rows,
        loss: new SmoothPinballLoss(problem, quantile, width),
        l1: alpha,
        l2: 0,
        weights,
        curvature: curvatureOf(problem, rows, 0, this.#curvatureAt(problem, margins, width)),
        tolerance: sharp ? tolerance / 10 : Math.max(tolerance / 10, 1e-3),
        maxIterations: Math.max(1, maxIterations - iterations),
        onIteration: () => throwIfAborted(options.signal),
      })
      iterations += solution.iterations
      converged = solution.converged
      rows.forward(weights, margins)
      objective = exactLoss.evaluate(margins, residuals)
      if (iterations >= maxIterations || objective === 0) break
      width *= sharpening
      options.onProgress?.(Math.min(0.99, iterations / maxIterations))
    }
    return problem.fittedFrom(this.kind, rows, weights, { iterations, converged })
  }

  /** Share of the weight within the rounded corner, times the curvature there. */
  #curvatureAt({ targets, rowWeights }: RegressionProblem, margins: Float64Array, width: number): number {
    let share = 0
    for (let row = 0; row < margins.length; row++) if (Math.abs(targets[row] - margins[row]) <= width) share += rowWeights[row]
    return Math.max(share, 1e-3) / (2 * width)
  }
}

const fitsProgram = ({ widths, matrix }: RegressionProblem): boolean => {
  const width = widths.denseCount + widths.sparseCount
  return width <= programFeatures && width * matrix.rowCount <= programValues
}

/** Some rows of both blocks with every value stored, shape (rows, features). */
function filledRows({ matrix, widths }: RegressionProblem, rows: Uint32Array): Float32Array {
  const { denseCount, sparseCount } = widths
  const width = denseCount + sparseCount
  const values = new Float32Array(rows.length * width)
  rows.forEach((row, at) => {
    if (matrix.dense) values.set(matrix.dense.values.subarray(row * denseCount, (row + 1) * denseCount), at * width)
    const { sparse } = matrix
    if (!sparse) return
    for (let i = sparse.rowPointers[row]; i < sparse.rowPointers[row + 1]; i++) values[at * width + denseCount + sparse.columnIndices[i]] = sparse.values[i]
  })
  return values
}
