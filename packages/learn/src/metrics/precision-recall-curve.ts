import { MLError } from '@motadata/core'
import { byFallingScore, expectBinaryScores } from './measured-rows.js'

/** Precision and recall as the threshold rises; both have one more point than thresholds: precision 1 at recall 0. */
export interface PrecisionRecallCurve {
  readonly precision: Float64Array
  /** Falling to 0. */
  readonly recall: Float64Array
  /** Rows of at least this score count as positive; rising. */
  readonly thresholds: Float64Array
}

/**
 * Precision and recall at each different score.
 *
 * @param actual - 1 for the positive class, else 0, shape (rows,).
 * @param scores - Higher is more positive, same shape.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `VALUE_NOT_FINITE`, `TARGET_ONE_CLASS` without positive rows
 * @example
 * [...precisionRecallCurve([0, 1], [0.2, 0.9]).precision] // => [0.5, 1, 1]
 */
export function precisionRecallCurve(actual: ArrayLike<number>, scores: ArrayLike<number>): PrecisionRecallCurve {
  const points = [{ precision: 1, recall: 0, threshold: Infinity }, ...pointsOf(actual, scores)].reverse()
  return {
    precision: Float64Array.from(points, (point) => point.precision),
    recall: Float64Array.from(points, (point) => point.recall),
    thresholds: Float64Array.from(points.slice(0, -1), (point) => point.threshold),
  }
}

/**
 * Mean precision over the positive rows as the threshold falls: the area under the precision-recall curve, as steps.
 *
 * @returns 0 to 1; the share of positive rows is chance.
 * @throws MLError as {@link precisionRecallCurve}
 * @example
 * averagePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).toFixed(4) // => '0.8333'
 */
export function averagePrecision(actual: ArrayLike<number>, scores: ArrayLike<number>): number {
  let [area, lastRecall] = [0, 0]
  for (const { precision, recall } of pointsOf(actual, scores)) {
    area += (recall - lastRecall) * precision
    lastRecall = recall
  }
  return area
}

function pointsOf(actual: ArrayLike<number>, scores: ArrayLike<number>): { precision: number; recall: number; threshold: number }[] {
  const positives = expectBinaryScores(actual, scores)
  if (positives === 0) throw new MLError('TARGET_ONE_CLASS', 'Expected positive rows to find, got none. Measure on more rows.')
  const order = byFallingScore(scores)
  let hits = 0
  return Array.from(order, (row, at) => {
    hits += actual[row]
    return { precision: hits / (at + 1), recall: hits / positives, threshold: scores[row] }
  }).filter((_, at) => at + 1 === order.length || scores[order[at + 1]] !== scores[order[at]])
}
