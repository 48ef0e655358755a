import type { SparseRows } from '../feature-matrix.js'

/** So many rows say about how long the others are. */
const projectedFrom = 512

/** Grows the pairs of sparse rows, row after row. */
export class SparseRowsBuilder {
  columnIndices: Uint32Array
  values: Float32Array
  readonly #rowPointers: Uint32Array
  #row = 0
  #pairs = 0

  constructor(rowCount: number) {
    this.#rowPointers = new Uint32Array(rowCount + 1)
    this.columnIndices = new Uint32Array(Math.max(1024, rowCount * 8))
    this.values = new Float32Array(this.columnIndices.length)
  }

  /** Where the next row starts in the buffers. */
  get pairs(): number {
    return this.#pairs
  }

  /** Makes room for that many pairs in the next row. The buffers may be new ones afterwards. */
  reserve(pairs: number): void {
    const needed = this.#pairs + pairs
    if (needed <= this.values.length) return
    // as much as all rows take if they are like those so far, so that few buffers are outgrown
    const expected = this.#row < projectedFrom ? 0 : Math.ceil((needed / this.#row) * 1.05 * (this.#rowPointers.length - 1))
    const size = expected > needed ? Math.min(expected, this.values.length * 8) : Math.max(needed, this.values.length * 2)
    const indices = new Uint32Array(size)
    indices.set(this.columnIndices.subarray(0, this.#pairs))
    this.columnIndices = indices
    const values = new Float32Array(size)
    values.set(this.values.subarray(0, this.#pairs))
    this.values = values
  }

  /** Ends a row whose pairs were written to the buffers from `pairs` on. */
  endRow(pairCount: number): void {
    this.#pairs += pairCount
    this.#rowPointers[++this.#row] = this.#pairs
  }

  build(columnCount: number): SparseRows {
    const rows = this.view(columnCount)
    return { ...rows, columnIndices: rows.columnIndices.slice(), values: rows.values.slice() }
  }

  /** The rows as they lie in the buffers, which may be longer: for what is not kept. */
  view(columnCount: number): SparseRows {
    return {
      rowCount: this.#rowPointers.length - 1,
      columnCount,
      rowPointers: this.#rowPointers,
      columnIndices: this.columnIndices.subarray(0, this.#pairs),
      values: this.values.subarray(0, this.#pairs),
    }
  }
}
