import { MLError } from '@motadata/core'
import type { ClassificationTarget } from '../estimator.js'
import { checkClassificationTarget, expectEqual } from '../input-check.js'
import type { CategoryValues } from '../preprocessing/one-hot-encoder.js'
import { binCounts, quantileEdges } from '../statistics/share-distances.js'
import { stratifiedKFold } from './split.js'

/** A column to look at by itself: numbers with NaN for missing ones, or categories. */
export type SingleColumn =
  | { readonly name: string; readonly numbers: Float64Array }
  | { readonly name: string; readonly categories: CategoryValues }

export interface LeakageOptions {
  /** Share of the target's uncertainty from which on a column is too good to be true; 0.8 when absent. */
  readonly suspiciousShare?: number
  /** 0 when absent. */
  readonly seed?: number
}

/** How much one column alone tells of the target. */
export interface ColumnStrength {
  readonly name: string
  /** Share of the target's log-loss that the column alone takes away on rows held out: 0 nothing, 1 all. */
  readonly explainedShare: number
  /** The same for whether a value is there at all, which often tells that a case was closed. */
  readonly missingnessShare: number
  readonly isSuspicious: boolean
}

const binCount = 20

/**
 * How well each column predicts the classes by itself, on rows held out, the strongest first. A column that alone predicts nearly
 * everything is rarely a feature: it was filled in with the answer, or after it.
 *
 * Numbers are cut into twenty bins of equally many rows; a category's shares are drawn towards the average of all, so that columns of
 * names and numbers that hardly repeat do not look strong.
 *
 * @throws MLError `SHAPE_MISMATCH`, `TARGET_INVALID`, `INPUT_INVALID`
 * @example
 * findLeakage([{ name: 'closed_code', categories }], y)[0].isSuspicious // => true
 */
export function findLeakage(columns: readonly SingleColumn[], y: ClassificationTarget, options: LeakageOptions = {}): ColumnStrength[] {
  const { suspiciousShare = 0.8, seed = 0 } = options
  if (!(suspiciousShare > 0 && suspiciousShare <= 1)) throw new MLError('INPUT_INVALID', `Expected a share above 0 up to 1, got ${suspiciousShare}.`)
  checkClassificationTarget(y, y.codes.length)
  return columns.map((column): ColumnStrength => {
    const cells = cellsOf(column, y.codes.length)
    const explainedShare = explainedShareOf(cells, y, seed)
    const missingnessShare = explainedShareOf(cells.map((cell) => Math.min(cell, 0)), y, seed)
    return { name: column.name, explainedShare, missingnessShare, isSuspicious: Math.max(explainedShare, missingnessShare) >= suspiciousShare }
  }).sort((a, b) => b.explainedShare - a.explainedShare || (a.name < b.name ? -1 : 1))
}

/**
 * Which columns of instants hold times after the prediction is to be made: they can not be known then.
 *
 * @param columns - Epoch milliseconds by name, NaN where missing, each of shape (rows,).
 * @param predictedAt - When each row's prediction is needed, same shape.
 * @returns Share of each column's values that lie later; columns without one are left out.
 * @throws MLError `SHAPE_MISMATCH`
 */
export function columnsKnownLater(
  columns: Readonly<Record<string, Float64Array>>, predictedAt: Float64Array,
): { readonly name: string; readonly laterShare: number }[] {
  return Object.entries(columns).map(([name, instants]) => {
    expectEqual(`instants of ${name}`, predictedAt.length, instants.length)
    const present = instants.filter((instant) => !Number.isNaN(instant)).length
    const later = instants.filter((instant, row) => instant > predictedAt[row]).length
    return { name, laterShare: present === 0 ? 0 : later / present }
  }).filter(({ laterShare }) => laterShare > 0)
}

/** The bin or category of each row, −1 where the value is missing. */
function cellsOf(column: SingleColumn, rowCount: number): Int32Array {
  if ('categories' in column) {
    expectEqual(`codes of ${column.name}`, rowCount, column.categories.codes.length)
    return Int32Array.from(column.categories.codes)
  }
  expectEqual(`values of ${column.name}`, rowCount, column.numbers.length)
  const present = column.numbers.filter((value) => !Number.isNaN(value))
  if (present.length === 0) return new Int32Array(rowCount).fill(-1)
  const edges = quantileEdges(present, binCount)
  return Int32Array.from(column.numbers, (value) => (Number.isNaN(value) ? -1 : binCounts([value], edges).indexOf(1)))
}

function explainedShareOf(cells: Int32Array, y: ClassificationTarget, seed: number): number {
  const classCount = y.classes.length
  let [own, baseline] = [0, 0]
  for (const { train, test } of stratifiedKFold(y.codes, { foldCount: Math.min(5, y.codes.length), seed })) {
    const totals = new Float64Array(classCount)
    const counts = new Map<number, Float64Array>()
    for (const row of train) {
      totals[y.codes[row]]++
      const cell = counts.get(cells[row]) ?? new Float64Array(classCount)
      cell[y.codes[row]]++
      counts.set(cells[row], cell)
    }
    for (const row of test) {
      const code = y.codes[row]
      const prior = (totals[code] + 1) / (train.length + classCount)
      const cell = counts.get(cells[row])
      // A cell of no rows is the average, of one row half of it.
      const inCell = cell ? cell.reduce((sum, count) => sum + count, 0) : 0
      own -= Math.log(((cell?.[code] ?? 0) + prior) / (inCell + 1))
      baseline -= Math.log(prior)
    }
  }
  return baseline === 0 ? 0 : Math.max(0, 1 - own / baseline)
}
