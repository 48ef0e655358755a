import { MLError } from '@motadata/core'
import { normalSurvival } from './normal.js'
import { checkSample, concatenated, pairedDifferences, ranksOf, type TestResult } from './samples.js'
import { chiSquaredSurvival } from './tail-probabilities.js'

/**
 * Mann-Whitney test of two samples: how often a value of the first exceeds one of the second. Normal limit with correction for ties
 * and continuity.
 *
 * @returns The statistic U of the first sample, and a two-sided p-value.
 * @throws MLError `DATA_EMPTY`, `VALUE_NOT_FINITE`
 * @example
 * mannWhitney([1, 2, 3], [4, 5, 6]).statistic // => 0
 */
export function mannWhitney(first: ArrayLike<number>, second: ArrayLike<number>): TestResult {
  checkSample(first)
  checkSample(second)
  const [m, n] = [first.length, second.length]
  const { ranks, tieSizes } = ranksOf(concatenated(first, second))
  let rankSum = 0
  for (let i = 0; i < m; i++) rankSum += ranks[i]
  const statistic = rankSum - (m * (m + 1)) / 2
  const ties = tieSizes.reduce((sum, size) => sum + size ** 3 - size, 0)
  const deviation = Math.sqrt(((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1))))
  const distance = Math.max(statistic, m * n - statistic) - (m * n) / 2 - 0.5
  return { statistic, pValue: distance <= 0 ? 1 : Math.min(1, 2 * normalSurvival(distance / deviation)) }
}

/**
 * Kruskal-Wallis test: whether one of several samples lies higher than the others. NaN where all values are equal.
 *
 * @throws MLError `DATA_EMPTY` for fewer than two samples or an empty one, `VALUE_NOT_FINITE`
 */
export function kruskalWallis(samples: readonly ArrayLike<number>[]): TestResult {
  checkSamples(samples)
  const all = samples.reduce<Float64Array>((joined, sample) => concatenated(joined, sample), new Float64Array(0))
  const { ranks, tieSizes } = ranksOf(all)
  const rows = all.length
  let [start, sum] = [0, 0]
  for (const { length } of samples) {
    const rankSum = ranks.subarray(start, start + length).reduce((total, rank) => total + rank, 0)
    sum += (rankSum * rankSum) / length
    start += length
  }
  const ties = tieSizes.reduce((total, size) => total + size ** 3 - size, 0)
  const statistic = ((12 / (rows * (rows + 1))) * sum - 3 * (rows + 1)) / (1 - ties / (rows ** 3 - rows))
  return { statistic, pValue: chiSquaredSurvival(statistic, samples.length - 1) }
}

/** Up to so many pairs without ties the distribution of rank sums is counted, beyond it is the normal limit. */
const largestExactPairs = 50

/**
 * Wilcoxon's signed-rank test of pairs: whether differences lie around 0. Pairs without a difference are left out.
 *
 * @returns The smaller of the two rank sums, and a two-sided p-value.
 * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `DATA_EMPTY` when no pair differs
 */
export function wilcoxonSignedRank(a: ArrayLike<number>, b: ArrayLike<number>): TestResult {
  const all = pairedDifferences(a, b)
  const differences = all.filter((difference) => difference !== 0)
  if (differences.length === 0) throw new MLError('DATA_EMPTY', 'Expected pairs that differ, got none. There is nothing to rank.')
  const { ranks, tieSizes } = ranksOf(differences.map(Math.abs))
  const n = differences.length
  const positive = ranks.reduce((sum, rank, at) => sum + (differences[at] > 0 ? rank : 0), 0)
  const statistic = Math.min(positive, (n * (n + 1)) / 2 - positive)
  const hasTies = tieSizes.some((size) => size > 1)
  if (n <= largestExactPairs && !hasTies && n === all.length) return { statistic, pValue: Math.min(1, 2 * shareOfRankSums(n, statistic)) }
  const ties = tieSizes.reduce((sum, size) => sum + size ** 3 - size, 0)
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1) - ties / 2) / 24)
  return { statistic, pValue: 2 * normalSurvival(Math.abs(statistic - (n * (n + 1)) / 4) / deviation) }
}

/** Share of the 2ⁿ choices of signs whose rank sum is at most `sum`. */
function shareOfRankSums(n: number, sum: number): number {
  let shares = Float64Array.of(1)
  for (let rank = 1; rank <= n; rank++) {
    const next = new Float64Array(shares.length + rank)
    shares.forEach((share, at) => {
      next[at] += share / 2
      next[at + rank] += share / 2
    })
    shares = next
  }
  return shares.subarray(0, sum + 1).reduce((total, share) => total + share, 0)
}

/** @throws MLError `DATA_EMPTY`, `VALUE_NOT_FINITE` */
export function checkSamples(samples: readonly ArrayLike<number>[]): void {
  if (samples.length < 2) throw new MLError('DATA_EMPTY', `Expected at least two samples to compare, got ${samples.length}.`)
  for (const sample of samples) checkSample(sample)
}
