import type { FeatureMatrix, SparseRows } from '../feature-matrix.js'
import { transposeLines } from '../linear/sparse-product.js'
import { type CodeTable, ColumnCoder } from './column-codes.js'

/** The values of a sparse block by column, without stored zeros. */
interface SparseCodes {
  /** shape (sparse columns + 1,) */
  readonly pointers: Uint32Array
  /** shape (pairs,), rising within a column */
  readonly rows: Uint32Array
  /** shape (pairs,) */
  readonly codes: Uint16Array
  /** shape (sparse columns,): the code of values that are not stored */
  readonly zeroCodes: Uint16Array
}

/**
 * A matrix for growing trees: every column by itself, numbers as 16-bit codes that rise with them. A tree asks only which numbers are
 * smaller, so nothing is lost where a column has at most 65,535 different ones.
 */
export interface CodedMatrix {
  readonly rowCount: number
  readonly featureCount: number
  readonly denseCount: number
  /** shape (dense columns, rows) */
  readonly denseCodes: Uint16Array
  readonly sparse: SparseCodes | undefined
  /** What the codes of each feature stand for. */
  readonly tables: readonly CodeTable[]
}

/** Costs a sort of every column. */
export function codeMatrix(matrix: FeatureMatrix): CodedMatrix {
  const { rowCount, dense, sparse } = matrix
  const denseCount = dense?.columnCount ?? 0
  const coder = new ColumnCoder(rowCount + 1)
  const tables: CodeTable[] = []
  const denseCodes = new Uint16Array(denseCount * rowCount)
  const column = new Float32Array(rowCount)
  for (let c = 0; c < denseCount; c++) {
    for (let row = 0, at = c; row < rowCount; row++, at += denseCount) column[row] = dense!.values[at]
    tables.push(coder.code(column, denseCodes.subarray(c * rowCount, (c + 1) * rowCount)))
  }
  const sparseCodes = sparse && sparse.columnCount > 0 ? codeSparse(sparse, coder, tables) : undefined
  return { rowCount, featureCount: denseCount + (sparse?.columnCount ?? 0), denseCount, denseCodes, sparse: sparseCodes, tables }
}

function codeSparse(block: SparseRows, coder: ColumnCoder, tables: CodeTable[]): SparseCodes {
  const columns = transposeLines({ pointers: block.rowPointers, indices: block.columnIndices, values: block.values }, block.columnCount)
  const result: SparseCodes = {
    pointers: new Uint32Array(block.columnCount + 1), rows: columns.indices,
    codes: new Uint16Array(columns.values.length), zeroCodes: new Uint16Array(block.columnCount),
  }
  const values = new Float32Array(block.rowCount + 1)
  const codes = new Uint16Array(block.rowCount + 1)
  let end = 0
  for (let c = 0; c < block.columnCount; c++) {
    const start = end
    // a zero first, for the values that are not stored
    let count = 1
    for (let i = columns.pointers[c]; i < columns.pointers[c + 1]; i++) {
      if (columns.values[i] === 0) continue
      values[count++] = columns.values[i]
      result.rows[end++] = columns.indices[i]
    }
    tables.push(coder.code(values.subarray(0, count), codes.subarray(0, count)))
    result.zeroCodes[c] = codes[0]
    result.codes.set(codes.subarray(1, count), start)
    result.pointers[c + 1] = end
  }
  return result
}
