import { DataProcessingError, parseInstant } from '@motadata/core'

/** How a rule compares. */
export const rowRuleOperators = ['==', '!=', '<=', '>=', '<', '>'] as const
export type RowRuleOperator = (typeof rowRuleOperators)[number]

/** A comparison of one column with one value: which rows are held out. */
export interface RowRule {
  readonly column: string
  /** Compare the remainder of the column's value by this instead of the value. */
  readonly modulus?: number
  readonly operator: RowRuleOperator
  readonly value: RowRuleValue
}

export type RowRuleValue =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'text'; readonly text: string }
  /** Epoch milliseconds. */
  | { readonly kind: 'instant'; readonly instantMs: number }
  | { readonly kind: 'boolean'; readonly boolean: boolean }

const bareName = /[\p{L}_][\p{L}\p{N}_.-]*/uy
const wholeNumber = /\d+/y
const instant = /\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/y
const plainNumber = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y
const booleanWord = /(?:true|false)\b/y

/**
 * Reads a rule: a column, optionally `%` and a whole number, a comparison, and a number, quoted text, `true`, `false` or an ISO 8601
 * instant. A column name that is no plain word stands in double quotes or backticks.
 *
 * @throws DataProcessingError `INPUT_INVALID` with `details.position`, from 1
 * @example
 * parseRowRule('row_id % 5 == 0').modulus // => 5
 * parseRowRule("`opened at` >= 2026-01-01").operator // => '>='
 */
export function parseRowRule(text: string): RowRule {
  const reader = new RuleReader(text)
  const column = reader.column()
  const modulus = reader.modulus()
  const operator = reader.operator()
  const value = reader.value()
  reader.end()
  if (modulus !== undefined && value.kind !== 'number') throw reader.fail('a number to compare a remainder with', `a ${value.kind}`)
  return { column, ...(modulus === undefined ? {} : { modulus }), operator, value }
}

class RuleReader {
  readonly #text: string
  #position = 0

  constructor(text: string) {
    this.#text = text
  }

  column(): string {
    this.#skipSpace()
    const quote = this.#text[this.#position]
    if (quote === '"' || quote === '`') return this.#quoted(quote, 'a column name')
    return this.#match(bareName) ?? this.#expected('a column name')
  }

  modulus(): number | undefined {
    this.#skipSpace()
    if (this.#text[this.#position] !== '%') return undefined
    this.#position++
    this.#skipSpace()
    const start = this.#position
    const digits = this.#match(wholeNumber) ?? this.#expected('a whole number after %')
    const modulus = Number(digits)
    if (modulus >= 1 && Number.isSafeInteger(modulus)) return modulus
    this.#position = start
    return this.#expected('a whole number of at least 1 after %')
  }

  operator(): RowRuleOperator {
    this.#skipSpace()
    for (const operator of rowRuleOperators) {
      if (this.#text.startsWith(operator, this.#position)) {
        this.#position += operator.length
        return operator
      }
    }
    return this.#expected('one of == != < <= > >=')
  }

  value(): RowRuleValue {
    this.#skipSpace()
    const quote = this.#text[this.#position]
    if (quote === "'" || quote === '"') return { kind: 'text', text: this.#quoted(quote, 'text') }
    const start = this.#position
    const date = this.#match(instant)
    if (date !== undefined) {
      const instantMs = parseInstant(date)
      if (!Number.isNaN(instantMs)) return { kind: 'instant', instantMs }
      this.#position = start
      return this.#expected('an instant that exists, such as 2026-01-31 or 2026-01-31T08:00:00Z')
    }
    const number = this.#match(plainNumber)
    if (number !== undefined) return { kind: 'number', number: Number(number) }
    const word = this.#match(booleanWord)
    if (word !== undefined) return { kind: 'boolean', boolean: word === 'true' }
    return this.#expected('a number, quoted text, true, false or an ISO 8601 instant')
  }

  end(): void {
    this.#skipSpace()
    if (this.#position < this.#text.length) this.#expected('the end of the rule: it is one comparison of one column')
  }

  fail(expected: string, received: string): DataProcessingError {
    const position = this.#position + 1
    return new DataProcessingError(
      'INPUT_INVALID',
      `Expected ${expected} at position ${position} of the row rule, got ${received}. Write it as in "row_id % 5 == 0".`,
      { details: { field: 'test', position, expected, received } },
    )
  }

  #expected(what: string): never {
    const rest = this.#text.slice(this.#position, this.#position + 20)
    throw this.fail(what, rest === '' ? 'the end' : JSON.stringify(rest))
  }

  #quoted(quote: string, what: string): string {
    const end = this.#text.indexOf(quote, this.#position + 1)
    if (end < 0) throw this.fail(`${what} up to a closing ${quote}`, 'the end')
    const content = this.#text.slice(this.#position + 1, end)
    if (content === '' && what === 'a column name') this.#expected('a column name that is not empty')
    this.#position = end + 1
    return content
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#position += found.length
    return found
  }

  #skipSpace(): void {
    while (this.#text[this.#position] === ' ' || this.#text[this.#position] === '\t') this.#position++
  }
}
