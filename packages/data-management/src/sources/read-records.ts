import { type CellValue, type DataRecord, MLError } from '@motadata/core'
import { columnNameFault } from './column-name.js'
import type { RowSink } from './row-sink.js'

const rowsBetweenLooks = 500

/**
 * Gives records to a sink as they come. A record's number counts as its line.
 *
 * @param settle - Called after some records, and waited for.
 */
export async function readRecords(records: AsyncIterable<DataRecord>, rows: RowSink, settle?: () => Promise<void>): Promise<void> {
  if (typeof (records as Partial<typeof records> | null)?.[Symbol.asyncIterator] !== 'function') {
    throw new MLError('INPUT_INVALID', `Expected an async iterable of records, got ${records === null ? 'null' : typeof records}.`, { details: { field: 'records' } })
  }
  let number = 0
  for await (const record of records) {
    takeRecord(record, ++number, rows)
    if (number % rowsBetweenLooks === 0) await settle?.()
  }
}

function takeRecord(record: unknown, line: number, rows: RowSink): void {
  if (record === null || typeof record !== 'object' || Array.isArray(record)) {
    const received = record === null ? 'null' : Array.isArray(record) ? 'an array' : typeof record
    return rows.bad({ line, reason: `expected an object of column names and values, got ${received}` })
  }
  const names = Object.keys(record)
  const values: CellValue[] = []
  for (const name of names) {
    const given = (record as Readonly<Record<string, unknown>>)[name] ?? null
    const value = typeof given === 'bigint' ? String(given) : given
    const fault = columnNameFault(name)
    if (fault !== undefined) return rows.bad({ line, reason: fault, text: textOf(record) })
    const reason = unfit(value)
    if (reason !== undefined) return rows.bad({ line, column: name, reason, text: textOf(record) })
    values.push(value as CellValue)
  }
  rows.add(line, names, values, () => textOf(record))
}

function unfit(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined
    case 'number':
      return Number.isFinite(value) ? undefined : 'expected a number that is finite'
    case 'object':
      if (value === null) return undefined
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'expected an instant, got an invalid date' : undefined
      return `expected text, a number, true, false, a date or null, got ${Array.isArray(value) ? 'an array' : 'an object'}`
    default:
      return `expected text, a number, true, false, a date or null, got a ${typeof value}`
  }
}

function textOf(record: object): string {
  return JSON.stringify(record, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
}
