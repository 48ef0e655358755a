import { MLError } from '../errors/ml-error.js'
import type { CellValue, ColumnKind } from './column.js'
import { createDataset, type Dataset } from './dataset.js'
import { buildColumn, inferColumnKind } from './infer-column.js'

/** One row as a plain object. */
export type DataRecord = Readonly<Record<string, CellValue | undefined>>

/** Kinds by column name; a column that is not named has its kind inferred. */
export type ColumnKinds = Readonly<Record<string, ColumnKind>>

/**
 * A dataset of plain objects. The columns are all the names that occur, in order of first sight; a name that a record lacks is a
 * missing value there.
 *
 * @throws MLError `INPUT_INVALID` for something that is no record, `COLUMN_INVALID` for a value that is not of its column's kind
 * @example
 * fromRecords([{ text: 'VPN is down', hours: 2 }]).columns.size // => 2
 */
export function fromRecords(records: readonly DataRecord[], kinds: ColumnKinds = {}): Dataset {
  const names = new Set<string>()
  records.forEach((record, row) => {
    if (record === null || typeof record !== 'object' || Array.isArray(record)) {
      throw new MLError('INPUT_INVALID', `Expected row ${row + 1} to be an object of column names and values, got ${describe(record)}.`, {
        details: { row: row + 1, expected: 'object', received: describe(record) },
      })
    }
    for (const name of Object.keys(record)) names.add(name)
  })
  return createDataset([...names].map((name) => [name, columnOf(name, records.map((record) => ownValue(record, name)), kinds)]))
}

/** A dataset of arrays by column name, such as a CSV reader collects. */
export function fromColumns(columns: Iterable<readonly [string, readonly (CellValue | undefined)[]]>, kinds: ColumnKinds = {}): Dataset {
  return createDataset([...columns].map(([name, values]) => [name, columnOf(name, values, kinds)]))
}

function columnOf(name: string, values: readonly (CellValue | undefined)[], kinds: ColumnKinds) {
  const declared = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  return buildColumn(name, declared ?? inferColumnKind(values), values)
}

function ownValue(record: DataRecord, name: string): CellValue | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function describe(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value
}
