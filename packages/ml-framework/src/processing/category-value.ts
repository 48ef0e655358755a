import type { CellValue } from '@motadata/core'

/** A value as the text of a category, undefined for what can be none. */
export function categoryOf(value: CellValue): string | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return String(value)
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined
}
