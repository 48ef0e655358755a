import { type CellValue, type ColumnKind, type ColumnKinds, columnKinds, MLError } from '@motadata/core'
import { fitsKind } from './fits-kind.js'
import type { LoadLimits } from './load-limits.js'

/**
 * Why a value can't stand in a column; undefined when it can.
 *
 * @param kind - What the column is declared to be; undefined where that is found out.
 */
export function cellFault(value: CellValue, kind: ColumnKind | undefined, { maximumFieldBytes }: LoadLimits): string | undefined {
  if (typeof value === 'string') {
    if (value.length * 3 > maximumFieldBytes && Buffer.byteLength(value) > maximumFieldBytes) return `the value is longer than ${maximumFieldBytes} bytes`
    if (value.includes('\0')) return 'the value holds a NUL character'
    if (!value.isWellFormed()) return 'the value holds half a character (a lone surrogate)'
  }
  if (kind === undefined) return undefined
  return fitsKind(kind, value) && !(kind === 'instant' && isBeyondYears(value)) ? undefined : kindFault(kind, value)
}

/** Whether an instant lies beyond the years 0 to 9999, which ISO 8601 writes with four digits. */
function isBeyondYears(value: CellValue): boolean {
  const epochMs = value instanceof Date ? value.getTime() : value
  return typeof epochMs === 'number' && (epochMs < -62_167_219_200_000 || epochMs > 253_402_300_799_999)
}

/** What is said of a value that is not of its column's declared kind. */
export function kindFault(kind: ColumnKind, value: CellValue): string {
  const received = typeof value === 'string' ? 'other text' : `a ${typeof value}`
  return `expected ${kind === 'instant' ? 'an ISO 8601 instant' : `a ${kind}`} as declared, got ${received}`
}

/** Declared kinds by column. @throws MLError `INPUT_INVALID` for a kind that there is not */
export function declaredKinds(declared: ColumnKinds = {}): ReadonlyMap<string, ColumnKind> {
  const kinds = new Map(Object.entries(declared))
  for (const [name, kind] of kinds) {
    if (columnKinds.includes(kind)) continue
    throw new MLError('INPUT_INVALID', `Expected the kind of column '${name}' to be one of ${columnKinds.join(', ')}, got ${JSON.stringify(kind)}.`, {
      details: { column: name, expected: columnKinds, received: kind },
    })
  }
  return kinds
}
