import type { ColumnKind } from '@motadata/core'
import { quoteName } from './sql-text.js'

/** How a column of each kind lies in Parquet. Instants are whole milliseconds. */
export const storedTypes: Readonly<Record<ColumnKind, string>> = {
  number: 'DOUBLE', category: 'VARCHAR', text: 'VARCHAR', boolean: 'BOOLEAN', instant: 'TIMESTAMP_MS',
}

/** A stored column as its kind is read: an instant as epoch milliseconds, what was widened as text. */
export function readColumnSql(name: string, kind: ColumnKind, storedKind: ColumnKind | undefined): string {
  const column = quoteName(name)
  if (storedKind === undefined) return `null::${kind === 'instant' ? 'DOUBLE' : storedTypes[kind]} as ${column}`
  if (kind === 'instant') return `epoch_ms(${column})::DOUBLE as ${column}`
  return storedKind === kind || storedTypes[storedKind] === storedTypes[kind] ? column : `${textSql(column, storedKind)} as ${column}`
}

/** What a value of another kind reads as when its column has become text; as `cellAt` and `String` would write it. */
function textSql(column: string, storedKind: ColumnKind): string {
  if (storedKind === 'instant') return `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ')`
  if (storedKind === 'number') return `case when ${column} = trunc(${column}) and abs(${column}) < 1e15 then ${column}::BIGINT::VARCHAR else ${column}::VARCHAR end`
  return `${column}::VARCHAR`
}
