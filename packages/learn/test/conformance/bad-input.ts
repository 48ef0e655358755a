import { createFeatureRow, type FeatureMatrix, type FeatureRow } from '../../src/index.js'
import { toDense } from '../sparse-matrix.js'
import { denseCount, fillRow, rowCount, sampleMatrix, sparseCount, withDenseValue } from './sample-data.js'

const X = sampleMatrix
const { dense, sparse } = { dense: X.dense!, sparse: X.sparse! }

export interface BadMatrix {
  readonly what: string
  readonly matrix: FeatureMatrix
  readonly code: string
}

/** Matrices that nobody can learn or predict from, and the code to refuse them with. */
export const badMatrices: readonly BadMatrix[] = [
  { what: 'infinity in the dense block', matrix: withDenseValue(X, Infinity), code: 'VALUE_NOT_FINITE' },
  {
    what: 'infinity in the sparse block', code: 'VALUE_NOT_FINITE',
    matrix: { ...X, sparse: { ...sparse, values: sparse.values.map((value, i) => (i === 5 ? -Infinity : value)) } },
  },
  {
    what: 'NaN in the sparse block', code: 'VALUE_NOT_FINITE',
    matrix: { ...X, sparse: { ...sparse, values: sparse.values.map((value, i) => (i === 5 ? Number.NaN : value)) } },
  },
  {
    what: 'a column out of range', code: 'SHAPE_MISMATCH',
    matrix: { ...X, sparse: { ...sparse, columnIndices: sparse.columnIndices.map((column, i) => (i === 5 ? 7 : column)) } },
  },
  {
    what: 'row pointers that fall', code: 'SHAPE_MISMATCH',
    matrix: { ...X, sparse: { ...sparse, rowPointers: sparse.rowPointers.map((pointer, i) => (i === 5 ? 0 : pointer)) } },
  },
  {
    what: 'row pointers that leave pairs over', code: 'SHAPE_MISMATCH',
    matrix: { ...X, sparse: { ...sparse, rowPointers: sparse.rowPointers.map((pointer, i) => (i === rowCount ? pointer - 1 : pointer)) } },
  },
  { what: 'too few dense values', matrix: { ...X, dense: { ...dense, values: dense.values.slice(1) } }, code: 'SHAPE_MISMATCH' },
  { what: 'blocks of different height', matrix: { ...X, rowCount: rowCount - 1 }, code: 'SHAPE_MISMATCH' },
]

/** Matrices in good order, but not of the widths that were learned. */
export const otherWidths: readonly { readonly what: string; readonly matrix: FeatureMatrix }[] = [
  { what: 'a wider dense block', matrix: { ...X, dense: toDense(Array.from({ length: rowCount }, () => [1, 2, 3])) } },
  { what: 'a narrower sparse block', matrix: { ...X, sparse: { ...sparse, columnCount: 6, columnIndices: sparse.columnIndices.map((c) => c % 6) } } },
  { what: 'no sparse block', matrix: { rowCount, dense } },
]

const newRow = (): FeatureRow => createFeatureRow(denseCount, sparseCount)

/** Rows that nobody can predict from. */
export const badRows: readonly { readonly what: string; readonly row: () => FeatureRow; readonly code: string }[] = [
  { what: 'infinity in the dense part', row: () => ({ ...fillRow(newRow(), X, 0), dense: Float32Array.of(1, -Infinity) }), code: 'VALUE_NOT_FINITE' },
  { what: 'infinity in the sparse part', row: () => ({ ...fillRow(newRow(), X, 0), sparseValues: new Float32Array(7).fill(Infinity) }), code: 'VALUE_NOT_FINITE' },
  { what: 'a wider dense part', row: () => createFeatureRow(denseCount + 1, sparseCount), code: 'SHAPE_MISMATCH' },
  { what: 'a column out of range', row: () => ({ ...fillRow(newRow(), X, 0), sparseIndices: new Uint32Array(7).fill(7) }), code: 'SHAPE_MISMATCH' },
  { what: 'more pairs than its buffers hold', row: () => ({ ...newRow(), sparseCount: 8 }), code: 'SHAPE_MISMATCH' },
  { what: 'a negative number of pairs', row: () => ({ ...newRow(), sparseCount: -1 }), code: 'SHAPE_MISMATCH' },
]

/** Weights of rows that no fit takes. */
export const badWeights = [
  { what: 'one too few', weights: new Float64Array(rowCount - 1).fill(1), code: 'SHAPE_MISMATCH' },
  { what: 'NaN among them', weights: new Float64Array(rowCount).fill(Number.NaN), code: 'VALUE_NOT_FINITE' },
  { what: 'a negative one', weights: new Float64Array(rowCount).fill(1).fill(-1, 0, 1), code: 'INPUT_INVALID' },
  { what: 'all of them 0', weights: new Float64Array(rowCount), code: 'INPUT_INVALID' },
  { what: 'a sum beyond all numbers', weights: new Float64Array(rowCount).fill(Number.MAX_VALUE), code: 'INPUT_INVALID' },
] as const

/** Codes with which a fit may refuse data; anything else that it throws is a defect. */
export const dataCodes = [
  'DATA_EMPTY', 'FEATURES_EMPTY', 'SHAPE_MISMATCH', 'VALUE_NOT_FINITE', 'INPUT_INVALID', 'TARGET_INVALID', 'TARGET_ONE_CLASS',
]
