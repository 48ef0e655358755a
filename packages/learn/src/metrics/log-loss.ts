import { MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'
import { checkCode } from './confusion-matrix.js'

/** The least probability told from 0, so that one sure mistake does not make everything infinite: 2⁻⁵², as in scikit-learn. */
const smallestProbability = Number.EPSILON

/**
 * Mean negative logarithm of the probability given to the actual class. Probabilities are kept within 2⁻⁵² of 0 and 1, and rows are
 * divided by their sum.
 *
 * @param actual - Class codes, shape (rows,).
 * @param probabilities - shape (rows, classes), row-major
 * @returns Nats; 0 is perfect, ln(classes) is what equal probabilities give.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `VALUE_NOT_FINITE`
 * @example
 * logLoss([1], [0.5, 0.5], 2).toFixed(4) // => '0.6931'
 */
export function logLoss(actual: ArrayLike<number>, probabilities: ArrayLike<number>, classCount: number): number {
  if (actual.length === 0) throw new MLError('DATA_EMPTY', 'Expected rows to measure on, got none.')
  expectEqual('probabilities, one a row and class', actual.length * classCount, probabilities.length)
  let total = 0
  for (let row = 0; row < actual.length; row++) {
    checkCode(actual[row], classCount, row)
    let sum = 0
    for (let code = 0; code < classCount; code++) sum += clip(probabilities[row * classCount + code])
    if (!Number.isFinite(sum)) throw new MLError('VALUE_NOT_FINITE', `Expected finite probabilities, got others in row ${row}.`)
    total -= Math.log(clip(probabilities[row * classCount + actual[row]]) / sum)
  }
  return total / actual.length
}

const clip = (probability: number): number => Math.min(Math.max(probability, smallestProbability), 1 - smallestProbability)
