import { MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'
import { betaTail } from './beta.js'
import { logChoose } from './gamma.js'
import { normalSurvival } from './normal.js'
import type { TestResult } from './samples.js'
import { chiSquaredSurvival } from './tail-probabilities.js'

/** Counts of two by two: `[[a, b], [c, d]]`. */
export type TwoByTwo = readonly [readonly [number, number], readonly [number, number]]

/**
 * Fisher's exact test of a table of two by two: the chance of one at most as likely, given the margins.
 *
 * @returns The odds ratio of the sample (NaN where a margin is 0), and a two-sided p-value.
 * @throws MLError `INPUT_INVALID` for counts that are none
 * @example
 * fisherExact([[8, 2], [1, 5]]).statistic // => 20
 */
export function fisherExact(table: TwoByTwo): TestResult {
  checkCounts(table.flat())
  const [[a, b], [c, d]] = table
  if (a + b === 0 || c + d === 0 || a + c === 0 || b + d === 0) return { statistic: Number.NaN, pValue: 1 }
  const [row, column, rows] = [a + b, a + c, a + b + c + d]
  const chanceOf = (first: number): number => Math.exp(logChoose(column, first) + logChoose(rows - column, row - first) - logChoose(rows, row))
  const own = chanceOf(a)
  let pValue = 0
  for (let first = Math.max(0, row + column - rows); first <= Math.min(row, column); first++) {
    const chance = chanceOf(first)
    if (chance <= own * (1 + 1e-9)) pValue += chance
  }
  return { statistic: (a * d) / (b * c), pValue: Math.min(1, pValue) }
}

/**
 * McNemar's test: whether two classifiers measured on the same rows are right equally often. `b` and `c` are the rows on which only
 * the one and only the other is right.
 *
 * @param options - Exact by the binomial distribution (default), or chi-squared with correction for continuity.
 * @returns The smaller of b and c, or chi-squared, and a two-sided p-value; 1 where they never differ.
 * @throws MLError `INPUT_INVALID` for counts that are none
 * @example
 * mcnemar(2, 9).pValue.toFixed(4) // => '0.0654'
 */
export function mcnemar(b: number, c: number, options: { readonly exact?: boolean } = {}): TestResult {
  checkCounts([b, c])
  if (options.exact ?? true) return { statistic: Math.min(b, c), pValue: Math.min(1, 2 * binomialCdf(Math.min(b, c), b + c, 0.5)) }
  if (b + c === 0) return { statistic: 0, pValue: 1 }
  const statistic = (Math.abs(b - c) - 1) ** 2 / (b + c)
  return { statistic, pValue: chiSquaredSurvival(statistic, 1) }
}

/**
 * Exact test of a share: the chance of a count at most as likely as this one.
 *
 * @returns The observed share, and a two-sided p-value.
 * @throws MLError `INPUT_INVALID` for counts that are none, more hits than rows, or a share outside 0..1
 * @example
 * binomialTest(7, 10, 0.5).pValue.toFixed(5) // => '0.34375'
 */
export function binomialTest(hits: number, rows: number, share: number): TestResult {
  checkShare(hits, rows)
  if (!(share >= 0 && share <= 1)) throw new MLError('INPUT_INVALID', `Expected a share from 0 to 1, got ${share}.`)
  const own = binomialChance(hits, rows, share)
  let pValue = 0
  for (let count = 0; count <= rows; count++) {
    const chance = binomialChance(count, rows, share)
    if (chance <= own * (1 + 1e-7)) pValue += chance
  }
  return { statistic: hits / rows, pValue: Math.min(1, pValue) }
}

/**
 * Test of two shares by the normal limit with a pooled variance. NaN where all or none hit.
 *
 * @throws MLError `INPUT_INVALID` for counts that are none or more hits than rows
 * @example
 * proportionsZTest([120, 150], [1000, 1000]).pValue.toFixed(4) // => '0.0496'
 */
export function proportionsZTest(hits: readonly [number, number], rows: readonly [number, number]): TestResult {
  checkShare(hits[0], rows[0])
  checkShare(hits[1], rows[1])
  const pooled = (hits[0] + hits[1]) / (rows[0] + rows[1])
  const statistic = (hits[0] / rows[0] - hits[1] / rows[1]) / Math.sqrt(pooled * (1 - pooled) * (1 / rows[0] + 1 / rows[1]))
  return { statistic, pValue: 2 * normalSurvival(Math.abs(statistic)) }
}

/** What a chi-squared test of two lists of counts found. */
export interface ChiSquaredResult extends TestResult {
  readonly degreesOfFreedom: number
  /** Strength of the difference, 0 to 1; NaN for a single category. */
  readonly cramersV: number
}

export interface ChiSquaredOptions {
  /** Yates' correction for a table of two by two. Default true. */
  readonly correction?: boolean
  /**
   * Categories whose expected count in either list is smaller are counted together: small counts make p-values too small. 0 when
   * absent, which tests what is given; 5 is the usual bound.
   */
  readonly minimumExpectedCount?: number
}

/**
 * Chi-squared test of whether two lists of counts come from the same distribution over categories. Categories without a count in
 * either are left out; scipy refuses them.
 *
 * @param reference - Count of each category, shape (categories,).
 * @param current - Count of each category, same order.
 * @throws MLError `SHAPE_MISMATCH`, `INPUT_INVALID`, `DATA_EMPTY` when one list counts nothing
 * @example
 * chiSquaredTest([50, 50, 0], [40, 40, 20]).degreesOfFreedom // => 2
 */
export function chiSquaredTest(reference: ArrayLike<number>, current: ArrayLike<number>, options: ChiSquaredOptions = {}): ChiSquaredResult {
  const { correction = true, minimumExpectedCount = 0 } = options
  expectEqual('counts, one a category', reference.length, current.length)
  checkCounts(reference)
  checkCounts(current)
  const [m, n] = [sumOf(reference), sumOf(current)]
  if (m === 0 || n === 0) throw new MLError('DATA_EMPTY', 'Expected counts in both lists, got a list that counts nothing.')
  const cells = pooled(reference, current, (minimumExpectedCount * (m + n)) / Math.min(m, n))
  const degreesOfFreedom = cells.length - 1
  if (degreesOfFreedom === 0) return { statistic: 0, pValue: 1, degreesOfFreedom, cramersV: Number.NaN }
  const statisticOf = (shift: number): number => cells.reduce((sum, [a, b]) => {
    const expected = [((a + b) * m) / (m + n), ((a + b) * n) / (m + n)]
    const part = (count: number, of: number): number => {
      const distance = Math.abs(count - of)
      return (distance - Math.min(shift, distance)) ** 2 / of
    }
    return sum + part(a, expected[0]) + part(b, expected[1])
  }, 0)
  const statistic = statisticOf(correction && degreesOfFreedom === 1 ? 0.5 : 0)
  return {
    statistic,
    pValue: chiSquaredSurvival(statistic, degreesOfFreedom),
    degreesOfFreedom,
    cramersV: Math.sqrt(statisticOf(0) / (m + n)),
  }
}

/** Pairs of counts, those of fewer than `minimum` together as one; without empty ones. */
function pooled(reference: ArrayLike<number>, current: ArrayLike<number>, minimum: number): [number, number][] {
  const cells: [number, number][] = []
  const rest: [number, number] = [0, 0]
  for (let i = 0; i < reference.length; i++) {
    if (reference[i] + current[i] === 0) continue
    if (reference[i] + current[i] >= minimum) {
      cells.push([reference[i], current[i]])
      continue
    }
    rest[0] += reference[i]
    rest[1] += current[i]
  }
  if (rest[0] + rest[1] === 0) return cells
  cells.sort((a, b) => a[0] + a[1] - b[0] - b[1])
  // What is still too small joins the smallest category.
  if (rest[0] + rest[1] >= minimum || cells.length === 0) return [...cells, rest]
  cells[0] = [cells[0][0] + rest[0], cells[0][1] + rest[1]]
  return cells
}

/** Chance of at most `hits` out of `rows`. */
export function binomialCdf(hits: number, rows: number, share: number): number {
  if (hits < 0) return 0
  return hits >= rows ? 1 : betaTail(rows - hits, hits + 1, 1 - share, share)
}

const binomialChance = (hits: number, rows: number, share: number): number => {
  if (share === 0 || share === 1) return Number(hits === share * rows)
  return Math.exp(logChoose(rows, hits) + hits * Math.log(share) + (rows - hits) * Math.log1p(-share))
}

const sumOf = (counts: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < counts.length; i++) sum += counts[i]
  return sum
}

/** @throws MLError `INPUT_INVALID` */
export function checkShare(hits: number, rows: number): void {
  checkCounts([hits, rows])
  if (rows < 1 || hits > rows) throw new MLError('INPUT_INVALID', `Expected from 0 to all of at least one row to hit, got ${hits} of ${rows}.`)
}

function checkCounts(counts: ArrayLike<number>): void {
  for (let i = 0; i < counts.length; i++) {
    if (Number.isInteger(counts[i]) && counts[i] >= 0) continue
    throw new MLError('INPUT_INVALID', `Expected whole counts of at least 0, got ${counts[i]}.`)
  }
}
