import type { CodedMatrix } from './coded-matrix.js'

/** Finds the values of a sparse column that lie in a node: through the column's rows or through the node's, whichever are fewer steps. */
export class SparseColumns {
  /** Of the listed values: code, and place of the row in the node. */
  readonly codes: Uint16Array
  readonly items: Uint32Array
  readonly #block: NonNullable<CodedMatrix['sparse']>
  readonly #rows: Uint32Array
  /** shape (rows,): where each row stands among those of the tree; those that the tree leaves out stand nowhere */
  readonly #places: Uint32Array

  /** @param rows - Those of the tree in their current order, kept and looked at. */
  constructor(matrix: CodedMatrix, block: NonNullable<CodedMatrix['sparse']>, rows: Uint32Array) {
    this.codes = new Uint16Array(matrix.rowCount)
    this.items = new Uint32Array(matrix.rowCount)
    this.#block = block
    this.#rows = rows
    this.#places = new Uint32Array(matrix.rowCount)
  }

  /** The first rows are those of a tree; others are left out. */
  beginTree(rowCount: number): void {
    this.#places.fill(0xffffffff)
    this.place(0, rowCount)
  }

  /** Has to be called when the rows from `start` to `end` have changed places. */
  place(start: number, end: number): void {
    for (let i = start; i < end; i++) this.#places[this.#rows[i]] = i
  }

  zeroCode(column: number): number {
    return this.#block.zeroCodes[column]
  }

  /** Lists the values of a column in a node; gives how many there are. */
  list(column: number, start: number, end: number): number {
    const { pointers } = this.#block
    const [from, to] = [pointers[column], pointers[column + 1]]
    const steps = 32 - Math.clz32(to - from)
    return to - from <= (end - start) * steps ? this.#listColumn(from, to, start, end) : this.#listRows(from, to, start, end)
  }

  #listColumn(from: number, to: number, start: number, end: number): number {
    const { codes, rows } = this.#block
    let count = 0
    for (let i = from; i < to; i++) {
      const place = this.#places[rows[i]]
      if (place < start || place >= end) continue
      this.codes[count] = codes[i]
      this.items[count++] = place - start
    }
    return count
  }

  #listRows(from: number, to: number, start: number, end: number): number {
    const { codes, rows } = this.#block
    let count = 0
    for (let i = start; i < end; i++) {
      const row = this.#rows[i]
      let low = from
      let high = to
      while (low < high) {
        const middle = (low + high) >> 1
        if (rows[middle] < row) low = middle + 1
        else high = middle
      }
      if (low === to || rows[low] !== row) continue
      this.codes[count] = codes[low]
      this.items[count++] = i - start
    }
    return count
  }
}
