import { MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'
import type { CategoryValues } from '../preprocessing/one-hot-encoder.js'
import { checkConfidence, type Interval, proportionInterval } from '../statistics/proportion-interval.js'
import { checkSample, meanAndSquares } from '../statistics/samples.js'
import { studentQuantile } from '../statistics/tail-probabilities.js'

export interface SliceOptions {
  /** Slices of fewer rows are left out: their quality is luck. 30 when absent. */
  readonly minimumRows?: number
  /** Chance that the intervals of all slices hold at once; 0.95 when absent. */
  readonly confidence?: number
}

/** Quality of the rows that have one value. */
export interface Slice {
  readonly column: string
  readonly value: string
  readonly rowCount: number
  /** Mean over the rows. */
  readonly mean: number
  readonly interval: Interval
  /** The interval lies below the mean of all rows. */
  readonly isClearlyWorse: boolean
}

export interface SliceReport {
  readonly overall: number
  /** The worst first. */
  readonly slices: readonly Slice[]
  /** The slice of the lowest mean; null where none is large enough. */
  readonly worst: Slice | null
  /** Slices that were left out as too small. */
  readonly tooSmall: number
}

/**
 * How good a model is for parts of the rows: each site, language, group. Larger is better; pass errors with their sign turned.
 *
 * Intervals are Wilson's for hits and misses, else Student's, each at a confidence that accounts for how many slices are looked at.
 *
 * @param quality - Of each row: 1 for a hit and 0 for a miss, or any finite number, shape (rows,).
 * @param columns - Columns to slice by, each of shape (rows,); missing values are a slice `(missing)`.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `INPUT_INVALID`
 * @example
 * measureSlices(hits, { site: { codes, categories: ['Berlin', 'Pune'] } }).worst?.value // => 'Pune'
 */
export function measureSlices(
  quality: ArrayLike<number>, columns: Readonly<Record<string, CategoryValues>>, options: SliceOptions = {},
): SliceReport {
  const { minimumRows = 30, confidence = 0.95 } = options
  checkSample(quality)
  checkConfidence(confidence)
  if (!Number.isInteger(minimumRows) || minimumRows < 2) throw new MLError('INPUT_INVALID', `Expected a whole minimum of rows from 2, got ${minimumRows}.`)
  const overall = meanAndSquares(quality).mean
  const parts = Object.entries(columns).flatMap(([column, { codes, categories }]) => {
    expectEqual(`codes of ${column}, one a row`, quality.length, codes.length)
    const rows = new Map<number, number[]>()
    codes.forEach((code, row) => {
      const values = rows.get(code)
      if (values) values.push(quality[row])
      else rows.set(code, [quality[row]])
    })
    return [...rows].map(([code, values]) => ({ column, value: categories[code] ?? '(missing)', values }))
  })
  const large = parts.filter(({ values }) => values.length >= minimumRows)
  const risk = (1 - confidence) / Math.max(1, large.length)
  const slices = large.map(({ column, value, values }): Slice => {
    const { mean } = meanAndSquares(values)
    const interval = intervalOf(values, 1 - risk)
    return { column, value, rowCount: values.length, mean, interval, isClearlyWorse: interval.high < overall }
  }).sort((a, b) => a.mean - b.mean || a.interval.high - b.interval.high)
  return { overall, slices, worst: slices[0] ?? null, tooSmall: parts.length - large.length }
}

function intervalOf(values: readonly number[], confidence: number): Interval {
  const hits = values.filter((value) => value === 1).length
  if (hits + values.filter((value) => value === 0).length === values.length) return proportionInterval(hits, values.length, { confidence })
  const { mean, squares } = meanAndSquares(values)
  const half = studentQuantile(1 - (1 - confidence) / 2, values.length - 1) * Math.sqrt(squares / (values.length - 1) / values.length)
  return { low: mean - half, high: mean + half }
}
