import type { ColumnKind } from '@motadata/core'

/** Kinds that text must be turned into, and may fail to be. */
export type ConvertedKind = Exclude<ColumnKind, 'text' | 'category'>

export const convertedKinds: readonly ConvertedKind[] = ['number', 'boolean', 'instant']

/** What a converted value is while it is text's; instants as epoch milliseconds. */
export const convertedTypes: Readonly<Record<ConvertedKind, string>> = { number: 'DOUBLE', boolean: 'BOOLEAN', instant: 'BIGINT' }

const clock = String.raw`([01]\d|2[0-3]):[0-5]\d:[0-5]\d`
const day = String.raw`[12]\d{3}-\d{2}-\d{2}`
const plainInstant = String.raw`${day}([T ]${clock}(\.\d{1,3})?Z?)?`
const fineInstant = String.raw`${day}[T ]${clock}\.\d{4,9}Z?`
const zonedInstant = String.raw`${day}[T ]${clock}(\.\d{1,3})?[+-]([01]\d|2[0-3]):?[0-5]\d`

/**
 * The value that a column's text says, as SQL: exactly what `parseNumber`, `parseInstant` and the words of booleans of core make of it, or null where
 * the engine might see it in another way. What is null here and not missing is for core to decide.
 */
export function convertSql(kind: ConvertedKind, column: string): string {
  switch (kind) {
    case 'number':
      return `(case when ${isPlainNumber(column)} and isfinite(try_cast(${column} as DOUBLE)) then try_cast(${column} as DOUBLE) end)`
    case 'boolean':
      return `(case lower(${column}) when 'true' then true when 'false' then false end)`
    case 'instant':
      return `(case when regexp_full_match(${column}, '${plainInstant}') then epoch_ms(try_cast(${column} as TIMESTAMP))
        when regexp_full_match(${column}, '${fineInstant}') then epoch_ms(try_cast(left(${column}, 23) as TIMESTAMP))
        when regexp_full_match(${column}, '${zonedInstant}') then epoch_ms(try_cast(${column} as TIMESTAMPTZ)) end)`
  }
}

/** The engine also takes 1_000 and +-1 for numbers. */
export const isPlainNumber = (column: string): string => `not contains(${column}, '_') and not contains(${column}, '+-')`

/** A converted value as it lies in Parquet. */
export function storedSql(kind: ConvertedKind, converted: string): string {
  return kind === 'instant' ? `epoch_ms(${converted})::TIMESTAMP_MS` : converted
}
