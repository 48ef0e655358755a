import { quantileOfSorted } from '../statistics/quantile.js'
import { meanAbsoluteError, meanCost, meanError, meanSquaredError } from './regression-errors.js'
import { pinballLoss } from './quantile-loss.js'

/**
 * Share of the variance that the predictions explain: 1 is perfect, 0 is no better than the mean, below is worse. Where all actual
 * values are equal it is 1 for perfect predictions and else 0, as in scikit-learn; NaN for a single row, which has no variance.
 *
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * r2Score([1, 2, 3], [1, 2, 3]) // => 1
 */
export function r2Score(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return explainedShare(actual, meanSquaredError(actual, predicted), () => varianceOf(actual))
}

/**
 * As {@link r2Score}, but a constant shift of all predictions costs nothing. NaN for a single row, where scikit-learn gives 1.
 *
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * explainedVariance([1, 2, 3], [2, 3, 4]) // => 1
 */
export function explainedVariance(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const shift = meanError(actual, predicted)
  const variance = meanCost(actual, predicted, (difference) => (difference - shift) ** 2)
  return explainedShare(actual, variance, () => varianceOf(actual))
}

/**
 * Share of the absolute error from the median that the predictions explain.
 *
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * d2AbsoluteError([1, 2, 3, 4], [2.5, 2.5, 2.5, 2.5]) // => 0
 */
export function d2AbsoluteError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return explainedShare(actual, meanAbsoluteError(actual, predicted), () => meanAbsoluteError(actual, constant(actual, quantileOf(actual, 0.5))))
}

/**
 * Share of the pinball loss of the best constant, the quantile, that the predictions explain.
 *
 * @param quantile - above 0 and below 1
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `INPUT_INVALID`
 * @example
 * d2Pinball([1, 2, 3], [1, 2, 3], 0.9) // => 1
 */
export function d2Pinball(actual: ArrayLike<number>, predicted: ArrayLike<number>, quantile: number): number {
  return explainedShare(actual, pinballLoss(actual, predicted, quantile), () => pinballLoss(actual, constant(actual, quantileOf(actual, quantile)), quantile))
}

/** 1 − error / error of the best constant. */
export function explainedShare(actual: ArrayLike<number>, error: number, errorOfConstant: () => number): number {
  if (actual.length < 2) return Number.NaN
  const reference = errorOfConstant()
  if (reference === 0) return error === 0 ? 1 : 0
  return 1 - error / reference
}

const quantileOf = (values: ArrayLike<number>, share: number): number => quantileOfSorted(Float64Array.from(values).sort(), share)
const constant = (values: ArrayLike<number>, value: number): Float64Array => new Float64Array(values.length).fill(value)

function varianceOf(values: ArrayLike<number>): number {
  let mean = 0
  for (let row = 0; row < values.length; row++) mean += values[row] / values.length
  return meanSquaredError(values, constant(values, mean))
}
