import { MLError } from '@motadata/core'

/**
 * Rows with few non-zero values, in compressed sparse row form. The pairs of row `r` are those from `rowPointers[r]` up to, not
 * including, `rowPointers[r + 1]`. Within a row a column appears at most once; columns may stand in any order.
 */
export interface SparseRows {
  readonly rowCount: number
  readonly columnCount: number
  /** shape (rows + 1,), never falling, from 0 to the number of pairs */
  readonly rowPointers: Uint32Array
  /** shape (pairs,), each below columnCount */
  readonly columnIndices: Uint32Array
  /** shape (pairs,) */
  readonly values: Float32Array
}

/** Rows whose every value is stored, row after row: value (r, c) is `values[r * columnCount + c]`. */
export interface DenseRows {
  readonly rowCount: number
  readonly columnCount: number
  /** shape (rows, columns), row-major */
  readonly values: Float32Array
}

/** What one column of a matrix means. */
export interface FeatureColumn {
  /** Name of the matrix column: a term, the characters of a piece of a word, a category, the part of a date. */
  readonly name: string
  /** The dataset column it came from. */
  readonly source: string
  readonly kind: 'term' | 'characters' | 'category' | 'number' | 'boolean' | 'instant' | 'missing'
}

/**
 * What an estimator learns from: a dense block beside a sparse block, either of which may be absent. Features are numbered with
 * the dense columns first, then the sparse ones.
 */
export interface FeatureMatrix {
  readonly rowCount: number
  readonly dense?: DenseRows
  readonly sparse?: SparseRows
}

/** How many features a matrix has: the columns of both blocks. */
export function featureCount(matrix: FeatureMatrix): number {
  return (matrix.dense?.columnCount ?? 0) + (matrix.sparse?.columnCount ?? 0)
}

/**
 * A new matrix of some rows, in the order given; a row may be taken more than once.
 *
 * @param rows - Row numbers, each below `matrix.rowCount`.
 * @throws MLError `SHAPE_MISMATCH` for a row number that the matrix does not have
 * @example
 * selectMatrixRows(matrix, [2, 0]).rowCount // => 2
 */
export function selectMatrixRows(matrix: FeatureMatrix, rows: ArrayLike<number>): FeatureMatrix {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]
    if (!Number.isInteger(row) || row < 0 || row >= matrix.rowCount) {
      throw new MLError('SHAPE_MISMATCH', `Expected row numbers from 0 to ${matrix.rowCount - 1}, got ${row}.`)
    }
  }
  return {
    rowCount: rows.length,
    ...(matrix.dense && { dense: selectDenseRows(matrix.dense, rows) }),
    ...(matrix.sparse && { sparse: selectSparseRows(matrix.sparse, rows) }),
  }
}

function selectDenseRows(block: DenseRows, rows: ArrayLike<number>): DenseRows {
  const width = block.columnCount
  const values = new Float32Array(rows.length * width)
  for (let i = 0; i < rows.length; i++) values.set(block.values.subarray(rows[i] * width, (rows[i] + 1) * width), i * width)
  return { rowCount: rows.length, columnCount: width, values }
}

function selectSparseRows(block: SparseRows, rows: ArrayLike<number>): SparseRows {
  const rowPointers = new Uint32Array(rows.length + 1)
  for (let i = 0; i < rows.length; i++) {
    rowPointers[i + 1] = rowPointers[i] + block.rowPointers[rows[i] + 1] - block.rowPointers[rows[i]]
  }
  const columnIndices = new Uint32Array(rowPointers[rows.length])
  const values = new Float32Array(rowPointers[rows.length])
  for (let i = 0; i < rows.length; i++) {
    const start = block.rowPointers[rows[i]]
    const end = block.rowPointers[rows[i] + 1]
    columnIndices.set(block.columnIndices.subarray(start, end), rowPointers[i])
    values.set(block.values.subarray(start, end), rowPointers[i])
  }
  return { rowCount: rows.length, columnCount: block.columnCount, rowPointers, columnIndices, values }
}
