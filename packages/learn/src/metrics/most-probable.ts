import { expectEqual } from '../input-check.js'

/**
 * The class with the largest probability in each row; of equal ones the first.
 *
 * @param probabilities - shape (rows, classes), row-major
 * @returns Class codes, shape (rows,).
 * @throws MLError `SHAPE_MISMATCH`
 * @example
 * [...mostProbable([0.2, 0.8, 0.6, 0.4], 2)] // => [1, 0]
 */
export function mostProbable(probabilities: ArrayLike<number>, classCount: number): Int32Array {
  const rowCount = Math.floor(probabilities.length / classCount) || 0
  expectEqual('probabilities, one a row and class', rowCount * classCount, probabilities.length)
  const codes = new Int32Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    let best = 0
    for (let code = 1; code < classCount; code++) {
      if (probabilities[row * classCount + code] > probabilities[row * classCount + best]) best = code
    }
    codes[row] = best
  }
  return codes
}
