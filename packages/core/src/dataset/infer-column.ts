import type { CellValue, Column, ColumnKind } from './column.js'
import { MLError } from '../errors/ml-error.js'

/** ISO 8601 date, or date and time, with an optional offset: what is read as an instant. Without an offset it is UTC. */
const isoInstant = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/
const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const booleanWords: ReadonlyMap<string, number> = new Map([['true', 1], ['false', 0]])

/** At most so many different values make a text column a category, and values of one must recur: at most half are different. */
const categoryLimit = 1_000
const categoryMaximumLength = 100

/** Epoch milliseconds of ISO 8601 text, NaN when it is none. */
export function parseInstant(text: string): number {
  if (!isoInstant.test(text)) return Number.NaN
  const zoned = text.length > 10 && !/(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text
  return Date.parse(zoned.replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))
}

/** The number that text says, NaN when it says none or one beyond what a number can hold. */
export function parseNumber(text: string): number {
  const number = plainNumber.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(number) ? number : Number.NaN
}

const isMissing = (value: CellValue | undefined): boolean => value === null || value === undefined || value === ''

/**
 * The kind that fits every value of a column: number, boolean or instant where all of them are that, a category where values are
 * short and recur, else text. Text that spells numbers, booleans or instants counts as such. A column without any value is text.
 *
 * @example
 * inferColumnKind(['1', '2.5', null]) // => 'number'
 */
export function inferColumnKind(values: readonly (CellValue | undefined)[]): ColumnKind {
  const candidates = new Set<ColumnKind>(['number', 'boolean', 'instant'])
  const distinct = new Set<string>()
  let present = 0
  let longest = 0
  for (const value of values) {
    if (isMissing(value)) continue
    present++
    if (typeof value === 'string') {
      longest = Math.max(longest, value.length)
      if (distinct.size <= categoryLimit) distinct.add(value)
      const trimmed = candidates.size > 0 ? value.trim() : value
      if (candidates.has('number') && Number.isNaN(parseNumber(trimmed))) candidates.delete('number')
      if (candidates.has('boolean') && !booleanWords.has(trimmed.toLowerCase())) candidates.delete('boolean')
      if (candidates.has('instant') && Number.isNaN(parseInstant(trimmed))) candidates.delete('instant')
    } else {
      const kind = value instanceof Date ? 'instant' : typeof value
      for (const candidate of candidates) if (candidate !== kind) candidates.delete(candidate)
      if (distinct.size <= categoryLimit) distinct.add(String(value))
    }
  }
  if (present === 0) return 'text'
  const [only] = candidates
  if (only) return only
  const recurs = distinct.size <= categoryLimit && distinct.size * 2 <= present
  return recurs && longest <= categoryMaximumLength ? 'category' : 'text'
}

/**
 * A column of the given kind.
 *
 * @param values - One value a row; null, undefined and '' are missing.
 * @throws MLError `COLUMN_INVALID` naming the first row whose value is not of the kind
 * @example
 * buildColumn('opened', 'instant', ['2026-01-05T10:00:00Z']).kind // => 'instant'
 */
export function buildColumn(name: string, kind: ColumnKind, values: readonly (CellValue | undefined)[]): Column {
  const fail = (row: number): never => {
    throw columnInvalid(name, kind, values[row], row)
  }
  switch (kind) {
    case 'number':
    case 'instant': {
      const result = new Float64Array(values.length)
      for (let row = 0; row < values.length; row++) {
        const value = values[row]
        if (isMissing(value)) result[row] = Number.NaN
        else {
          const number = kind === 'number' ? toNumber(value) : toInstant(value)
          if (!Number.isFinite(number)) fail(row)
          result[row] = number
        }
      }
      return { kind, values: result }
    }
    case 'boolean': {
      const result = new Uint8Array(values.length)
      for (let row = 0; row < values.length; row++) {
        const value = values[row]
        if (isMissing(value)) result[row] = 2
        else if (typeof value === 'boolean') result[row] = value ? 1 : 0
        else result[row] = (typeof value === 'string' ? booleanWords.get(value.trim().toLowerCase()) : undefined) ?? fail(row)
      }
      return { kind, values: result }
    }
    case 'category': {
      const index = new Map<string, number>()
      const codes = new Int32Array(values.length)
      for (let row = 0; row < values.length; row++) {
        const value = values[row]
        if (isMissing(value)) codes[row] = -1
        else {
          const text = toText(value) ?? fail(row)
          let code = index.get(text)
          if (code === undefined) index.set(text, (code = index.size))
          codes[row] = code
        }
      }
      return { kind, codes, categories: [...index.keys()] }
    }
    case 'text':
      return { kind, values: values.map((value, row) => (isMissing(value) ? null : (toText(value) ?? fail(row)))) }
  }
}

function toNumber(value: CellValue | undefined): number {
  return typeof value === 'number' ? value : typeof value === 'string' ? parseNumber(value.trim()) : Number.NaN
}

function toInstant(value: CellValue | undefined): number {
  if (value instanceof Date) return value.getTime()
  return typeof value === 'string' ? parseInstant(value.trim()) : typeof value === 'number' ? value : Number.NaN
}

function toText(value: CellValue | undefined): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return value instanceof Date ? value.toISOString() : undefined
}

function columnInvalid(name: string, kind: ColumnKind, value: unknown, row: number): MLError {
  const received = value !== null && typeof value === 'object' ? 'an object' : `a ${typeof value}`
  const shown = typeof value === 'number' || typeof value === 'boolean' ? ` (${String(value)})` : ''
  return new MLError(
    'COLUMN_INVALID',
    `Expected ${kind === 'instant' ? 'an ISO 8601 instant' : `a ${kind}`} in column '${name}', got ${received}${shown} in row ${row + 1}.`,
    { details: { column: name, expected: kind, received: typeof value, row: row + 1 } },
  )
}
