import { MLError } from '@motadata/core'

/** Columns of numbers of one length, NaN where a value is missing. */
export type NumberColumns = readonly Float64Array[]

/** How many rows columns have. @throws MLError `SHAPE_MISMATCH` for columns of different length, `VALUE_NOT_FINITE` for infinities */
export function checkColumns(columns: NumberColumns, columnCount = columns.length): number {
  if (columns.length !== columnCount) throw new MLError('SHAPE_MISMATCH', `Expected the ${columnCount} columns that were fitted, got ${columns.length}.`)
  const rowCount = columns[0]?.length ?? 0
  for (const [index, column] of columns.entries()) {
    if (column.length !== rowCount) throw new MLError('SHAPE_MISMATCH', `Expected ${rowCount} values in every column, got ${column.length} in column ${index}.`)
    const row = column.findIndex((value) => value === Infinity || value === -Infinity)
    if (row >= 0) throw new MLError('VALUE_NOT_FINITE', `Expected finite numbers or NaN for missing ones, got ${column[row]} at row ${row}, column ${index}.`)
  }
  return rowCount
}

/** @throws MLError `SHAPE_MISMATCH` when a row has another number of values, or the output no room for them */
export function checkRow(values: ArrayLike<number>, inputCount: number, out: ArrayLike<number>, start: number, outputCount: number): void {
  if (values.length !== inputCount) throw new MLError('SHAPE_MISMATCH', `Expected the ${inputCount} values of a row that was fitted, got ${values.length}.`)
  if (start < 0 || start + outputCount > out.length) {
    throw new MLError('SHAPE_MISMATCH', `Expected room for ${outputCount} numbers from ${start}, got an array of ${out.length}.`)
  }
}

/** The columns' values at a row, written into `values`. */
export function readRow(columns: NumberColumns, row: number, values: Float64Array): void {
  for (let column = 0; column < columns.length; column++) values[column] = columns[column][row]
}
