import { createRandom, MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'
import { expectMeasuredRows } from '../metrics/measured-rows.js'
import { mcnemar } from '../statistics/count-tests.js'
import { checkConfidence, type Interval } from '../statistics/proportion-interval.js'
import { checkSample, meanAndSquares, type TestResult } from '../statistics/samples.js'
import { studentTwoSided } from '../statistics/tail-probabilities.js'
import { quantileOfSorted } from '../statistics/quantile.js'

export interface ClassifierComparison {
  /** Rows that only the first and only the second predicts right. */
  readonly onlyFirstRight: number
  readonly onlySecondRight: number
  /** Accuracy of the second minus that of the first. */
  readonly accuracyDifference: number
  /** Chance of as uneven a count were both equally good: McNemar's exact test. */
  readonly pValue: number
}

/**
 * Whether two classifiers measured on the same rows differ by more than luck.
 *
 * @param actual - Class codes, shape (rows,).
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @see Dietterich (1998), "Approximate statistical tests for comparing supervised classification learning algorithms".
 * @example
 * compareClassifiers([0, 1, 1], [0, 0, 1], [0, 1, 1]).onlySecondRight // => 1
 */
export function compareClassifiers(actual: ArrayLike<number>, first: ArrayLike<number>, second: ArrayLike<number>): ClassifierComparison {
  expectMeasuredRows(actual, first)
  expectMeasuredRows(actual, second)
  let [onlyFirstRight, onlySecondRight] = [0, 0]
  for (let row = 0; row < actual.length; row++) {
    if (first[row] === second[row]) continue
    if (first[row] === actual[row]) onlyFirstRight++
    else if (second[row] === actual[row]) onlySecondRight++
  }
  return {
    onlyFirstRight,
    onlySecondRight,
    accuracyDifference: (onlySecondRight - onlyFirstRight) / actual.length,
    pValue: mcnemar(onlyFirstRight, onlySecondRight).pValue,
  }
}

/**
 * Whether two models scored on the same repeated splits differ. Training sets of splits overlap, which makes scores vary less than
 * new data would: the variance is corrected for it, where the plain t-test finds differences that are none.
 *
 * @param testShare - Rows of a test set over rows of its training set; of k-fold cross-validation 1 / (k − 1).
 * @returns Two-sided; NaN where scores never differ.
 * @throws MLError `SHAPE_MISMATCH`, `DATA_EMPTY` for fewer than two scores, `VALUE_NOT_FINITE`, `INPUT_INVALID`
 * @see Nadeau and Bengio (2003), "Inference for the generalization error".
 */
export function correctedResampledTTest(first: ArrayLike<number>, second: ArrayLike<number>, testShare: number): TestResult {
  expectEqual('scores of the second model, one of the first', first.length, second.length)
  if (!(testShare > 0 && testShare < Infinity)) throw new MLError('INPUT_INVALID', `Expected a share of test to training rows above 0, got ${testShare}.`)
  const differences = Float64Array.from(first, (score, at) => score - second[at])
  checkSample(differences, 2)
  const { mean, squares } = meanAndSquares(differences)
  const statistic = mean / Math.sqrt((1 / differences.length + testShare) * (squares / (differences.length - 1)))
  return { statistic, pValue: studentTwoSided(statistic, differences.length - 1) }
}

export interface BootstrapOptions {
  /** 2,000 when absent. */
  readonly repeats?: number
  /** 0 when absent. */
  readonly seed?: number
  /** 0.95 when absent. */
  readonly confidence?: number
}

export interface BootstrapComparison {
  /** Mean of the second minus mean of the first. */
  readonly difference: number
  readonly interval: Interval
  /** Two-sided, not below 1 / (repeats + 1). */
  readonly pValue: number
}

/**
 * Whether two models' losses on the same rows differ, by drawing rows anew: for any loss that is a mean over rows.
 *
 * @param first - Loss of each row, shape (rows,).
 * @param second - Loss of each row, same shape.
 * @throws MLError `SHAPE_MISMATCH`, `DATA_EMPTY`, `VALUE_NOT_FINITE`, `INPUT_INVALID`
 * @see Efron and Tibshirani (1993)
 */
export function pairedBootstrap(first: ArrayLike<number>, second: ArrayLike<number>, options: BootstrapOptions = {}): BootstrapComparison {
  const { repeats = 2000, seed = 0, confidence = 0.95 } = options
  expectEqual('losses of the second model, one of the first', first.length, second.length)
  checkConfidence(confidence)
  if (!Number.isInteger(repeats) || repeats < 100) throw new MLError('INPUT_INVALID', `Expected at least 100 repeats, got ${repeats}.`)
  const differences = Float64Array.from(first, (loss, row) => second[row] - loss)
  checkSample(differences)
  const random = createRandom(seed)
  const means = new Float64Array(repeats)
  for (let repeat = 0; repeat < repeats; repeat++) {
    let sum = 0
    for (let drawn = 0; drawn < differences.length; drawn++) sum += differences[random.below(differences.length)]
    means[repeat] = sum / differences.length
  }
  means.sort()
  const tail = (1 - confidence) / 2
  const sides = [means.filter((mean) => mean <= 0).length, means.filter((mean) => mean >= 0).length]
  return {
    difference: meanAndSquares(differences).mean,
    interval: { low: quantileOfSorted(means, tail), high: quantileOfSorted(means, 1 - tail) },
    pValue: Math.min(1, (2 * (Math.min(...sides) + 1)) / (repeats + 1)),
  }
}
