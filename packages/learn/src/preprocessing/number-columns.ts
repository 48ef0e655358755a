import { MLError } from '@motadata/core'
import { shapeMismatch } from '../input-check.js'

/** Columns of numbers of one length, NaN where a value is missing. */
export type NumberColumns = readonly Float64Array[]

/**
 * How many rows columns have.
 *
 * @throws MLError `SHAPE_MISMATCH` for columns of different length, `VALUE_NOT_FINITE` for infinities
 */
export function checkColumns(columns: NumberColumns, columnCount = columns.length): number {
  if (columns.length !== columnCount) throw shapeMismatch(`the ${columnCount} columns that were fitted`, String(columns.length))
  const rowCount = columns[0]?.length ?? 0
  for (const [index, column] of columns.entries()) {
    if (column.length !== rowCount) throw shapeMismatch(`${rowCount} values in every column`, `${column.length} in column ${index}`)
    const row = column.findIndex((value) => value === Infinity || value === -Infinity)
    if (row < 0) continue
    const place = `row ${row}, column ${index}`
    throw new MLError('VALUE_NOT_FINITE', `Expected finite numbers or NaN for missing ones, got ${column[row]} at ${place}.`)
  }
  return rowCount
}

/** @throws MLError `SHAPE_MISMATCH` when a row has another number of values, or the output no room for them */
export function checkRow(
  values: ArrayLike<number>, inputCount: number, out: ArrayLike<number>, start: number, outputCount: number,
): void {
  if (values.length !== inputCount) throw shapeMismatch(`the ${inputCount} values of a row that was fitted`, String(values.length))
  if (start < 0 || start + outputCount > out.length) {
    throw shapeMismatch(`room for ${outputCount} numbers from ${start}`, `an array of ${out.length}`)
  }
}

/** The columns' values at a row, written into `values`. */
export function readRow(columns: NumberColumns, row: number, values: Float64Array): void {
  for (let column = 0; column < columns.length; column++) values[column] = columns[column][row]
}
