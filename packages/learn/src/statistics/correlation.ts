import { expectEqual } from '../input-check.js'
import { betaTail } from './beta.js'
import { logGamma } from './gamma.js'
import { normalSurvival } from './normal.js'
import { checkSample, meanAndSquares, ranksOf, type TestResult } from './samples.js'

/**
 * Pearson's correlation and the chance of one as strong without any: NaN where a column is constant; two points prove nothing, p is 1.
 *
 * @throws MLError `SHAPE_MISMATCH`, `DATA_EMPTY` for fewer than two pairs, `VALUE_NOT_FINITE`
 * @example
 * pearsonCorrelation([1, 2, 3], [2, 4, 6]).statistic // => 1
 */
export function pearsonCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): TestResult {
  checkPairs(x, y)
  const [a, b] = [meanAndSquares(x), meanAndSquares(y)]
  let product = 0
  for (let i = 0; i < x.length; i++) product += (x[i] - a.mean) * (y[i] - b.mean)
  const statistic = clip(product / Math.sqrt(a.squares) / Math.sqrt(b.squares))
  if (Number.isNaN(statistic)) return { statistic, pValue: Number.NaN }
  if (x.length === 2) return { statistic, pValue: 1 }
  const rest = (1 - statistic) * (1 + statistic)
  return { statistic, pValue: betaTail(x.length / 2 - 1, 0.5, rest, statistic * statistic) }
}

/**
 * Spearman's correlation: Pearson's of the ranks, ties sharing theirs.
 *
 * @throws MLError as {@link pearsonCorrelation}
 */
export function spearmanCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): TestResult {
  checkPairs(x, y)
  return pearsonCorrelation(ranksOf(x).ranks, ranksOf(y).ranks)
}

/**
 * Kendall's tau-b: pairs of rows in the same order minus those in the other, corrected for ties. Without ties and up to 33 rows, or
 * next to perfect order, the p-value is exact, else that of the normal limit. Costs rows².
 *
 * @throws MLError as {@link pearsonCorrelation}
 */
export function kendallCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): TestResult {
  checkPairs(x, y)
  const n = x.length
  let [difference, discordant] = [0, 0]
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const sign = Math.sign(x[i] - x[j]) * Math.sign(y[i] - y[j])
      difference += sign
      if (sign < 0) discordant++
    }
  }
  const pairs = (n * (n - 1)) / 2
  const [a, b] = [tiesOf(x), tiesOf(y)]
  const statistic = clip(difference / Math.sqrt(pairs - a.pairs) / Math.sqrt(pairs - b.pairs))
  if (Number.isNaN(statistic)) return { statistic, pValue: Number.NaN }
  const fewest = Math.min(discordant, pairs - discordant)
  if (a.pairs === 0 && b.pairs === 0 && (n <= 33 || fewest <= 1)) return { statistic, pValue: chanceOfInversions(n, fewest) }
  const m = n * (n - 1)
  const variance = (m * (2 * n + 5) - a.quintic - b.quintic) / 18 + (2 * a.pairs * b.pairs) / m + (a.cubic * b.cubic) / (9 * m * (n - 2))
  return { statistic, pValue: 2 * normalSurvival(Math.abs(difference) / Math.sqrt(variance)) }
}

function tiesOf(values: ArrayLike<number>): { pairs: number; cubic: number; quintic: number } {
  let [pairs, cubic, quintic] = [0, 0, 0]
  for (const t of ranksOf(values).tieSizes) {
    pairs += (t * (t - 1)) / 2
    cubic += t * (t - 1) * (t - 2)
    quintic += t * (t - 1) * (2 * t + 5)
  }
  return { pairs, cubic, quintic }
}

/** Chance that a random order of n rows has at most that few inversions, or as many fewer than all; Kendall (1970). */
function chanceOfInversions(n: number, fewest: number): number {
  if (n <= 2 || 4 * fewest === n * (n - 1)) return 1
  let shares = new Float64Array(fewest + 1)
  shares[0] = Math.exp(-logGamma(n + 1))
  for (let j = 2; j <= n; j++) {
    const next = new Float64Array(fewest + 1)
    let window = 0
    for (let inversions = 0; inversions <= fewest; inversions++) {
      window += shares[inversions] - (inversions >= j ? shares[inversions - j] : 0)
      next[inversions] = window
    }
    shares = next
  }
  return Math.min(1, 2 * shares.reduce((sum, share) => sum + share, 0))
}

/** Rounding may leave −1..1 by a bit. */
const clip = (value: number): number => Math.max(-1, Math.min(1, value))

function checkPairs(x: ArrayLike<number>, y: ArrayLike<number>): void {
  expectEqual('second values, one a first value', x.length, y.length)
  checkSample(x, 2)
  checkSample(y, 2)
}
