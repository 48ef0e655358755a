import { quantileOfSorted } from './quantile.js'
import { checkSamples } from './rank-tests.js'
import { checkSample, meanAndSquares, pairedDifferences, type TestResult } from './samples.js'
import { fisherSurvival, studentTwoSided } from './tail-probabilities.js'

/**
 * Welch's t-test: whether two samples of any variances have one mean. NaN for samples of one value; where neither varies, NaN for
 * equal and infinite for different means.
 *
 * @throws MLError `DATA_EMPTY`, `VALUE_NOT_FINITE`
 * @example
 * welchTTest([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]).statistic.toFixed(6) // => '-5.000000'
 */
export function welchTTest(first: ArrayLike<number>, second: ArrayLike<number>): TestResult {
  checkSample(first)
  checkSample(second)
  const [a, b] = [meanAndSquares(first), meanAndSquares(second)]
  const variances = [a.squares / (first.length - 1) / first.length, b.squares / (second.length - 1) / second.length]
  const sum = variances[0] + variances[1]
  const statistic = (a.mean - b.mean) / Math.sqrt(sum)
  if (sum === 0) return { statistic, pValue: Number.isNaN(statistic) ? Number.NaN : 0 }
  const degreesOfFreedom = (sum * sum) / (variances[0] ** 2 / (first.length - 1) + variances[1] ** 2 / (second.length - 1))
  return { statistic, pValue: studentTwoSided(statistic, degreesOfFreedom) }
}

/**
 * Student's t-test of pairs: whether the mean of a − b is 0. NaN where no pair differs or there is one pair.
 *
 * @throws MLError `SHAPE_MISMATCH`, `DATA_EMPTY`, `VALUE_NOT_FINITE`
 */
export function pairedTTest(a: ArrayLike<number>, b: ArrayLike<number>): TestResult {
  const differences = pairedDifferences(b, a)
  const { mean, squares } = meanAndSquares(differences)
  const statistic = mean / Math.sqrt(squares / (differences.length - 1) / differences.length)
  return { statistic, pValue: studentTwoSided(statistic, differences.length - 1) }
}

/**
 * One-way analysis of variance: whether several samples have one mean. NaN where nothing varies.
 *
 * @throws MLError `DATA_EMPTY` for fewer than two samples or an empty one, `VALUE_NOT_FINITE`
 */
export function oneWayAnova(samples: readonly ArrayLike<number>[]): TestResult {
  checkSamples(samples)
  const parts = samples.map((sample) => ({ size: sample.length, ...meanAndSquares(sample) }))
  const rows = parts.reduce((sum, { size }) => sum + size, 0)
  const middle = parts.reduce((sum, { size, mean }) => sum + (size / rows) * mean, 0)
  const between = parts.reduce((sum, { size, mean }) => sum + size * (mean - middle) ** 2, 0)
  const inside = parts.reduce((sum, { squares }) => sum + squares, 0)
  const [numerator, denominator] = [samples.length - 1, rows - samples.length]
  const statistic = between / numerator / (inside / denominator)
  return { statistic, pValue: fisherSurvival(statistic, numerator, denominator) }
}

/**
 * Levene's test around medians (Brown and Forsythe 1974): whether samples spread the same. NaN where nothing spreads.
 *
 * @throws MLError `DATA_EMPTY` for fewer than two samples or an empty one, `VALUE_NOT_FINITE`
 */
export function leveneTest(samples: readonly ArrayLike<number>[]): TestResult {
  checkSamples(samples)
  return oneWayAnova(samples.map((sample) => {
    const median = quantileOfSorted(Float64Array.from(sample).sort(), 0.5)
    return Float64Array.from(sample, (value) => Math.abs(value - median))
  }))
}
