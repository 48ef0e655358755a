import { cellAt, type Dataset, getColumn } from '@motadata/core'
import { type Evaluation, type EvaluationContext, evaluateRows, impossible } from './evaluation.js'
import type { Expectation } from './expectation.js'
import { isMissing } from './value-expectations.js'

type Of<Kind extends Expectation['kind']> = Extract<Expectation, { kind: Kind }>

/** Rows that repeat an earlier one fail; a row without a value in any of the columns has no key to repeat. */
export function evaluateUnique(dataset: Dataset, { columns }: Of<'unique'>): Evaluation {
  const read = columns.map((name) => getColumn(dataset, name))
  const seen = new Set<unknown>()
  const only = read.length === 1 ? read[0] : undefined
  return evaluateRows(dataset.rowCount, (row) => {
    if (read.some((column) => isMissing(column, row))) return undefined
    const key = only ? keyOf(only, row) : JSON.stringify(read.map((column) => keyOf(column, row)))
    if (seen.has(key)) return true
    seen.add(key)
    return false
  })
}

export function evaluateForeignKey(dataset: Dataset, { column, dataset: name, other }: Of<'foreign-key'>, { others }: EvaluationContext): Evaluation {
  const target = others.get(name)
  if (!target) return impossible(`the dataset '${name}' was not handed over`)
  const column2 = target.columns.get(other)
  if (!column2) return impossible(`the dataset '${name}' has no column '${other}'`)
  const there = new Set<unknown>()
  for (let row = 0; row < target.rowCount; row++) if (!isMissing(column2, row)) there.add(keyOf(column2, row))
  const values = getColumn(dataset, column)
  return evaluateRows(dataset.rowCount, (row) => (isMissing(values, row) ? undefined : !there.has(keyOf(values, row))))
}

/** A value that is equal for equal cells, also across kinds of text. */
function keyOf(column: Parameters<typeof cellAt>[0], row: number): unknown {
  if (column.kind === 'number' || column.kind === 'instant') return column.values[row]
  const value = cellAt(column, row)
  return value instanceof Date ? value.getTime() : value
}
