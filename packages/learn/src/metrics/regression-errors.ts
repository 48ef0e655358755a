import { quantileOfSorted } from '../statistics/quantile.js'
import { expectMeasuredRows } from './measured-rows.js'

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
  return meanCost(actual, predicted, (difference) => Math.abs(difference))
}

/**
 * Mean squared error.
 *
 * @returns In the unit of the target, squared.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * meanSquaredError([3, 5], [2, 7]) // => 2.5
 */
export function meanSquaredError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return meanCost(actual, predicted, (difference) => difference * difference)
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
  return Math.sqrt(meanSquaredError(actual, predicted))
}

/**
 * The absolute error that half of the rows stay below.
 *
 * @returns In the unit of the target.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * medianAbsoluteError([3, 5, 100], [2, 7, 0]) // => 2
 */
export function medianAbsoluteError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  expectMeasuredRows(actual, predicted)
  return quantileOfSorted(Float64Array.from(actual, (value, row) => Math.abs(predicted[row] - value)).sort(), 0.5)
}

/**
 * The largest absolute error.
 *
 * @returns In the unit of the target.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * maxError([3, 5], [2, 7]) // => 2
 */
export function maxError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  expectMeasuredRows(actual, predicted)
  let largest = 0
  for (let row = 0; row < actual.length; row++) largest = Math.max(largest, Math.abs(predicted[row] - actual[row]))
  return largest
}

/**
 * Mean error with its sign: above 0 where predictions are too high on average.
 *
 * @returns In the unit of the target.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * meanError([3, 5], [2, 8]) // => 1
 */
export function meanError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return meanCost(actual, predicted, (difference) => difference)
}

/**
 * Mean of a cost of each prediction.
 *
 * @param cost - Of the difference predicted − actual.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 */
export function meanCost(
  actual: ArrayLike<number>, predicted: ArrayLike<number>, cost: (difference: number, actual: number, predicted: number) => number,
): number {
  expectMeasuredRows(actual, predicted)
  let total = 0
  for (let row = 0; row < actual.length; row++) total += cost(predicted[row] - actual[row], actual[row], predicted[row])
  return total / actual.length
}
