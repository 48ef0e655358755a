import { MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'

/**
 * Mean absolute error.
 *
 * @param actual - shape (rows,)
 * @param predicted - same shape
 * @returns In the unit of the target.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * meanAbsoluteError([3, 5], [2, 7]) // => 1.5
 */
export function meanAbsoluteError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return meanOf(actual, predicted, (difference) => Math.abs(difference))
}

/**
 * Root of the mean squared error: large errors weigh more.
 *
 * @returns In the unit of the target.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * rootMeanSquaredError([3, 5], [2, 6]) // => 1
 */
export function rootMeanSquaredError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return Math.sqrt(meanOf(actual, predicted, (difference) => difference * difference))
}

/**
 * Share of the variance that the predictions explain: 1 is perfect, 0 is no better than the mean, below is worse. Where all actual
 * values are equal it is 1 for perfect predictions and else 0, as in scikit-learn; NaN for a single row, which has no variance.
 *
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * r2Score([1, 2, 3], [1, 2, 3]) // => 1
 */
export function r2Score(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const error = meanOf(actual, predicted, (difference) => difference * difference)
  if (actual.length < 2) return Number.NaN
  let mean = 0
  for (let row = 0; row < actual.length; row++) mean += actual[row] / actual.length
  let variance = 0
  for (let row = 0; row < actual.length; row++) variance += (actual[row] - mean) ** 2 / actual.length
  if (variance === 0) return error === 0 ? 1 : 0
  return 1 - error / variance
}

function meanOf(actual: ArrayLike<number>, predicted: ArrayLike<number>, cost: (difference: number) => number): number {
  expectEqual('predictions, one an actual value', actual.length, predicted.length)
  if (actual.length === 0) throw new MLError('DATA_EMPTY', 'Expected rows to measure on, got none.')
  let total = 0
  for (let row = 0; row < actual.length; row++) total += cost(predicted[row] - actual[row])
  return total / actual.length
}
