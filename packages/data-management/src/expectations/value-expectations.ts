import { type Column, type Dataset, getColumn, parseInstant } from '@motadata/core'
import { compilePattern } from './compile-pattern.js'
import { type Evaluation, evaluateRows, impossible } from './evaluation.js'
import type { Bound, Expectation } from './expectation.js'

const surrogate = /[\ud800-\udfff]/

type Of<Kind extends Expectation['kind']> = Extract<Expectation, { kind: Kind }>

export function evaluateNotNull(dataset: Dataset, { column }: Of<'not-null'>): Evaluation {
  const values = getColumn(dataset, column)
  return evaluateRows(dataset.rowCount, (row) => isMissing(values, row))
}

export function evaluateRange(dataset: Dataset, { column, minimum, maximum }: Of<'range'>): Evaluation {
  const values = getColumn(dataset, column)
  if (values.kind !== 'number' && values.kind !== 'instant') return impossible(`'${column}' is a ${values.kind} column, without an order`)
  const low = minimum === undefined ? Number.NEGATIVE_INFINITY : boundValue(minimum)
  const high = maximum === undefined ? Number.POSITIVE_INFINITY : boundValue(maximum)
  const numbers = values.values
  return evaluateRows(dataset.rowCount, (row) => {
    const value = numbers[row]!
    return Number.isNaN(value) ? undefined : value < low || value > high
  })
}

export function evaluateLength(dataset: Dataset, { column, minimum = 0, maximum = Number.POSITIVE_INFINITY }: Of<'length'>): Evaluation {
  return evaluateTexts(dataset, column, (text) => {
    // a character is one or two units
    if (text.length < minimum || text.length > 2 * maximum) return true
    const length = surrogate.test(text) ? [...text].length : text.length
    return length < minimum || length > maximum
  })
}

export function evaluatePattern(dataset: Dataset, { column, pattern }: Of<'pattern'>): Evaluation {
  const compiled = compilePattern(pattern)
  return evaluateTexts(dataset, column, (text) => !compiled.matcher(text).find())
}

export function evaluateEnum(dataset: Dataset, { column, values }: Of<'enum'>): Evaluation {
  const allowed = new Set<unknown>(values)
  const read = getColumn(dataset, column)
  switch (read.kind) {
    case 'number': {
      const numbers = read.values
      return evaluateRows(dataset.rowCount, (row) => (Number.isNaN(numbers[row]!) ? undefined : !allowed.has(numbers[row])))
    }
    case 'boolean': {
      const flags = read.values
      return evaluateRows(dataset.rowCount, (row) => (flags[row] === 2 ? undefined : !allowed.has(flags[row] === 1)))
    }
    case 'instant': {
      const instants = new Set(values.map((value) => boundValue(value as Bound)))
      const numbers = read.values
      return evaluateRows(dataset.rowCount, (row) => (Number.isNaN(numbers[row]!) ? undefined : !instants.has(numbers[row]!)))
    }
    default:
      return evaluateTexts(dataset, column, (text) => !allowed.has(text))
  }
}

/** Whether a row lacks a value of a column. */
export function isMissing(column: Column, row: number): boolean {
  switch (column.kind) {
    case 'number':
    case 'instant': return Number.isNaN(column.values[row]!)
    case 'category': return column.codes[row]! < 0
    case 'boolean': return column.values[row] === 2
    case 'text': return column.values[row] === null
  }
}

/** A bound as the number that columns hold: an instant as epoch milliseconds. */
export function boundValue(bound: Bound): number {
  return typeof bound === 'number' ? bound : parseInstant(bound)
}

/** Checks texts and categories; each category once. */
function evaluateTexts(dataset: Dataset, name: string, fails: (text: string) => boolean): Evaluation {
  const column = getColumn(dataset, name)
  if (column.kind === 'text') {
    const texts = column.values
    return evaluateRows(dataset.rowCount, (row) => (texts[row] === null ? undefined : fails(texts[row]!)))
  }
  if (column.kind === 'category') {
    const failing = column.categories.map(fails)
    const { codes } = column
    return evaluateRows(dataset.rowCount, (row) => (codes[row]! < 0 ? undefined : failing[codes[row]!]))
  }
  return impossible(`'${name}' is a ${column.kind} column, not one of texts`)
}
