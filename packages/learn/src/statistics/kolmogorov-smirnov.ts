import { kolmogorovSmirnovSurvival } from './kolmogorov.js'
import { sortedSample, type TestResult } from './samples.js'

export interface KolmogorovSmirnovOptions {
  /** Exact, by the limit, or exact while the sizes' product is at most 10 million. Default `auto`. */
  readonly method?: 'auto' | 'exact' | 'asymptotic'
}

export interface KolmogorovSmirnovResult extends TestResult {
  /** The value at which the two distributions lie farthest apart. */
  readonly location: number
  /** 1 when more of the first sample lies at or below it, −1 when more of the second does. */
  readonly sign: 1 | -1
}

/** Cells of the table of the exact distribution: about 50 ms. */
const largestExactTable = 1e7

/**
 * Kolmogorov-Smirnov test of two samples: the largest distance of their distribution functions.
 *
 * With ties the p-value is too large rather than too small. The limit takes a sample of the rounded harmonic size, as scipy does.
 *
 * @throws MLError `DATA_EMPTY`, `VALUE_NOT_FINITE`
 * @see Hodges (1958) for the exact distribution, by lattice paths.
 * @example
 * kolmogorovSmirnov([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]).pValue.toFixed(4) // => '0.0079'
 */
export function kolmogorovSmirnov(
  first: ArrayLike<number>, second: ArrayLike<number>, options: KolmogorovSmirnovOptions = {},
): KolmogorovSmirnovResult {
  const [a, b] = [sortedSample(first), sortedSample(second)]
  const [m, n] = [a.length, b.length]
  let [i, j, above, below] = [0, 0, 0, 0]
  let [aboveAt, belowAt] = [Math.min(a[0], b[0]), Math.min(a[0], b[0])]
  while (i < m || j < n) {
    const value = j >= n || (i < m && a[i] <= b[j]) ? a[i] : b[j]
    while (i < m && a[i] === value) i++
    while (j < n && b[j] === value) j++
    // In units of 1 / (m n), which are whole: equal distances compare as equal.
    const difference = i * n - j * m
    if (difference > above) [above, aboveAt] = [difference, value]
    if (-difference > below) [below, belowAt] = [-difference, value]
  }
  const largest = Math.max(above, below)
  const statistic = largest / (m * n)
  const { method = 'auto' } = options
  const exact = method === 'exact' || (method === 'auto' && m * n <= largestExactTable)
  const pValue = largest === 0 ? 1 : exact ? chanceOfLeaving(m, n, largest)
    : kolmogorovSmirnovSurvival(statistic, roundHalfToEven((m * n) / (m + n)))
  return { statistic, pValue, location: above >= below ? aboveAt : belowAt, sign: above >= below ? 1 : -1 }
}

/** Chance that a random path from (0, 0) to (m, n) comes as far from the diagonal as `distance` / (m n) anywhere. */
function chanceOfLeaving(m: number, n: number, distance: number): number {
  const chances = new Float64Array(n + 1)
  for (let j = 1; j <= n; j++) chances[j] = j * m >= distance ? 1 : chances[j - 1]
  for (let i = 1; i <= m; i++) {
    chances[0] = i * n >= distance ? 1 : chances[0]
    for (let j = 1; j <= n; j++) {
      const away = Math.abs(i * n - j * m)
      chances[j] = away >= distance ? 1 : (chances[j] * i + chances[j - 1] * j) / (i + j)
    }
  }
  return chances[n]
}

const roundHalfToEven = (value: number): number => (value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value))
