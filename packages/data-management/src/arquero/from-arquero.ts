import { type CellValue, type ColumnKinds, type Dataset, fromColumns, MLError } from '@motadata/core'
import type { ColumnTable } from 'arquero'

/**
 * The dataset of a table: its visible rows in its order, filters and sorting applied.
 *
 * @param kinds - Of columns, where inference would guess wrong; {@link columnKindsOf} of the dataset that the table came from
 *   makes the way there and back lossless.
 * @throws MLError `COLUMN_INVALID` for a value that is no cell: an object, an array, an infinite number
 * @example
 * fromArquero(aq.table({ text: ['VPN is down'], hours: [2] })).rowCount // => 1
 */
export function fromArquero(table: ColumnTable, kinds: ColumnKinds = {}): Dataset {
  return fromColumns(
    table.columnNames().map((name) => [name, Array.from(table.array(name) as ArrayLike<unknown>, (value, row) => cellOf(value, name, row))]),
    kinds,
  )
}

function cellOf(value: unknown, column: string, row: number): CellValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'undefined':
      return null
    case 'number':
      return Number.isNaN(value) ? null : value
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
    case 'object':
      if (value === null) return null
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value
      break
  }
  const received = Array.isArray(value) ? 'an array' : typeof value
  throw new MLError('COLUMN_INVALID', `Expected text, numbers, booleans or dates in column '${column}', got ${received} in row ${row + 1}.`, {
    details: { column, row: row + 1, received },
  })
}
