import { type FeatureMatrix, selectMatrixRows } from '../feature-matrix.js'
import type { FeatureWidths } from '../input-check.js'
import { type SparseLines, transposeLines } from '../linear/sparse-product.js'
import type { ModelStateReader } from '../model-state-reader.js'
import type { Tensor } from '../model-state.js'

/** Rows that came together, kept by row and, sparse ones, by column. */
interface Segment {
  readonly rowCount: number
  readonly dense: Float32Array
  readonly rows: SparseLines
  readonly columns: SparseLines
}

const { sqrt } = Math

/**
 * Rows to be compared with, of which more may come. Sparse ones stand in an inverted index: for each column, the rows that have it. So
 * the products of a row with all others cost one pass over the rows of its own columns. Rows that came later stand in segments of their
 * own, which are put together when they have grown as large as the ones before: each row is moved as often as the logarithm of all.
 */
export class RowStore {
  readonly widths: FeatureWidths
  #segments: Segment[] = []
  /** Of each row, with room for more. */
  #lengths = new Float64Array(0)
  #rowCount = 0

  constructor(widths: FeatureWidths) {
    this.widths = widths
  }

  get rowCount(): number {
    return this.#rowCount
  }

  get sizeBytes(): number {
    return this.#segments.reduce(
      (sum, { dense, rows, columns }) => sum + dense.byteLength + bytesOf(rows) + bytesOf(columns), this.#lengths.byteLength,
    )
  }

  /** Euclidean length of a row; 0 for one without features. */
  lengthOf(row: number): number {
    return this.#lengths[row]
  }

  /** Adds rows of the same widths, which have been checked. */
  append(X: FeatureMatrix): void {
    const copy = selectMatrixRows(X, Uint32Array.from({ length: X.rowCount }, (_, row) => row))
    this.#add(segmentOf(X.rowCount, copy.dense?.values ?? new Float32Array(0), {
      pointers: copy.sparse?.rowPointers ?? new Uint32Array(X.rowCount + 1),
      indices: copy.sparse?.columnIndices ?? new Uint32Array(0),
      values: copy.sparse?.values ?? new Float32Array(0),
    }, this.widths.sparseCount))
  }

  /** Writes the products of a row with all rows here into `out`, whose first places are theirs. */
  multiply(dense: Float32Array, denseStart: number, indices: Uint32Array, values: Float32Array, start: number, end: number, out: Float64Array): void {
    const width = this.widths.denseCount
    for (let row = 0; row < this.#rowCount; row++) out[row] = 0
    let first = 0
    for (const segment of this.#segments) {
      if (width > 0) addDenseProducts(segment, width, dense, denseStart, out, first)
      const { pointers, indices: rows, values: own } = segment.columns
      for (let i = start; i < end; i++) {
        const value = values[i]
        const column = indices[i]
        for (let at = pointers[column], last = pointers[column + 1]; at < last; at++) out[first + rows[at]] += value * own[at]
      }
      first += segment.rowCount
    }
  }

  /** All rows as tensors. */
  toTensors(): Readonly<Record<string, Tensor>> {
    const { dense, rows } = joined(this.#segments)
    return {
      dense: { dtype: 'F32', shape: [this.#rowCount, this.widths.denseCount], data: dense.slice() },
      rowPointers: { dtype: 'U32', shape: [this.#rowCount + 1], data: rows.pointers.slice() },
      columnIndices: { dtype: 'U32', shape: [rows.indices.length], data: rows.indices.slice() },
      values: { dtype: 'F32', shape: [rows.indices.length], data: rows.values.slice() },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` */
  static read(reader: ModelStateReader, rowCount: number): RowStore {
    const widths = reader.widths()
    const dense = reader.tensor('dense', 'F32', [rowCount, widths.denseCount]).slice()
    const pointers = reader.tensor('rowPointers', 'U32', [rowCount + 1]).slice()
    const indices = reader.tensor('columnIndices', 'U32', [-1]).slice()
    const values = reader.tensor('values', 'F32', [indices.length]).slice()
    const falls = pointers.findIndex((pointer, row) => row > 0 && pointer < pointers[row - 1])
    if (pointers[0] !== 0 || falls >= 0 || pointers[rowCount] !== indices.length) throw reader.fail('row pointers that rise from 0 to the pairs', 'others')
    const beyond = indices.find((column) => column >= widths.sparseCount)
    if (beyond !== undefined) throw reader.fail(`columns below ${widths.sparseCount}`, `${beyond}`)
    const store = new RowStore(widths)
    if (rowCount > 0) store.#add(segmentOf(rowCount, dense, { pointers, indices, values }, widths.sparseCount))
    return store
  }

  #add(segment: Segment): void {
    const before = this.#rowCount
    this.#rowCount += segment.rowCount
    if (this.#rowCount > this.#lengths.length) {
      const larger = new Float64Array(before === 0 ? this.#rowCount : Math.max(this.#rowCount, before * 2))
      larger.set(this.#lengths.subarray(0, before))
      this.#lengths = larger
    }
    for (let row = 0; row < segment.rowCount; row++) this.#lengths[before + row] = lengthIn(segment, row, this.widths.denseCount)
    this.#segments.push(segment)
    for (let last = this.#segments.length - 1; last > 0 && this.#segments[last].rowCount * 2 > this.#segments[last - 1].rowCount; last--) {
      const { dense, rows } = joined(this.#segments.slice(last - 1))
      const rowCount = this.#segments[last - 1].rowCount + this.#segments[last].rowCount
      this.#segments.splice(last - 1, 2, segmentOf(rowCount, dense, rows, this.widths.sparseCount))
    }
  }
}

function segmentOf(rowCount: number, dense: Float32Array, rows: SparseLines, columnCount: number): Segment {
  return { rowCount, dense, rows, columns: transposeLines(rows, columnCount) }
}

function lengthIn({ dense, rows }: Segment, row: number, width: number): number {
  let squares = 0
  for (let c = 0; c < width; c++) squares += dense[row * width + c] ** 2
  for (let i = rows.pointers[row]; i < rows.pointers[row + 1]; i++) squares += rows.values[i] ** 2
  return sqrt(squares)
}

function addDenseProducts(segment: Segment, width: number, dense: Float32Array, denseStart: number, out: Float64Array, first: number): void {
  const own = segment.dense
  for (let row = 0, at = 0; row < segment.rowCount; row++) {
    let sum = 0
    for (let c = 0; c < width; c++, at++) sum += own[at] * dense[denseStart + c]
    out[first + row] += sum
  }
}

/** Segments one after the other. */
function joined(segments: readonly Segment[]): Pick<Segment, 'dense' | 'rows'> {
  const sum = (of: (segment: Segment) => number): number => segments.reduce((total, segment) => total + of(segment), 0)
  const pairs = sum(({ rows }) => rows.indices.length)
  const dense = new Float32Array(sum((segment) => segment.dense.length))
  const rows = { pointers: new Uint32Array(sum(({ rowCount }) => rowCount) + 1), indices: new Uint32Array(pairs), values: new Float32Array(pairs) }
  let [denseAt, rowAt, pairAt] = [0, 0, 0]
  for (const segment of segments) {
    dense.set(segment.dense, denseAt)
    rows.indices.set(segment.rows.indices, pairAt)
    rows.values.set(segment.rows.values, pairAt)
    for (let row = 1; row <= segment.rowCount; row++) rows.pointers[rowAt + row] = pairAt + segment.rows.pointers[row]
    denseAt += segment.dense.length
    rowAt += segment.rowCount
    pairAt += segment.rows.indices.length
  }
  return { dense, rows }
}

const bytesOf = ({ pointers, indices, values }: SparseLines): number => pointers.byteLength + indices.byteLength + values.byteLength
