import { MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'
import { checkCode } from './confusion-matrix.js'
import { byFallingScore, expectBinaryScores, expectRows } from './measured-rows.js'

/** Shares found as the threshold falls; all three of one length, beginning at (0, 0) with an infinite threshold. */
export interface RocCurve {
  readonly falsePositiveRate: Float64Array
  readonly truePositiveRate: Float64Array
  /** Rows of at least this score count as positive; falling. */
  readonly thresholds: Float64Array
}

/**
 * Receiver operating characteristic, one point for each different score.
 *
 * @param actual - 1 for the positive class, else 0, shape (rows,).
 * @param scores - Higher is more positive, any finite numbers, same shape.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `VALUE_NOT_FINITE`, `TARGET_ONE_CLASS`: one axis has no meaning
 * @example
 * [...rocCurve([0, 1], [0.2, 0.9]).truePositiveRate] // => [0, 1, 1]
 */
export function rocCurve(actual: ArrayLike<number>, scores: ArrayLike<number>): RocCurve {
  const positives = expectBinaryScores(actual, scores)
  const negatives = actual.length - positives
  expectBothClasses(positives, negatives)
  const points: [number, number, number][] = [[0, 0, Infinity]]
  const order = byFallingScore(scores)
  let [truePositives, falsePositives] = [0, 0]
  order.forEach((row, at) => {
    if (actual[row] === 1) truePositives++
    else falsePositives++
    const isLast = at + 1 === order.length || scores[order[at + 1]] !== scores[row]
    if (isLast) points.push([falsePositives / negatives, truePositives / positives, scores[row]])
  })
  return {
    falsePositiveRate: Float64Array.from(points, ([x]) => x),
    truePositiveRate: Float64Array.from(points, ([, y]) => y),
    thresholds: Float64Array.from(points, ([, , threshold]) => threshold),
  }
}

/**
 * Area under the ROC curve: how often a positive row has a higher score than a negative one, ties counting half.
 *
 * @param actual - 1 for the positive class, else 0, shape (rows,).
 * @param scores - Higher is more positive, same shape.
 * @returns 0 to 1; 0.5 is chance.
 * @throws MLError as {@link rocCurve}
 * @example
 * rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) // => 0.75
 */
export function rocAuc(actual: ArrayLike<number>, scores: ArrayLike<number>): number {
  const positives = expectBinaryScores(actual, scores)
  const negatives = actual.length - positives
  expectBothClasses(positives, negatives)
  const order = byFallingScore(scores)
  let [above, area] = [0, 0]
  for (let at = 0; at < order.length;) {
    let [positivesTied, negativesTied] = [0, 0]
    const score = scores[order[at]]
    for (; at < order.length && scores[order[at]] === score; at++) {
      if (actual[order[at]] === 1) positivesTied++
      else negativesTied++
    }
    area += negativesTied * (above + positivesTied / 2)
    above += positivesTied
  }
  return area / positives / negatives
}

export interface MulticlassAucOptions {
  /** One class against the rest, or each pair of classes against each other (Hand and Till 2001). Default `one-vs-rest`. */
  readonly compare?: 'one-vs-rest' | 'one-vs-one'
  /** Every class (or pair) counts the same, or by its rows. Default `macro`. */
  readonly average?: 'macro' | 'weighted'
}

/**
 * Area under the ROC curve for several classes, averaged over the classes that have rows.
 *
 * @param actual - Class codes, shape (rows,).
 * @param probabilities - shape (rows, classes), row-major
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `VALUE_NOT_FINITE`, `TARGET_ONE_CLASS`
 * @example
 * multiclassRocAuc([0, 1, 2], [1, 0, 0, 0, 1, 0, 0, 0, 1], 3) // => 1
 */
export function multiclassRocAuc(
  actual: ArrayLike<number>, probabilities: ArrayLike<number>, classCount: number, options: MulticlassAucOptions = {},
): number {
  const { compare = 'one-vs-rest', average = 'macro' } = options
  expectRows(actual.length)
  expectEqual('probabilities, one a row and class', actual.length * classCount, probabilities.length)
  const supports = new Float64Array(classCount)
  for (let row = 0; row < actual.length; row++) {
    checkCode(actual[row], classCount, row)
    supports[actual[row]]++
  }
  const present = [...supports.keys()].filter((code) => supports[code] > 0)
  expectBothClasses(present.length, present.length - 1)
  const scoresOf = (code: number, rows: Uint32Array): Float64Array => Float64Array.from(rows, (row) => probabilities[row * classCount + code])
  const areaOf = (code: number, rows: Uint32Array): number =>
    rocAuc(Uint8Array.from(rows, (row) => Number(actual[row] === code)), scoresOf(code, rows))
  const all = Uint32Array.from({ length: actual.length }, (_, row) => row)
  const parts = compare === 'one-vs-rest'
    ? present.map((code) => ({ weight: supports[code], area: areaOf(code, all) }))
    : present.flatMap((first, at) => present.slice(at + 1).map((second) => {
      const rows = all.filter((row) => actual[row] === first || actual[row] === second)
      return { weight: supports[first] + supports[second], area: (areaOf(first, rows) + areaOf(second, rows)) / 2 }
    }))
  const weightOf = (part: { weight: number }): number => (average === 'macro' ? 1 : part.weight)
  return parts.reduce((sum, part) => sum + weightOf(part) * part.area, 0) / parts.reduce((sum, part) => sum + weightOf(part), 0)
}

function expectBothClasses(positives: number, negatives: number): void {
  if (positives > 0 && negatives > 0) return
  throw new MLError('TARGET_ONE_CLASS', 'Expected rows of both classes, got rows of one. Measure on more rows or leave this measure out.')
}
