import { cellAt, type Dataset } from '@motadata/core'
import { type ColumnTable, table } from 'arquero'

/**
 * The arquero table of a dataset: instants as `Date`s, missing values as null.
 *
 * @example
 * toArquero(dataset).groupby('category').count().objects()
 */
export function toArquero(dataset: Dataset): ColumnTable {
  const rows = Array.from({ length: dataset.rowCount }, (_, row) => row)
  return table(new Map([...dataset.columns].map(([name, column]) => [name, rows.map((row) => cellAt(column, row))])))
}
