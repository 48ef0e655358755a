import type { CellValue, ColumnKind } from '@motadata/core'

/** A value as text that is read as the same value again; '' where it is missing. @param kind - What its column is declared to be. */
export function cellText(value: CellValue, kind: ColumnKind | undefined): string {
  if (value === null) return ''
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'number') return String(value)
  if (kind === 'instant') return new Date(Math.round(value)).toISOString()
  return Object.is(value, -0) ? '-0' : String(value)
}
