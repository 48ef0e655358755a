import { cellAt, type ColumnKinds, type Dataset, type DatasetInput, MLError, type OnlineWrite, toDataset } from '@motadata/core'
import { eventTimeInvalid } from './feature-errors.js'
import type { KnownView } from './known-views.js'
import { onlineWrite } from './online-rows.js'

/** Clocks of senders may be so much ahead. */
const toleranceMs = 5 * 60_000
const mostRows = 100_000

/** Rows that were pushed, as a dataset has them, and as the online store keeps them. */
export interface PushedRows {
  readonly rows: Dataset
  readonly writes: readonly OnlineWrite[]
  readonly newestEventMs: number
}

/**
 * Holds rows against their view. One row that is wrong refuses them all: what is pushed is there whole or not at all.
 *
 * @throws MLError `COLUMN_MISSING`, `COLUMN_INVALID`, `INPUT_INVALID` for a column that the view does not have or a row without a key,
 *   `EVENT_TIME_INVALID` for a row without a time or with one that is still to come, `DATA_EMPTY`, `DATA_TOO_LARGE`
 */
export function readPushedRows(known: KnownView, input: DatasetInput, nowMs: number): PushedRows {
  const { definition } = known.view
  const { eventTime, createdAt } = definition.source
  const kinds: ColumnKinds = {
    ...Object.fromEntries(known.entities.map(({ joinKey, keyKind }) => [joinKey, keyKind])),
    [eventTime]: 'instant', ...(createdAt === undefined ? {} : { [createdAt]: 'instant' as const }),
    ...Object.fromEntries(definition.features.map(({ name, kind }) => [name, kind])),
  }
  const rows = toDataset(input, kinds)
  if (rows.rowCount === 0) throw new MLError('DATA_EMPTY', `Expected rows to push to '${definition.name}', got none.`, { details: { view: definition.name } })
  if (rows.rowCount > mostRows) throw new MLError('DATA_TOO_LARGE', `Expected at most ${mostRows} rows in a push, got ${rows.rowCount}. Push in pieces.`, { details: { limit: mostRows } })
  checkColumns(definition.name, rows, { kinds, optional: createdAt })
  const times = rows.columns.get(eventTime)!
  const keys = known.entities.map(({ joinKey }) => rows.columns.get(joinKey)!)
  const features = definition.features.map(({ name }) => rows.columns.get(name)!)
  const created = createdAt === undefined ? undefined : rows.columns.get(createdAt)
  const writes: { readonly write: OnlineWrite; readonly createdMs: number }[] = []
  let newestEventMs = 0
  for (let row = 0; row < rows.rowCount; row++) {
    const eventTimeMs = eventTimeOf(cellAt(times, row), { column: eventTime, row, nowMs })
    const write = onlineWrite(known, { keys: keys.map((column) => cellAt(column, row)), eventTimeMs, features: features.map((column) => cellAt(column, row)) })
    if (!write) throw new MLError('INPUT_INVALID', `Expected a key in ${known.entities.map(({ joinKey }) => `'${joinKey}'`).join(' and ')} of every row, got none in row ${row + 1}.`, { details: { row: row + 1 } })
    newestEventMs = Math.max(newestEventMs, eventTimeMs)
    const createdCell = created && cellAt(created, row)
    writes.push({ write, createdMs: createdCell instanceof Date ? createdCell.getTime() : Number.NEGATIVE_INFINITY })
  }
  // of rows of one key and time the last one counts, as in the dataset: the one that was written last, then the one that comes last
  return { rows, newestEventMs, writes: (created ? writes.toSorted((a, b) => Math.sign(a.createdMs - b.createdMs) || 0) : writes).map(({ write }) => write) }
}

function checkColumns(view: string, rows: Dataset, { kinds, optional }: { readonly kinds: ColumnKinds; readonly optional: string | undefined }): void {
  const given = [...rows.columns.keys()]
  const missing = Object.keys(kinds).find((name) => name !== optional && !rows.columns.has(name))
  if (missing !== undefined) {
    throw new MLError('COLUMN_MISSING', `Expected '${missing}' in rows for the feature view '${view}', got ${given.slice(0, 20).join(', ')}. Give null where a value is not known.`, {
      details: { view, column: missing, columns: given.slice(0, 100) },
    })
  }
  const unknown = given.find((name) => !Object.hasOwn(kinds, name))
  if (unknown !== undefined) {
    throw new MLError('INPUT_INVALID', `Expected only columns of the feature view '${view}', got '${unknown.slice(0, 100)}'. It has ${Object.keys(kinds).slice(0, 20).join(', ')}.`, { details: { view, field: unknown.slice(0, 100) } })
  }
  const other = given.find((name) => rows.columns.get(name)!.kind !== kinds[name] && !(kinds[name] === 'text' && rows.columns.get(name)!.kind === 'category'))
  if (other !== undefined) {
    throw new MLError('COLUMN_INVALID', `Expected '${other}' to be ${kinds[other]}, got ${rows.columns.get(other)!.kind}.`, { details: { view, column: other, expected: kinds[other] } })
  }
}

function eventTimeOf(value: unknown, { column, row, nowMs }: { readonly column: string; readonly row: number; readonly nowMs: number }): number {
  if (!(value instanceof Date)) throw eventTimeInvalid(`Expected an instant in '${column}' of every row, got none in row ${row + 1}.`, { column, row: row + 1 })
  const eventTimeMs = Math.floor(value.getTime())
  if (eventTimeMs > nowMs + toleranceMs) {
    throw eventTimeInvalid(`Expected '${column}' not to lie ahead, got ${value.toISOString()} in row ${row + 1}, and it is ${new Date(nowMs).toISOString()}. Nothing later would count until then: look at the sender's clock.`, {
      column, row: row + 1, received: value.toISOString(),
    })
  }
  if (eventTimeMs < 0) throw eventTimeInvalid(`Expected '${column}' from 1970 on, got ${value.toISOString()} in row ${row + 1}.`, { column, row: row + 1, received: value.toISOString() })
  return eventTimeMs
}
