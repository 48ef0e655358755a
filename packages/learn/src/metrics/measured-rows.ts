import { MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'

/** @throws MLError `SHAPE_MISMATCH` when the two differ in length, `DATA_EMPTY` without rows */
export function expectMeasuredRows(actual: ArrayLike<number>, predicted: ArrayLike<number>): void {
  expectEqual('predictions, one an actual value', actual.length, predicted.length)
  expectRows(actual.length)
}

/** @throws MLError `DATA_EMPTY` */
export function expectRows(rowCount: number): void {
  if (rowCount === 0) throw new MLError('DATA_EMPTY', 'Expected rows to measure on, got none.')
}

/**
 * Checks rows of two classes, 1 being the positive one, and their scores.
 *
 * @returns How many rows are positive.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `VALUE_NOT_FINITE`
 */
export function expectBinaryScores(actual: ArrayLike<number>, scores: ArrayLike<number>): number {
  expectMeasuredRows(actual, scores)
  let positives = 0
  for (let row = 0; row < actual.length; row++) {
    if (actual[row] !== 0 && actual[row] !== 1) {
      throw new MLError('TARGET_INVALID', `Expected 0 or 1 as the class of a row, got ${actual[row]} in row ${row}.`)
    }
    if (!Number.isFinite(scores[row])) {
      throw new MLError('VALUE_NOT_FINITE', `Expected finite scores, got ${scores[row]} in row ${row}.`)
    }
    positives += actual[row]
  }
  return positives
}

/** @throws MLError `INPUT_INVALID` for a score outside 0..1 */
export function expectProbabilities(scores: ArrayLike<number>): void {
  for (let row = 0; row < scores.length; row++) {
    if (!(scores[row] >= 0 && scores[row] <= 1)) {
      throw new MLError('INPUT_INVALID', `Expected probabilities from 0 to 1, got ${scores[row]} in row ${row}. Calibrate scores first.`)
    }
  }
}

/** @throws MLError `INPUT_INVALID` unless the value is a whole number of at least 1 */
export function expectCount(what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new MLError('INPUT_INVALID', `Expected a whole number from 1 as ${what}, got ${value}.`)
  }
}

/** Row numbers from the highest score to the lowest; rows of equal score in their order. */
export function byFallingScore(scores: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: scores.length }, (_, row) => row).sort((a, b) => scores[b] - scores[a] || a - b)
}
