import type { DuckDBConnection } from '@duckdb/node-api'
import { cellAt, type Column, type Dataset, type Entity, getColumn } from '@motadata/core'
import { quoteName } from '../engine/sql-text.js'
import { eventTimeInvalid } from './feature-errors.js'
import { keyText } from './online-key.js'

const rowsPerChunk = 2_048

/**
 * Puts the keys and instants of rows into the table `asked`: `row_number` from 0, a column for each key, and `asked_at`.
 *
 * @throws MLError `COLUMN_MISSING`, `EVENT_TIME_INVALID` for the first row without an instant, `INPUT_INVALID` for a key of another kind
 */
export async function loadEntityRows(connection: DuckDBConnection, rows: Dataset, { entities, eventTime }: { readonly entities: readonly Entity[]; readonly eventTime: string }): Promise<void> {
  const times = eventTimesMs(getColumn(rows, eventTime), eventTime)
  const readers = entities.map((entity) => keyReader(entity, getColumn(rows, entity.joinKey)))
  const { DuckDBDataChunk, DOUBLE, VARCHAR } = await import('@duckdb/node-api')
  const columns = entities.map((entity) => `${askedKey(entity)} ${entity.keyKind === 'text' ? 'VARCHAR' : 'DOUBLE'}`)
  await connection.run(`create temp table asked_ms (${['row_number DOUBLE', 'at_ms DOUBLE', ...columns].join(', ')})`)
  const appender = await connection.createAppender('asked_ms', null, 'temp')
  for (let from = 0; from < rows.rowCount; from += rowsPerChunk) {
    const count = Math.min(rowsPerChunk, rows.rowCount - from)
    const chunk = DuckDBDataChunk.create([DOUBLE, DOUBLE, ...entities.map(({ keyKind }) => (keyKind === 'text' ? VARCHAR : DOUBLE))], count)
    chunk.setColumnValues(0, Array.from({ length: count }, (_, at) => from + at))
    chunk.setColumnValues(1, Array.from(times.subarray(from, from + count)))
    readers.forEach((read, at) => chunk.setColumnValues(2 + at, Array.from({ length: count }, (_, row) => read(from + row))))
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
  await connection.run(`create temp view asked as select row_number, make_timestamp_ms(at_ms::BIGINT)::TIMESTAMP as asked_at, * exclude (row_number, at_ms) from asked_ms`)
}

/** What SQL calls an entity's key in `asked`. */
export function askedKey({ joinKey, keyKind }: Entity): string {
  return quoteName(`${keyKind} ${joinKey}`)
}

/** Whole milliseconds of every row. */
function eventTimesMs(column: Column, name: string): Float64Array {
  if (column.kind !== 'instant') throw eventTimeInvalid(`Expected '${name}' to hold instants, got ${column.kind}. Name the column of instants, or declare its kind.`, { column: name, expected: 'instant', received: column.kind })
  // what happens within a millisecond of the instant is not seen yet
  const times = column.values.map(Math.floor)
  const missing = times.findIndex(Number.isNaN)
  if (missing >= 0) throw eventTimeInvalid(`Expected an instant in '${name}' of every row, got none in row ${missing + 1}. Leave such rows out, or say when they were.`, { column: name, row: missing + 1 })
  return times
}

function keyReader(entity: Entity, column: Column): (row: number) => string | number | null {
  const convert = (row: number): string | number | null => {
    const key = keyText(entity, cellAt(column, row))
    return key === undefined ? null : entity.keyKind === 'number' ? Number(key) : key
  }
  if (column.kind !== 'category') return convert
  const { codes, categories } = column
  const known = new Map<number, string | number | null>()
  return (row) => {
    const code = codes[row]!
    let key = known.get(code)
    if (key === undefined) known.set(code, (key = categories[code] === undefined ? null : convert(row)))
    return key
  }
}
