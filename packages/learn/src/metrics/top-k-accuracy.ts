import { expectEqual } from '../input-check.js'
import { checkCode } from './confusion-matrix.js'
import { expectCount, expectRows } from './measured-rows.js'

/**
 * Share of rows whose class is among the `k` of largest probability. Of equally probable classes the later ones come first, as in
 * scikit-learn's `top_k_accuracy_score`.
 *
 * @param actual - Class codes, shape (rows,).
 * @param probabilities - shape (rows, classes), row-major
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `INPUT_INVALID`
 * @example
 * topKAccuracy([2, 0], [0.1, 0.6, 0.3, 0.2, 0.5, 0.3], 3, 2) // => 0.5
 */
export function topKAccuracy(actual: ArrayLike<number>, probabilities: ArrayLike<number>, classCount: number, k: number): number {
  expectRows(actual.length)
  expectCount('k', k)
  expectEqual('probabilities, one a row and class', actual.length * classCount, probabilities.length)
  let hits = 0
  for (let row = 0; row < actual.length; row++) {
    checkCode(actual[row], classCount, row)
    const own = probabilities[row * classCount + actual[row]]
    let ahead = 0
    for (let code = 0; code < classCount; code++) {
      const other = probabilities[row * classCount + code]
      if (other > own || (other === own && code > actual[row])) ahead++
    }
    if (ahead < k) hits++
  }
  return hits / actual.length
}
