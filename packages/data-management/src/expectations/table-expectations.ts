import { type Dataset, getColumn } from '@motadata/core'
import { type Evaluation, type EvaluationContext, evaluateRows, impossible } from './evaluation.js'
import type { Comparison, Expectation } from './expectation.js'

type Of<Kind extends Expectation['kind']> = Extract<Expectation, { kind: Kind }>

export function evaluateType(dataset: Dataset, { column, type }: Of<'type'>): Evaluation {
  const { kind } = getColumn(dataset, column)
  return { checkedRows: dataset.rowCount, failedRows: 0, failingRows: [], verdict: { holds: kind === type, observed: `'${column}' is a ${kind} column` } }
}

export function evaluateRowCount(dataset: Dataset, { minimum = 0, maximum = Number.POSITIVE_INFINITY }: Of<'row-count'>): Evaluation {
  const { rowCount } = dataset
  return { checkedRows: rowCount, failedRows: 0, failingRows: [], verdict: { holds: rowCount >= minimum && rowCount <= maximum, observed: `${rowCount} rows` } }
}

export function evaluateFreshness(dataset: Dataset, expectation: Of<'freshness'>, { nowMs }: EvaluationContext): Evaluation {
  const read = getColumn(dataset, expectation.column)
  if (read.kind !== 'instant') return impossible(`'${expectation.column}' is a ${read.kind} column, not one of instants`)
  let newest = Number.NEGATIVE_INFINITY
  for (const value of read.values) if (value > newest) newest = value
  return freshnessOf(newest, dataset.rowCount, expectation, nowMs)
}

/** @param newest - Epoch milliseconds; −Infinity when there is none. */
export function freshnessOf(newest: number, rowCount: number, { column, maximumAgeHours }: Of<'freshness'>, nowMs: number): Evaluation {
  if (newest === Number.NEGATIVE_INFINITY) return impossible(`'${column}' has no value`)
  const ageHours = (nowMs - newest) / 3_600_000
  return {
    checkedRows: rowCount, failedRows: 0, failingRows: [],
    verdict: { holds: ageHours <= maximumAgeHours, observed: `the newest is ${ageHours.toFixed(1)} hours old (${new Date(newest).toISOString()})` },
  }
}

const comparisons: Readonly<Record<Comparison, (a: number | string, b: number | string) => boolean>> = {
  '<': (a, b) => a < b, '<=': (a, b) => a <= b, '=': (a, b) => a === b, '>=': (a, b) => a >= b, '>': (a, b) => a > b,
}

/** Numbers with numbers, instants with instants, texts and categories by their characters. */
export function evaluateCompare(dataset: Dataset, { column, operator, other }: Of<'compare'>): Evaluation {
  const [left, right] = [comparable(dataset, column), comparable(dataset, other)]
  if (left.family !== right.family) return impossible(`'${column}' holds ${left.family}, '${other}' ${right.family}: they do not compare`)
  const holds = comparisons[operator]
  return evaluateRows(dataset.rowCount, (row) => {
    const [a, b] = [left.valueAt(row), right.valueAt(row)]
    return a === undefined || b === undefined ? undefined : !holds(a, b)
  })
}

interface ComparableColumn {
  readonly family: 'numbers' | 'instants' | 'texts'
  /** Undefined where it is missing. */
  valueAt(row: number): number | string | undefined
}

function comparable(dataset: Dataset, name: string): ComparableColumn {
  const column = getColumn(dataset, name)
  switch (column.kind) {
    case 'number':
    case 'instant': {
      const { values } = column
      return { family: column.kind === 'number' ? 'numbers' : 'instants', valueAt: (row) => (Number.isNaN(values[row]!) ? undefined : values[row]) }
    }
    case 'boolean': {
      const { values } = column
      return { family: 'numbers', valueAt: (row) => (values[row] === 2 ? undefined : values[row]) }
    }
    case 'category': return { family: 'texts', valueAt: (row) => column.categories[column.codes[row]!] }
    case 'text': return { family: 'texts', valueAt: (row) => column.values[row] ?? undefined }
  }
}
