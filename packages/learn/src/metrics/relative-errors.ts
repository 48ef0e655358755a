import { MLError } from '@motadata/core'
import { meanCost } from './regression-errors.js'

/**
 * Mean absolute error relative to the actual value. A row whose actual value is 0 has no relative error unless it was predicted
 * exactly: one such row makes the mean infinite, where scikit-learn divides by 2⁻⁵².
 *
 * @param actual - shape (rows,)
 * @param predicted - same shape
 * @returns A share, not a percentage: 0.1 is 10 %.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * meanAbsolutePercentageError([2, 4], [1, 4]) // => 0.25
 */
export function meanAbsolutePercentageError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return meanCost(actual, predicted, (difference, value) => (difference === 0 ? 0 : Math.abs(difference) / Math.abs(value)))
}

/**
 * Mean absolute error relative to the mean magnitude of actual and predicted value; 0 where both are 0.
 *
 * @returns A share from 0 to 2.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * symmetricMeanAbsolutePercentageError([3], [1]) // => 1
 */
export function symmetricMeanAbsolutePercentageError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return meanCost(actual, predicted, (difference, value, prediction) =>
    (difference === 0 ? 0 : (2 * Math.abs(difference)) / (Math.abs(value) + Math.abs(prediction))))
}

/**
 * Mean squared difference of ln(1 + value): an error by a factor, for counts and durations.
 *
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `INPUT_INVALID` for negative values
 * @example
 * meanSquaredLogError([Math.E - 1], [0]).toFixed(6) // => '1.000000'
 */
export function meanSquaredLogError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return meanCost(actual, predicted, (_, value, prediction) => {
    if (value < 0 || prediction < 0) {
      throw new MLError('INPUT_INVALID', 'Expected values and predictions of at least 0, got a negative one. Take another measure.')
    }
    return (Math.log1p(prediction) - Math.log1p(value)) ** 2
  })
}
