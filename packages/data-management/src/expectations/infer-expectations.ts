import { cellAt, type Column, columnLength, type Dataset } from '@motadata/core'
import { referenceOf } from './distribution.js'
import type { Expectation } from './expectation.js'
import { isMissing } from './value-expectations.js'

const rangeSlack = 0.1
const mostEnumValues = 50
const missingSlack = 0.02

/**
 * What data like these would be expected to be: a start to edit. Kinds of columns, values where (nearly) none is missing, ranges of
 * numbers a tenth wider than seen, the values of small sets, distributions, and columns that number the rows as unique.
 *
 * @param dataset - Of a time when data was right, a hundred rows or more.
 * @returns Plain JSON; ranges, sets and distributions are warnings.
 */
export function inferExpectations(dataset: Dataset): Expectation[] {
  return [...dataset.columns].flatMap(([name, column]) => expectationsOf(dataset, name, column))
}

function expectationsOf(dataset: Dataset, name: string, column: Column): Expectation[] {
  const rowCount = columnLength(column)
  const present = Array.from({ length: rowCount }, (_, row) => row).filter((row) => !isMissing(column, row))
  const expectations: Expectation[] = [{ kind: 'type', column: name, type: column.kind }]
  const presentShare = rowCount === 0 ? 0 : present.length / rowCount
  if (presentShare > 0.5) {
    const mostly = presentShare === 1 ? 1 : Math.floor((presentShare - missingSlack) * 100) / 100
    expectations.push({ kind: 'not-null', column: name, ...(mostly === 1 ? {} : { mostly }) })
  }
  if (present.length === 0) return expectations
  if (column.kind === 'number') expectations.push(rangeOf(name, column.values))
  if (column.kind === 'category' && column.categories.length <= mostEnumValues) {
    expectations.push({ kind: 'enum', column: name, values: [...column.categories].sort(), severity: 'warning' })
  }
  if (present.length > 1 && new Set(present.map((row) => String(cellAt(column, row)))).size === present.length && /(^|_)(id|number|key|uuid)$/i.test(name)) {
    expectations.push({ kind: 'unique', columns: [name] })
  } else if (column.kind !== 'text') {
    expectations.push({ kind: 'distribution', column: name, reference: referenceOf(dataset, name), severity: 'warning' })
  }
  return expectations
}

function rangeOf(name: string, values: Float64Array): Expectation {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  const slack = (high - low) * rangeSlack
  return { kind: 'range', column: name, minimum: low >= 0 ? Math.max(0, low - slack) : low - slack, maximum: high + slack, severity: 'warning' }
}
