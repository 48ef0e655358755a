import { createRandom } from '@motadata/core'
import type { ClassificationTarget, FeatureMatrix, FeatureRow } from '../../src/index.js'
import { toDense, toSparse } from '../sparse-matrix.js'

export const rowCount = 60
export const denseCount = 2
export const sparseCount = 7
const random = createRandom(11)
const denseLines = Array.from({ length: rowCount }, () => [random.next() * 2 - 1, random.next() * 2 - 1])
const sparseLines = Array.from({ length: rowCount }, (_, row) =>
  Array.from({ length: sparseCount }, (_, column) => (column === row % 7 || random.next() < 0.2 ? 1 + random.next() : 0)))

/** Sixty rows of two dense and seven sparse columns. */
export const sampleMatrix: FeatureMatrix = { rowCount, dense: toDense(denseLines), sparse: toSparse(sparseLines) }

/** The same without numbers below 0. */
export const nonNegativeMatrix: FeatureMatrix = {
  ...sampleMatrix, dense: { ...sampleMatrix.dense!, values: sampleMatrix.dense!.values.map(Math.abs) },
}

/** Two classes, names that objects have too, and more classes than most have rows. */
export const classTargets: readonly ClassificationTarget[] = [
  { classes: ['a', 'b'], codes: Int32Array.from({ length: rowCount }, (_, row) => row % 2) },
  { classes: ['__proto__', 'constructor', 'Störung'], codes: Int32Array.from({ length: rowCount }, (_, row) => (row * row) % 3) },
  { classes: Array.from({ length: 9 }, (_, code) => `class ${code}`), codes: Int32Array.from({ length: rowCount }, (_, row) => row % 9) },
]

/** Whole numbers of at least 0, as counts are: every regressor can learn them. */
export const numberTarget = Float64Array.from({ length: rowCount }, (_, row) => Math.round(10 + Math.sin(row) * 10))

/** A row of a matrix in buffers of its own. */
export function fillRow(row: FeatureRow, matrix: FeatureMatrix, index: number): FeatureRow {
  const { dense, sparse } = matrix
  if (dense) row.dense.set(dense.values.subarray(index * dense.columnCount, (index + 1) * dense.columnCount))
  if (!sparse) return row
  const start = sparse.rowPointers[index]
  row.sparseCount = sparse.rowPointers[index + 1] - start
  row.sparseIndices.set(sparse.columnIndices.subarray(start, start + row.sparseCount))
  row.sparseValues.set(sparse.values.subarray(start, start + row.sparseCount))
  return row
}

/** The same matrix with a number in the dense block replaced. */
export const withDenseValue = (matrix: FeatureMatrix, value: number): FeatureMatrix =>
  ({ ...matrix, dense: { ...matrix.dense!, values: matrix.dense!.values.map((own, i) => (i === 5 ? value : own)) } })

/** Target and rows of a matrix, of small whole numbers, to be repeated as often as their weight says. */
export function repetitions(rows: number): { readonly weights: Float64Array; readonly rows: number[] } {
  const weights = Float64Array.from({ length: rows }, (_, row) => row % 4)
  return { weights, rows: Array.from(weights, (weight, row) => Array<number>(weight).fill(row)).flat() }
}
