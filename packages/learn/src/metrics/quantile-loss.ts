import { MLError } from '@motadata/core'
import { meanCost } from './regression-errors.js'

/**
 * Pinball loss: what a prediction of a quantile is measured by. Values above it cost `quantile`, values below it `1 − quantile` a unit.
 *
 * @param actual - shape (rows,)
 * @param predicted - The quantile predicted, same shape.
 * @param quantile - above 0 and below 1
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `INPUT_INVALID`
 * @example
 * pinballLoss([10], [8], 0.75) // => 1.5
 */
export function pinballLoss(actual: ArrayLike<number>, predicted: ArrayLike<number>, quantile: number): number {
  if (!(quantile > 0 && quantile < 1)) {
    throw new MLError('INPUT_INVALID', `Expected a quantile above 0 and below 1, got ${quantile}.`)
  }
  return meanCost(actual, predicted, (difference) => (difference < 0 ? -quantile * difference : (1 - quantile) * difference))
}
