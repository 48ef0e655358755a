import type { ColumnKind } from '@motadata/core'
import { quoteName, quoteText } from '../engine/sql-text.js'
import type { Expectation } from './expectation.js'
import { boundValue } from './value-expectations.js'

/** Which rows have something to check, and which of those fail, as SQL. */
export interface RowCheck {
  readonly checked: string
  readonly fails: string
}

const fewValues = 4

/** Kinds of the version's columns, by name. */
export type Kinds = ReadonlyMap<string, ColumnKind>

/**
 * An expectation of single rows as the engine decides it, with the same answer as over rows in memory.
 *
 * @returns undefined for one that the engine would decide otherwise or not at all, as where a column is not there or of a kind without an answer
 */
export function rowCheckOf(expectation: Expectation, kinds: Kinds): RowCheck | undefined {
  switch (expectation.kind) {
    case 'not-null': return kinds.has(expectation.column) ? { checked: 'true', fails: `not (${presentSql(expectation.column, kinds)})` } : undefined
    case 'range': return rangeOf(expectation, kinds)
    case 'length': return lengthOf(expectation, kinds)
    case 'pattern': return isWorded(expectation.column, kinds)
      ? { checked: presentSql(expectation.column, kinds), fails: `not regexp_matches(${quoteName(expectation.column)}, ${quoteText(expectation.pattern)})` }
      : undefined
    case 'enum': return enumOf(expectation, kinds)
    case 'compare': return compareOf(expectation, kinds)
    default: return undefined
  }
}

/** Whether a row has a value of a column. */
export function presentSql(column: string, kinds: Kinds): string {
  const name = quoteName(column)
  return isNumeric(column, kinds) ? `(${name} is not null and not isnan(${name}))` : `(${name} is not null)`
}

export function isNumeric(column: string, kinds: Kinds): boolean {
  return kinds.get(column) === 'number' || kinds.get(column) === 'instant'
}

export function isWorded(column: string, kinds: Kinds): boolean {
  return kinds.get(column) === 'text' || kinds.get(column) === 'category'
}

function rangeOf({ column, minimum, maximum }: Extract<Expectation, { kind: 'range' }>, kinds: Kinds): RowCheck | undefined {
  if (!isNumeric(column, kinds)) return undefined
  const name = quoteName(column)
  const outside = [...(minimum === undefined ? [] : [`${name} < ${numberSql(boundValue(minimum))}`]), ...(maximum === undefined ? [] : [`${name} > ${numberSql(boundValue(maximum))}`])]
  return { checked: presentSql(column, kinds), fails: outside.join(' or ') }
}

function lengthOf({ column, minimum = 0, maximum }: Extract<Expectation, { kind: 'length' }>, kinds: Kinds): RowCheck | undefined {
  if (!isWorded(column, kinds)) return undefined
  const length = `length(${quoteName(column)})`
  return { checked: presentSql(column, kinds), fails: `${length} < ${minimum}${maximum === undefined ? '' : ` or ${length} > ${maximum}`}` }
}

function enumOf({ column, values }: Extract<Expectation, { kind: 'enum' }>, kinds: Kinds): RowCheck | undefined {
  const kind = kinds.get(column)
  if (kind === undefined) return undefined
  const allowed = kind === 'number' ? values.filter((value) => typeof value === 'number').map(numberSql)
    : kind === 'boolean' ? values.filter((value) => typeof value === 'boolean').map(String)
      : kind === 'instant' ? values.map((value) => boundValue(value as string | number)).filter((value) => !Number.isNaN(value)).map(numberSql)
        : values.filter((value) => typeof value === 'string').map(quoteText)
  if (allowed.length === 0) return { checked: presentSql(column, kinds), fails: 'true' }
  // a cast looks a value up once; a list is compared with value by value
  const isLookedUp = allowed.length > fewValues && isWorded(column, kinds)
  return { checked: presentSql(column, kinds), fails: isLookedUp ? `try_cast(${quoteName(column)} as ENUM(${[...new Set(allowed)].join(', ')})) is null` : `${quoteName(column)} not in (${allowed.join(', ')})` }
}

/** Texts in their order are compared in memory: the engine orders them by bytes, JavaScript by units. */
function compareOf({ column, operator, other }: Extract<Expectation, { kind: 'compare' }>, kinds: Kinds): RowCheck | undefined {
  const family = (name: string): string | undefined => ({ number: 'numbers', boolean: 'numbers', instant: 'instants', category: 'texts', text: 'texts' } as const)[kinds.get(name)!]
  if (family(column) === undefined || family(column) !== family(other)) return undefined
  if (family(column) === 'texts' && operator !== '=') return undefined
  const value = (name: string): string => (kinds.get(name) === 'boolean' ? `${quoteName(name)}::DOUBLE` : quoteName(name))
  return { checked: `${presentSql(column, kinds)} and ${presentSql(other, kinds)}`, fails: `not (${value(column)} ${operator} ${value(other)})` }
}

/** @example numberSql(0.5) // => '0.5::DOUBLE' */
export function numberSql(value: number): string {
  if (Number.isFinite(value)) return `${value}::DOUBLE`
  return Number.isNaN(value) ? "'NaN'::DOUBLE" : `'${value > 0 ? '' : '-'}Infinity'::DOUBLE`
}
