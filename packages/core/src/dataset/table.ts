import type { CellValue } from './column.js'
import { type Dataset, toRecords } from './dataset.js'
import { type ColumnKinds, type DataRecord, fromColumns, fromRecords } from './from-records.js'

/** What we use of a table of arquero or of any library whose tables answer the same questions. */
export interface TableLike {
  numRows(): number
  columnNames(): string[]
  array(name: string): ArrayLike<unknown>
}

/** Rows as a caller may hold them: a dataset, a table, or plain objects. */
export type DatasetInput = Dataset | TableLike | readonly DataRecord[]

export function isTableLike(value: unknown): value is TableLike {
  const table = value as Partial<TableLike> | null
  return typeof table === 'object' && table !== null
    && typeof table.numRows === 'function' && typeof table.columnNames === 'function' && typeof table.array === 'function'
}

export function isDataset(value: unknown): value is Dataset {
  const dataset = value as Partial<Dataset> | null
  return typeof dataset === 'object' && dataset !== null && typeof dataset.rowCount === 'number' && dataset.columns instanceof Map
}

/**
 * A dataset of whatever rows the caller holds; a dataset comes back as it is.
 *
 * @throws MLError as {@link fromRecords}
 * @example
 * toDataset(aq.table({ text: ['VPN is down'] })).rowCount // => 1
 */
export function toDataset(input: DatasetInput, kinds: ColumnKinds = {}): Dataset {
  if (isDataset(input)) return input
  if (isTableLike(input)) {
    return fromColumns(input.columnNames().map((name) => [name, Array.from(input.array(name)) as CellValue[]]), kinds)
  }
  return fromRecords(input, kinds)
}

/** Arrays by column name, as arquero's `table()` takes them: `aq.table(toColumnArrays(dataset))`. */
export function toColumnArrays(dataset: Dataset): Record<string, CellValue[]> {
  const records = toRecords(dataset)
  return Object.fromEntries([...dataset.columns.keys()].map((name) => [name, records.map((record) => record[name] ?? null)]))
}
