import { checkColumns, checkRow, type NumberColumns, readRow } from './number-columns.js'

/** What turns columns of numbers into others, row by row, the same for a batch and for one row. */
export abstract class RowTransform {
  /** How many columns come in, and how many go out. */
  abstract readonly inputCount: number
  abstract readonly columnCount: number

  /** New columns. @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` for infinities */
  transform(columns: NumberColumns): Float64Array[] {
    const rowCount = checkColumns(columns, this.inputCount)
    const transformed = Array.from({ length: this.columnCount }, () => new Float64Array(rowCount))
    const values = new Float64Array(this.inputCount)
    const out = new Float64Array(this.columnCount)
    for (let row = 0; row < rowCount; row++) {
      readRow(columns, row, values)
      this.writeRow(values, out, 0)
      for (let column = 0; column < out.length; column++) transformed[column][row] = out[column]
    }
    return transformed
  }

  /**
   * One row, written from `start` on.
   *
   * @returns How many numbers were written.
   * @throws MLError `SHAPE_MISMATCH`
   */
  transformRow(values: ArrayLike<number>, out: Float64Array | Float32Array, start = 0): number {
    checkRow(values, this.inputCount, out, start, this.columnCount)
    this.writeRow(values, out, start)
    return this.columnCount
  }

  /** The row itself, its widths being right. */
  protected abstract writeRow(values: ArrayLike<number>, out: Float64Array | Float32Array, start: number): void
}
