import type { SparseRows } from '../feature-matrix.js'

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
    const size = Math.max(needed, this.values.length * 2)
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
    return {
      rowCount: this.#rowPointers.length - 1,
      columnCount,
      rowPointers: this.#rowPointers,
      columnIndices: this.columnIndices.slice(0, this.#pairs),
      values: this.values.slice(0, this.#pairs),
    }
  }
}
