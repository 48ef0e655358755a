import { cellAt, type Column, columnLength, type Dataset, DataManagementError, getColumn } from '@motadata/core'
import { binCounts, psi, psiByChance, quantileEdges } from '@motadata/learn'
import { type Evaluation, impossible } from './evaluation.js'
import type { DistributionReference, Expectation } from './expectation.js'

const binCount = 10
const mostValues = 20
const defaultMaximumPsi = 0.25

/**
 * How the values of a column are distributed, to be expected of later data: numbers by ten equally filled bins, others by their twenty most
 * frequent values and the rest. Missing values are left out.
 *
 * @throws DataManagementError `DATA_EMPTY` for a column without values
 * @example
 * const expectation = { kind: 'distribution', column: 'hours', reference: referenceOf(lastMonth, 'hours') }
 */
export function referenceOf(dataset: Dataset, name: string): DistributionReference {
  const column = getColumn(dataset, name)
  if (column.kind === 'number' || column.kind === 'instant') {
    const values = column.values.filter((value) => !Number.isNaN(value))
    if (values.length === 0) throw withoutValues(name)
    const edges = [...quantileEdges(values, binCount)]
    return { edges, shares: sharesOf(binCounts(values, edges)), rowCount: values.length }
  }
  const counts = countTexts(column)
  const rowCount = [...counts.values()].reduce((sum, count) => sum + count, 0)
  if (rowCount === 0) throw withoutValues(name)
  const values = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, mostValues).map(([value]) => value)
  return { values, shares: sharesOf(countsOfValues(counts, values, rowCount)), rowCount }
}

/** The population stability index above what chance alone would make of so many rows: compared with `maximumPsi`, 0.25 unless said. */
export function evaluateDistribution(dataset: Dataset, { column: name, reference, maximumPsi = defaultMaximumPsi }: Extract<Expectation, { kind: 'distribution' }>): Evaluation {
  const column = getColumn(dataset, name)
  const isNumeric = column.kind === 'number' || column.kind === 'instant'
  if (isNumeric !== 'edges' in reference) return impossible(`'${name}' is a ${column.kind} column, unlike in the reference`)
  const counts = 'edges' in reference ? binCounts((column as { values: Float64Array }).values.filter((value) => !Number.isNaN(value)), reference.edges)
    : countsOfValues(countTexts(column), reference.values, undefined)
  return distributionOf(counts, { column: name, reference, maximumPsi })
}

/** @param counts - Of the reference's bins. */
export function distributionOf(counts: Float64Array, { column: name, reference, maximumPsi = defaultMaximumPsi }: Pick<Extract<Expectation, { kind: 'distribution' }>, 'column' | 'reference' | 'maximumPsi'>): Evaluation {
  const rowCount = counts.reduce((sum, count) => sum + count, 0)
  if (rowCount === 0) return impossible(`'${name}' has no value`)
  const current = sharesOf(counts)
  const distance = psi(smoothed(reference.shares, reference.rowCount), smoothed(current, rowCount))
  const beyondChance = Math.max(0, distance - psiByChance(current.length, reference.rowCount, rowCount))
  return {
    checkedRows: rowCount, failedRows: 0, failingRows: [],
    verdict: { holds: beyondChance <= maximumPsi, observed: `PSI ${beyondChance.toFixed(3)} beyond chance, at most ${maximumPsi} expected` },
    distribution: { bins: binNames(reference), reference: [...reference.shares], current },
  }
}

function countTexts(column: Column): Map<string, number> {
  const counts = new Map<string, number>()
  const add = (value: string): void => void counts.set(value, (counts.get(value) ?? 0) + 1)
  if (column.kind === 'category') {
    const perCode = new Float64Array(column.categories.length)
    for (const code of column.codes) if (code >= 0) perCode[code]!++
    column.categories.forEach((category, code) => {
      if (perCode[code]! > 0) counts.set(category, perCode[code]!)
    })
  } else {
    const rowCount = columnLength(column)
    for (let row = 0; row < rowCount; row++) {
      const value = cellAt(column, row)
      if (value !== null) add(String(value))
    }
  }
  return counts
}

/** Counts of the named values, then of all others. */
function countsOfValues(counts: ReadonlyMap<string, number>, values: readonly string[], rowCount: number | undefined): Float64Array {
  const named = values.map((value) => counts.get(value) ?? 0)
  const all = rowCount ?? [...counts.values()].reduce((sum, count) => sum + count, 0)
  return Float64Array.from([...named, all - named.reduce((sum, count) => sum + count, 0)])
}

function sharesOf(counts: Float64Array): number[] {
  const all = counts.reduce((sum, count) => sum + count, 0)
  return [...counts].map((count) => count / all)
}

/** Shares as if half a row more had been seen in each bin: an empty bin of few rows says little. */
function smoothed(shares: readonly number[], rowCount: number): number[] {
  return shares.map((share) => (share * rowCount + 0.5) / (rowCount + 0.5 * shares.length))
}

function binNames(reference: DistributionReference): string[] {
  if ('values' in reference) return [...reference.values, 'other']
  const shown = reference.edges.map((edge) => Number(edge.toPrecision(4)).toString())
  return [`≤ ${shown[0]}`, ...shown.slice(1).map((edge, at) => `${shown[at]} to ${edge}`), `> ${shown.at(-1)}`]
}

function withoutValues(name: string): DataManagementError {
  return new DataManagementError('DATA_EMPTY', `Expected values in '${name}' to learn their distribution from, got none.`, { details: { column: name } })
}
