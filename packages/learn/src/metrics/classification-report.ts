import { MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'
import { type ConfusionMatrix, confusionMatrix } from './confusion-matrix.js'

/** A share of 0 / 0 is 0: nothing was predicted, or there was nothing to find. */
export interface PrecisionRecallF1 {
  /** Of the rows predicted as the class, the share that are of it. */
  readonly precision: number
  /** Of the rows of the class, the share predicted as it. */
  readonly recall: number
  /** Harmonic mean of the two. */
  readonly f1: number
}

export interface ClassScores extends PrecisionRecallF1 {
  readonly label: string
  /** Rows of the class. */
  readonly support: number
}

export interface ClassificationReport {
  readonly accuracy: number
  readonly perClass: readonly ClassScores[]
  /** Every class counts the same, those without rows too. */
  readonly macro: PrecisionRecallF1
  /** Every row counts the same: all three are the accuracy. */
  readonly micro: PrecisionRecallF1
  /** Classes count by their rows. */
  readonly weighted: PrecisionRecallF1
  readonly confusion: ConfusionMatrix
}

/**
 * How good predicted classes are, per class and averaged, as in scikit-learn with `zero_division=0`.
 *
 * @param actual - Class codes, shape (rows,).
 * @param predicted - Class codes, same shape.
 * @param classes - The name of each code.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`
 * @example
 * classificationReport([0, 1, 1, 0], [0, 1, 0, 0], ['hardware', 'network']).accuracy // => 0.75
 */
export function classificationReport(
  actual: ArrayLike<number>, predicted: ArrayLike<number>, classes: readonly string[],
): ClassificationReport {
  if (actual.length === 0) throw new MLError('DATA_EMPTY', 'Expected rows to measure on, got none.')
  const confusion = confusionMatrix(actual, predicted, classes.length)
  const perClass = classes.map((label, code) => scoresOf(confusion, label, code))
  let hits = 0
  for (let code = 0; code < classes.length; code++) hits += confusion.counts[code * classes.length + code]
  const accuracy = hits / actual.length
  return {
    accuracy,
    perClass,
    macro: average(perClass, () => 1 / classes.length),
    micro: { precision: accuracy, recall: accuracy, f1: accuracy },
    weighted: average(perClass, (scores) => scores.support / actual.length),
    confusion,
  }
}

/**
 * Share of rows whose class was predicted.
 *
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * accuracy([0, 1, 1, 0], [0, 1, 0, 0]) // => 0.75
 */
export function accuracy(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  expectEqual('predictions, one an actual value', actual.length, predicted.length)
  if (actual.length === 0) throw new MLError('DATA_EMPTY', 'Expected rows to measure on, got none.')
  let hits = 0
  for (let row = 0; row < actual.length; row++) if (actual[row] === predicted[row]) hits++
  return hits / actual.length
}

function scoresOf({ classCount, counts }: ConfusionMatrix, label: string, code: number): ClassScores {
  let support = 0
  let predicted = 0
  for (let other = 0; other < classCount; other++) {
    support += counts[code * classCount + other]
    predicted += counts[other * classCount + code]
  }
  const hits = counts[code * classCount + code]
  const share = (whole: number): number => (whole === 0 ? 0 : hits / whole)
  return { label, precision: share(predicted), recall: share(support), f1: share((support + predicted) / 2), support }
}

function average(perClass: readonly ClassScores[], weightOf: (scores: ClassScores) => number): PrecisionRecallF1 {
  const sum = (value: (scores: ClassScores) => number): number =>
    perClass.reduce((total, scores) => total + weightOf(scores) * value(scores), 0)
  return { precision: sum((scores) => scores.precision), recall: sum((scores) => scores.recall), f1: sum((scores) => scores.f1) }
}
