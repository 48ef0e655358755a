import { MLError } from '@motadata/core'
import type { FeatureMatrix } from '../../feature-matrix.js'

/** How the values of one feature become bins 1 to `binCount`; bin 0 is a missing value. */
export type FeatureBins = NumberBins | CategoryBins

export interface NumberBins {
  readonly kind: 'number'
  readonly feature: number
  readonly binCount: number
  /** shape (binCount - 1,), rising: bin `b` holds values above edge `b - 2` up to edge `b - 1`. */
  readonly edges: Float32Array
}

export interface CategoryBins {
  readonly kind: 'category'
  readonly feature: number
  readonly binCount: number
  /** shape (binCount,): the category of bin `b` is `categories[b - 1]`; all others count as missing. */
  readonly categories: Int32Array
}

/** Values that bins are learned from, at most; more rows than that are sampled evenly. */
const sampleRows = 20_000
/** Categories are whole numbers below it. */
export const categoryLimit = 65_536
/** Categories that get a bin of their own, at most: the most frequent ones. */
const mostCategories = 254
/** In a wide sparse block a column takes so many bins at most: most of its values are 0. */
const sparseBins = 15
const wideBlock = 256

export interface BinOptions {
  readonly bins: number
  /** A column where a part smaller than this would be cut off everywhere has no split, and is left out. */
  readonly minLeafRows: number
  readonly categoricalColumns: ReadonlySet<number>
}

/**
 * Learns bins of about equally many rows from some rows of a matrix, dense columns first. Features that cannot be split are left out.
 *
 * @param rows - Rising row numbers.
 * @throws MLError `INPUT_INVALID` for values of a categorical column that are no whole numbers from 0 to 65,535
 */
export function learnBins(X: FeatureMatrix, rows: Uint32Array, options: BinOptions): FeatureBins[] {
  const learned: FeatureBins[] = []
  const sampled = sampleOf(rows)
  const column = new Float32Array(sampled.length)
  const { dense } = X
  for (let feature = 0; dense && feature < dense.columnCount; feature++) {
    if (options.categoricalColumns.has(feature)) {
      const bins = categoryBins(feature, dense.values, dense.columnCount, rows)
      if (bins) learned.push(bins)
      continue
    }
    const present = gather(dense.values, dense.columnCount, feature, sampled, column)
    const bins = numberBins(feature, present, options.bins)
    if (bins && (bins.binCount > 1 || present.length < sampled.length)) learned.push(bins)
  }
  return [...learned, ...sparseColumnBins(X, rows, options)]
}

function sampleOf(rows: Uint32Array): Uint32Array {
  if (rows.length <= sampleRows) return rows
  return Uint32Array.from({ length: sampleRows }, (_, i) => rows[Math.floor((i * rows.length) / sampleRows)])
}

/** The values of a column that are not missing, in rows. */
function gather(values: Float32Array, width: number, feature: number, rows: Uint32Array, into: Float32Array): Float32Array {
  let count = 0
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i] * width + feature]
    if (value === value) into[count++] = value
  }
  return into.subarray(0, count)
}

/** Undefined when all values are missing. */
function numberBins(feature: number, present: Float32Array, bins: number): NumberBins | undefined {
  if (present.length === 0) return undefined
  const edges = binEdges(present.sort(), bins)
  return { kind: 'number', feature, binCount: edges.length + 1, edges }
}

/** Edges between different values, at most `bins - 1`, so that bins hold about equally many; a frequent value gets a bin of its own. */
export function binEdges(sorted: Float32Array, bins: number): Float32Array {
  const edges: number[] = []
  let left = sorted.length
  let inBin = 0
  let share = left / bins
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end] === sorted[start]) end++
    inBin += end - start
    if (end === sorted.length || edges.length === bins - 1) break
    const distinctLeft = end + bins - edges.length - 1 >= sorted.length // then each of them can have its own
    let next = end
    while (next < sorted.length && sorted[next] === sorted[end]) next++
    if (inBin < share && next - end < share && !distinctLeft) continue
    edges.push(between(sorted[start], sorted[end]))
    left -= inBin
    inBin = 0
    share = left / (bins - edges.length)
  }
  return Float32Array.from(edges)
}

/** The middle as a 32-bit float, at least the lower and below the upper of two such numbers. */
function between(lower: number, upper: number): number {
  const middle = Math.fround(lower / 2 + upper / 2)
  return middle >= lower && middle < upper ? middle : lower
}

function categoryBins(feature: number, values: Float32Array, width: number, rows: Uint32Array): CategoryBins | undefined {
  const counts = new Map<number, number>()
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i] * width + feature]
    if (value !== value) continue
    if (!(Number.isInteger(value) && value >= 0 && value < categoryLimit)) throw notACategory(value, feature)
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  if (counts.size === 0) return undefined
  const frequent = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, mostCategories).map(([category]) => category)
  return { kind: 'category', feature, binCount: frequent.length, categories: Int32Array.from(frequent).sort() }
}

function notACategory(value: number, feature: number): MLError {
  return new MLError(
    'INPUT_INVALID', `Expected categories as whole numbers from 0 to ${categoryLimit - 1} in dense column ${feature}, got ${value}. Encode them with an OrdinalEncoder.`,
    { details: { column: feature, received: String(value) } },
  )
}

function sparseColumnBins({ dense, sparse }: FeatureMatrix, rows: Uint32Array, options: BinOptions): NumberBins[] {
  if (!sparse) return []
  const { rowPointers, columnIndices, values, columnCount } = sparse
  const counts = new Uint32Array(columnCount + 1)
  for (const row of rows) for (let i = rowPointers[row]; i < rowPointers[row + 1]; i++) counts[columnIndices[i] + 1]++
  const starts = counts.map(((sum) => (count: number) => (sum += count))(0))
  const next = starts.slice()
  const byColumn = new Float32Array(starts[columnCount])
  for (const row of rows) for (let i = rowPointers[row]; i < rowPointers[row + 1]; i++) byColumn[next[columnIndices[i]]++] = values[i]
  const learned: NumberBins[] = []
  for (let column = 0; column < columnCount; column++) {
    const stored = byColumn.subarray(starts[column], starts[column + 1])
    if (stored.length < options.minLeafRows) continue
    const bins = numberBins((dense?.columnCount ?? 0) + column, withZeros(stored, rows.length), columnCount > wideBlock ? Math.min(options.bins, sparseBins) : options.bins)
    if (bins && bins.binCount > 1) learned.push(bins)
  }
  return learned
}

/** Stored values with as many zeros as the rows that store none, but no more than there are values: 0 has a bin of its own anyway. */
function withZeros(stored: Float32Array, rowCount: number): Float32Array {
  const zeros = Math.min(rowCount - stored.length, stored.length + 1)
  const all = new Float32Array(stored.length + zeros)
  all.set(stored)
  return all
}
