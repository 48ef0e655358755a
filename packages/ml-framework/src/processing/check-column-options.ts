import { type ColumnKind, columnKinds, type ColumnOptions, DataProcessingError } from '@motadata/core'
import { dateParts } from '@motadata/learn'

interface OptionRule {
  readonly expected: string
  accepts(value: unknown): boolean
}

const oneOf = (...values: readonly unknown[]): OptionRule => ({ expected: `one of ${values.join(', ')}`, accepts: (value) => values.includes(value) })
const wholeFrom = (least: number): OptionRule => ({ expected: `a whole number from ${least}`, accepts: (value) => Number.isInteger(value) && (value as number) >= least })
const isLength = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 8
const isRange = (value: unknown): boolean => Array.isArray(value) && value.length === 2 && value.every(isLength) && value[0] <= value[1]
const areDifferent = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 0 && new Set(value).size === value.length

const range: OptionRule = { expected: 'two whole numbers from 1 to 8, the first not above the second', accepts: isRange }
const characterRange: OptionRule = { expected: `${range.expected}, or 'none'`, accepts: (value) => value === 'none' || isRange(value) }
const order: OptionRule = { expected: 'a list of different categories', accepts: (value) => areDifferent(value) && value.every((item) => typeof item === 'string') }
const parts: OptionRule = { expected: `different parts out of ${dateParts.join(', ')}`, accepts: (value) => areDifferent(value) && value.every((item) => (dateParts as readonly unknown[]).includes(item)) }
const offset: OptionRule = { expected: 'whole minutes from -1080 to 1080', accepts: (value) => Number.isInteger(value) && Math.abs(value as number) <= 1080 }

/** What can be said about a column of each kind. */
const rules: Readonly<Record<ColumnKind, Readonly<Record<string, OptionRule>>>> = {
  text: { method: oneOf('tfidf', 'hashing'), ngramRange: range, characterRange, minDocumentFrequency: wholeFrom(1), shape: oneOf(true, false) },
  number: { scaling: oneOf('standard', 'min-max', 'robust', 'none'), imputation: oneOf('median', 'mean', 'most-frequent', 'zero') },
  category: { encoding: oneOf('one-hot', 'ordinal', 'target'), order, minimumCount: wholeFrom(1) },
  boolean: {},
  instant: { parts, utcOffsetMinutes: offset },
}

/**
 * Finds what is wrong with what was declared about a column.
 *
 * @throws DataProcessingError `INPUT_INVALID` naming the option, what it may be and what it is
 */
export function checkColumnOptions(column: string, kind: ColumnKind, options: ColumnOptions): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw optionInvalid(column, 'columnOptions', 'an object', options)
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue
    const rule = Object.hasOwn(rules[kind], name) ? rules[kind][name]! : undefined
    if (!rule) throw optionInvalid(column, name, `no such option for a column of kind ${kind}, which has ${Object.keys(rules[kind]).join(', ') || 'none'}`, value)
    if (!rule.accepts(value)) throw optionInvalid(column, name, rule.expected, value)
  }
  if (options.order !== undefined && options.encoding !== 'ordinal') throw optionInvalid(column, 'order', "the encoding 'ordinal' beside an order", options.encoding ?? 'none')
}

/**
 * Finds what is wrong with all that was declared about columns, before there are rows: where a column's kind is not declared, it is taken
 * for one that has the option.
 *
 * @throws DataProcessingError `INPUT_INVALID` as {@link checkColumnOptions}
 */
export function checkDeclaredOptions(declared: Readonly<Record<string, ColumnOptions>>, kinds: Readonly<Record<string, ColumnKind>> = {}): void {
  for (const [column, options] of Object.entries(declared)) {
    checkColumnOptions(column, Object.hasOwn(kinds, column) ? kinds[column]! : kindThatHas(column, options), options)
  }
}

/** No option belongs to two kinds of columns, so the first says which is meant. */
function kindThatHas(column: string, options: ColumnOptions): ColumnKind {
  const first = Object.entries(options ?? {}).find(([, value]) => value !== undefined)
  if (!first) return 'text'
  const kind = columnKinds.find((candidate) => Object.hasOwn(rules[candidate], first[0]))
  if (kind !== undefined || Array.isArray(options)) return kind ?? 'text'
  throw optionInvalid(column, first[0], `one of the options ${columnKinds.flatMap((candidate) => Object.keys(rules[candidate])).join(', ')}`, first[1])
}

function optionInvalid(column: string, option: string, expected: string, value: unknown): DataProcessingError {
  const received = (JSON.stringify(value) ?? 'nothing').slice(0, 80)
  return new DataProcessingError(
    'INPUT_INVALID',
    `Expected ${expected}, as '${option}' of column '${column}', got ${received}.`,
    { details: { field: `columnOptions.${column}.${option}`, expected, received } },
  )
}
