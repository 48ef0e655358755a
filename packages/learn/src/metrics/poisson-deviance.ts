import { MLError } from '@motadata/core'
import { explainedShare } from './explained-share.js'
import { meanCost } from './regression-errors.js'

/**
 * Mean Poisson deviance: what predictions of counts are measured by.
 *
 * @param actual - At least 0, shape (rows,).
 * @param predicted - Above 0, same shape.
 * @returns 0 is perfect.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `INPUT_INVALID` for a negative count or a prediction not above 0
 * @example
 * meanPoissonDeviance([0], [1]) // => 2
 */
export function meanPoissonDeviance(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return meanCost(actual, predicted, (_, value, prediction) => {
    if (!(value >= 0) || !(prediction > 0)) {
      throw new MLError('INPUT_INVALID', 'Expected counts of at least 0 and predictions above 0, got others.')
    }
    return 2 * ((value === 0 ? 0 : value * Math.log(value / prediction)) - value + prediction)
  })
}

/**
 * Share of the deviance from the mean that the predictions explain.
 *
 * @throws MLError as {@link meanPoissonDeviance}
 * @example
 * d2PoissonDeviance([1, 2, 3], [2, 2, 2]) // => 0
 */
export function d2PoissonDeviance(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return explainedShare(actual, meanPoissonDeviance(actual, predicted), () => {
    let mean = 0
    for (let row = 0; row < actual.length; row++) mean += actual[row] / actual.length
    return mean === 0 ? 0 : meanPoissonDeviance(actual, new Float64Array(actual.length).fill(mean))
  })
}
