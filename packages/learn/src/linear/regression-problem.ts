import type { FitOptions } from '../estimator.js'
import type { DenseRows, FeatureMatrix } from '../feature-matrix.js'
import {
  checkFinite, checkTrainingMatrix, expectEqual, expectFeatures, type FeatureWidths, sampleWeightsOf, throwIfAborted, widthsOf,
} from '../input-check.js'
import { FittedLinearRegressor } from './fitted-linear-regressor.js'
import { LinearRows } from './linear-rows.js'

/** How a fit ended. */
export interface FitEnd {
  readonly iterations: number
  readonly converged: boolean
}

/**
 * Rows and numbers to learn a linear regressor from, checked, with weights that sum to 1. Dense columns are moved to mean 0, which
 * changes nothing but the intercept, as that is never penalised, and spares solvers columns that look like it; sparse columns stay.
 */
export class RegressionProblem {
  /** The matrix with its dense columns moved to mean 0. */
  readonly matrix: FeatureMatrix
  readonly widths: FeatureWidths
  readonly targets: Float64Array
  /** shape (rows,), sum 1 */
  readonly rowWeights: Float64Array
  /** Their sum before they were divided by it. */
  readonly totalWeight: number
  /** Of the targets. */
  readonly mean: number
  readonly #denseMeans: Float64Array

  /** @throws MLError `CANCELLED`, `DATA_EMPTY`, `FEATURES_EMPTY`, `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `INPUT_INVALID` */
  constructor(X: FeatureMatrix, y: Float64Array, options: FitOptions) {
    throwIfAborted(options.signal)
    checkTrainingMatrix(X)
    expectFeatures(X)
    expectEqual('targets, one a row', X.rowCount, y.length)
    checkFinite(y, (row) => `the target of row ${row}`)
    const weights = sampleWeightsOf(options, X.rowCount)
    this.totalWeight = weights.reduce((sum, weight) => sum + weight, 0)
    this.rowWeights = weights.map((weight) => weight / this.totalWeight)
    this.targets = y
    this.mean = y.reduce((sum, target, row) => sum + this.rowWeights[row] * target, 0)
    this.widths = widthsOf(X)
    this.#denseMeans = new Float64Array(this.widths.denseCount)
    this.matrix = X.dense ? { ...X, dense: this.#centered(X.dense) } : X
  }

  /** Rows laid out for a solver of one output. */
  rows(): LinearRows {
    return new LinearRows(this.matrix, 1)
  }

  /** The model of weights and an intercept that were found on the moved matrix. */
  fitted(kind: string, weights: Float64Array, intercept: number, { iterations, converged }: FitEnd): FittedLinearRegressor {
    const shift = this.#denseMeans.reduce((sum, mean, column) => sum + (weights[column] === 0 ? 0 : weights[column] * mean), 0)
    return new FittedLinearRegressor({ kind, widths: this.widths, weights, intercepts: Float64Array.of(intercept - shift), iterations, converged })
  }

  /** The same from a solver's weight array over {@link rows}. */
  fittedFrom(kind: string, rows: LinearRows, own: Float64Array, end: FitEnd): FittedLinearRegressor {
    const weights = new Float64Array(this.widths.denseCount + this.widths.sparseCount)
    rows.scatter(own, weights)
    return this.fitted(kind, weights, own[rows.featureCount], end)
  }

  #centered(dense: DenseRows): DenseRows {
    const { columnCount, rowCount } = dense
    const values = new Float32Array(dense.values.length)
    for (let column = 0; column < columnCount; column++) {
      let mean = 0
      for (let row = 0; row < rowCount; row++) mean += this.rowWeights[row] * dense.values[row * columnCount + column]
      const first = dense.values[column]
      let constant = true
      for (let row = 1; row < rowCount && constant; row++) constant = dense.values[row * columnCount + column] === first
      if (constant) mean = first
      this.#denseMeans[column] = mean
      for (let row = 0, at = column; row < rowCount; row++, at += columnCount) values[at] = dense.values[at] - mean
    }
    return { rowCount, columnCount, values }
  }
}
