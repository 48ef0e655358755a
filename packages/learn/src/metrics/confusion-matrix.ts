import { MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'

/** How often rows of one class were predicted as another. */
export interface ConfusionMatrix {
  readonly classCount: number
  /** shape (actual classes, predicted classes), row-major */
  readonly counts: Float64Array
}

/**
 * Counts pairs of actual and predicted class.
 *
 * @param actual - Class codes, shape (rows,).
 * @param predicted - Class codes, same shape.
 * @throws MLError `SHAPE_MISMATCH`, `TARGET_INVALID` for a code outside the classes
 * @example
 * [...confusionMatrix([0, 1, 1], [0, 1, 0], 2).counts] // => [1, 0, 1, 1]
 */
export function confusionMatrix(actual: ArrayLike<number>, predicted: ArrayLike<number>, classCount: number): ConfusionMatrix {
  expectEqual('predictions, one an actual value', actual.length, predicted.length)
  const counts = new Float64Array(classCount * classCount)
  for (let row = 0; row < actual.length; row++) {
    checkCode(actual[row], classCount, row)
    checkCode(predicted[row], classCount, row)
    counts[actual[row] * classCount + predicted[row]]++
  }
  return { classCount, counts }
}

/** @throws MLError `TARGET_INVALID` */
export function checkCode(code: number, classCount: number, row: number): void {
  if (Number.isInteger(code) && code >= 0 && code < classCount) return
  throw new MLError('TARGET_INVALID', `Expected class codes from 0 to ${classCount - 1}, got ${code} in row ${row}.`, {
    details: { row, received: code },
  })
}
