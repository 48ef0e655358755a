import { expectEqual } from '../input-check.js'
import { checkCode } from './confusion-matrix.js'
import { expectBinaryScores, expectProbabilities, expectRows } from './measured-rows.js'

/**
 * Mean squared difference of a probability and what came, for two classes.
 *
 * @param actual - 1 for the positive class, else 0, shape (rows,).
 * @param probabilities - Of the positive class, same shape.
 * @returns 0 is perfect; 0.25 is what a probability of a half gives.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `VALUE_NOT_FINITE`, `INPUT_INVALID`
 * @example
 * brierScore([0, 1], [0.5, 0.5]) // => 0.25
 */
export function brierScore(actual: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  expectBinaryScores(actual, probabilities)
  expectProbabilities(probabilities)
  let total = 0
  for (let row = 0; row < actual.length; row++) total += (probabilities[row] - actual[row]) ** 2
  return total / actual.length
}

/**
 * Brier's score over all classes: mean over rows of the sum of squared differences. For two classes twice {@link brierScore}.
 *
 * @param actual - Class codes, shape (rows,).
 * @param probabilities - shape (rows, classes), row-major
 * @returns 0 to 2
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `INPUT_INVALID`
 * @example
 * multiclassBrierScore([0], [0.5, 0.5], 2) // => 0.5
 */
export function multiclassBrierScore(actual: ArrayLike<number>, probabilities: ArrayLike<number>, classCount: number): number {
  expectRows(actual.length)
  expectEqual('probabilities, one a row and class', actual.length * classCount, probabilities.length)
  expectProbabilities(probabilities)
  let total = 0
  for (let row = 0; row < actual.length; row++) {
    checkCode(actual[row], classCount, row)
    for (let code = 0; code < classCount; code++) total += (probabilities[row * classCount + code] - Number(actual[row] === code)) ** 2
  }
  return total / actual.length
}
