import { MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'
import type { Split } from './split.js'

/** A split by time, and what it could not use. */
export interface TimeSplit extends Split {
  /** Epoch milliseconds: rows from then on are the test set. */
  readonly cutMs: number
  /** Rows from before the cut whose label was not known by then: still open, or without a time. */
  readonly leftOut: Uint32Array
}

export interface TimeSplitOptions {
  /** Share of the rows to hold out, the last ones; this or `cutMs`. */
  readonly testShare?: number
  /** Epoch milliseconds of the first row to hold out. */
  readonly cutMs?: number
  /**
   * When each row's label became known, epoch milliseconds, shape (rows,); NaN where it never was. A row trains only if that was before
   * the cut: with labels from later on, a measurement tells of a future that no model has.
   */
  readonly labelKnownAt?: Float64Array
}

/**
 * Trains on what was known at a moment and tests on what came after, as a model in use does.
 *
 * Leaving open rows out favours those whose labels come quickly; where the label is a duration, say so beside the result.
 *
 * @param times - When each row came, epoch milliseconds, shape (rows,), in any order; rows without a time (NaN) are left out.
 * @throws MLError `INPUT_INVALID` unless exactly one of share and cut is given and in range, `SHAPE_MISMATCH`, `DATA_EMPTY` when one
 *   side has no rows
 * @example
 * [...timeSplit(Float64Array.of(1, 2, 3, 4), { testShare: 0.25, labelKnownAt: Float64Array.of(2, 9, 3, 4) }).train] // => [0, 2]
 */
export function timeSplit(times: Float64Array, options: TimeSplitOptions): TimeSplit {
  const { testShare, cutMs: givenCut, labelKnownAt } = options
  if (labelKnownAt) expectEqual('times at which labels were known, one a row', times.length, labelKnownAt.length)
  if ((testShare === undefined) === (givenCut === undefined)) throw new MLError('INPUT_INVALID', 'Expected either a test share or a cut, got both or none.')
  if (testShare !== undefined && !(testShare > 0 && testShare < 1)) {
    throw new MLError('INPUT_INVALID', `Expected a test share above 0 and below 1, got ${testShare}.`)
  }
  const sorted = times.filter((time) => !Number.isNaN(time)).sort()
  if (sorted.length < 2) throw new MLError('DATA_EMPTY', `Expected at least two rows with a time to split, got ${sorted.length}.`)
  const testCount = Math.min(Math.max(Math.round(sorted.length * (testShare ?? 0)), 1), sorted.length - 1)
  const cutMs = givenCut ?? sorted[sorted.length - testCount]
  const [train, test, leftOut]: number[][] = [[], [], []]
  times.forEach((time, row) => {
    if (time >= cutMs) test.push(row)
    else if (time < cutMs && (!labelKnownAt || labelKnownAt[row] < cutMs)) train.push(row)
    else leftOut.push(row)
  })
  if (train.length === 0 || test.length === 0) {
    const counts = `${train.length} to train and ${test.length} to test`
    throw new MLError('DATA_EMPTY', `Expected rows on both sides of the cut, got ${counts}. Move the cut.`)
  }
  return { train: Uint32Array.from(train), test: Uint32Array.from(test), leftOut: Uint32Array.from(leftOut), cutMs }
}

export interface TimeSeriesOptions {
  /** Two or more. */
  readonly foldCount: number
  /** Rows of each test set; rows / (folds + 1) when absent. */
  readonly testSize?: number
  /** Rows left out before each test set; 0 when absent. */
  readonly gap?: number
  /** As for {@link timeSplit}: a row trains only if its label was known when the test set began. */
  readonly labelKnownAt?: Float64Array
}

/**
 * Test sets one after the other in time, each trained on all that came before: scikit-learn's `TimeSeriesSplit`, for rows in any order.
 *
 * @param times - Epoch milliseconds, shape (rows,), finite; rows of one time keep their order.
 * @throws MLError `INPUT_INVALID` where the folds do not fit, `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`
 * @example
 * timeSeriesSplit([1, 2, 3], { foldCount: 2 }).map(({ test }) => [...test]) // => [[1], [2]]
 */
export function timeSeriesSplit(times: ArrayLike<number>, options: TimeSeriesOptions): Split[] {
  const { foldCount, gap = 0, labelKnownAt } = options
  const rowCount = times.length
  if (labelKnownAt) expectEqual('times at which labels were known, one a row', rowCount, labelKnownAt.length)
  const testSize = options.testSize ?? Math.floor(rowCount / (foldCount + 1))
  const fits = [foldCount - 2, gap, testSize - 1].every((value) => Number.isInteger(value) && value >= 0)
  if (!fits || rowCount - foldCount * testSize - gap < 1) {
    throw new MLError('INPUT_INVALID', `Expected folds that leave a row to train on, got ${foldCount} of ${testSize} with a gap of ${gap} in ${rowCount} rows.`)
  }
  for (let row = 0; row < rowCount; row++) {
    if (!Number.isFinite(times[row])) throw new MLError('VALUE_NOT_FINITE', `Expected a time of every row, got ${times[row]} in row ${row}.`)
  }
  const order = Uint32Array.from({ length: rowCount }, (_, row) => row).sort((a, b) => times[a] - times[b] || a - b)
  return Array.from({ length: foldCount }, (_, fold) => {
    const start = rowCount - (foldCount - fold) * testSize
    const test = order.slice(start, start + testSize)
    const isKnown = (row: number): boolean => !labelKnownAt || labelKnownAt[row] < times[test[0]]
    return { train: order.slice(0, start - gap).filter(isKnown).sort(), test: test.sort() }
  })
}
