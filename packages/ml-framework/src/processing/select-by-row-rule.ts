import { type Dataset, DataProcessingError, type Column, getColumn, parseInstant } from '@motadata/core'
import type { RowRule, RowRuleOperator, RowRuleValue } from './row-rule.js'

/**
 * The rows for which a rule holds. A missing value fulfils no rule, `!=` included.
 *
 * @returns shape (rows,), 1 where the rule holds
 * @throws MLError `COLUMN_MISSING`, or `INPUT_INVALID` when the column's kind can't be compared so
 * @example
 * selectByRowRule(dataset, parseRowRule('row_id % 5 == 0'))
 */
export function selectByRowRule(dataset: Dataset, rule: RowRule): Uint8Array {
  const column = getColumn(dataset, rule.column)
  const selected = new Uint8Array(dataset.rowCount)
  const holds = comparison(rule, column)
  for (let row = 0; row < selected.length; row++) selected[row] = holds(row) ? 1 : 0
  return selected
}

function comparison(rule: RowRule, column: Column): (row: number) => boolean {
  const { operator, value, modulus } = rule
  if (modulus !== undefined && column.kind !== 'number') throw unfit(rule, column, 'a remainder of numbers')
  switch (column.kind) {
    case 'number': {
      if (value.kind !== 'number') throw unfit(rule, column, `a ${value.kind}`)
      const at = (row: number): number => (modulus === undefined ? column.values[row]! : column.values[row]! % modulus)
      return (row) => !Number.isNaN(at(row)) && compare(at(row), operator, value.number)
    }
    case 'instant': {
      const instantMs = instantOf(value)
      if (instantMs === undefined) throw unfit(rule, column, `a ${value.kind}`)
      return (row) => !Number.isNaN(column.values[row]!) && compare(column.values[row]!, operator, instantMs)
    }
    case 'boolean': {
      if (value.kind !== 'boolean' || !isEquality(operator)) throw unfit(rule, column, `a ${value.kind} by ${operator}`)
      const code = value.boolean ? 1 : 0
      return (row) => column.values[row] !== 2 && (column.values[row] === code) === (operator === '==')
    }
    case 'category': {
      if (value.kind !== 'text' || !isEquality(operator)) throw unfit(rule, column, `a ${value.kind} by ${operator}`)
      const code = column.categories.indexOf(value.text)
      return (row) => column.codes[row]! >= 0 && (column.codes[row] === code) === (operator === '==')
    }
    case 'text': {
      if (value.kind !== 'text' || !isEquality(operator)) throw unfit(rule, column, `a ${value.kind} by ${operator}`)
      return (row) => column.values[row] != null && (column.values[row] === value.text) === (operator === '==')
    }
  }
}

const isEquality = (operator: RowRuleOperator): boolean => operator === '==' || operator === '!='

function instantOf(value: RowRuleValue): number | undefined {
  if (value.kind === 'instant') return value.instantMs
  const instantMs = value.kind === 'text' ? parseInstant(value.text) : Number.NaN
  return Number.isNaN(instantMs) ? undefined : instantMs
}

function compare(left: number, operator: RowRuleOperator, right: number): boolean {
  switch (operator) {
    case '==': return left === right
    case '!=': return left !== right
    case '<': return left < right
    case '<=': return left <= right
    case '>': return left > right
    case '>=': return left >= right
  }
}

const comparable: Readonly<Record<Column['kind'], string>> = {
  number: 'a number, also of a remainder by %',
  instant: 'an ISO 8601 instant',
  boolean: 'true or false by == or !=',
  category: 'quoted text by == or !=',
  text: 'quoted text by == or !=',
}

function unfit(rule: RowRule, column: Column, received: string): DataProcessingError {
  return new DataProcessingError(
    'INPUT_INVALID',
    `Expected the row rule to compare the ${column.kind} column '${rule.column}' with ${comparable[column.kind]}, got ${received}.`,
    { details: { field: 'test', column: rule.column, expected: comparable[column.kind], received } },
  )
}
