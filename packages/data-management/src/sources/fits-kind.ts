import { type CellValue, type ColumnKind, parseInstant, parseNumber } from '@motadata/core'

/**
 * Whether a value can stand in a column of the kind: exactly when `buildColumn` of core takes it. Null and '' are missing
 * values and fit every kind.
 *
 * @example
 * fitsKind('number', '2.5') // => true
 */
export function fitsKind(kind: ColumnKind, value: CellValue): boolean {
  if (value === null || value === '') return true
  switch (kind) {
    case 'number':
      return Number.isFinite(typeof value === 'string' ? parseNumber(value.trim()) : value)
    case 'instant':
      if (value instanceof Date) return Number.isFinite(value.getTime())
      return Number.isFinite(typeof value === 'string' ? parseInstant(value.trim()) : value)
    case 'boolean':
      return typeof value === 'boolean' || (typeof value === 'string' && /^(?:true|false)$/i.test(value.trim()))
    case 'category':
    case 'text':
      return true
  }
}
