import type { ColumnProfile, NumberProfile } from '@motadata/core'
import { quoteName } from '../engine/sql-text.js'
import type { DatasetColumn } from '../parts/dataset-manifest.js'

export const profiledShares = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const
const mostFrequent = 10

/** Columns that a correlation is worth its time for. */
const mostCorrelated = 12

/**
 * What the engine counts in its one pass: for every column a fixed number of sketches (HyperLogLog for different values, t-digest for quantiles,
 * filtered space-saving for frequent values), so memory does not grow with the rows.
 */
export function aggregatesOf({ name, kind }: DatasetColumn, at: number): readonly string[] {
  const column = quoteName(name)
  const shared = [`count(${column}) as present_${at}`, `approx_count_distinct(${column}) as distinct_${at}`]
  switch (kind) {
    case 'number':
    case 'instant': return [
      ...shared, `min(${column}) as minimum_${at}`, `max(${column}) as maximum_${at}`, `avg(${column}) as mean_${at}`, `stddev_samp(${column}) as deviation_${at}`,
      `approx_quantile(${column}, [${profiledShares.join(', ')}]) as quantiles_${at}`,
    ]
    case 'boolean': return [...shared, `count(*) filter (${column}) as true_${at}`]
    case 'category': return [...shared, `approx_top_k(${column}, ${mostFrequent}) as frequent_${at}`]
    case 'text': return [...shared, `min(length(${column})) as shortest_${at}`, `max(length(${column})) as longest_${at}`, `avg(length(${column})) as length_${at}`]
  }
}

export function correlationsOf(columns: readonly DatasetColumn[]): readonly { readonly sql: string; readonly columns: readonly [string, string] }[] {
  const numbers = columns.filter(({ kind }) => kind === 'number').slice(0, mostCorrelated).map(({ name }) => name)
  return numbers.flatMap((left, at) => numbers.slice(at + 1).map((right) => ({ columns: [left, right] as const, sql: `corr(${quoteName(left)}, ${quoteName(right)})` })))
}

type Values = Readonly<Record<string, unknown>>

/** What the engine counted, as a profile; texts and frequent values come later. */
export function profileOf({ name, kind }: DatasetColumn, at: number, rowCount: number, values: Values): ColumnProfile {
  const number = (key: string): number => Number(values[`${key}_${at}`] ?? 0)
  const present = number('present')
  return {
    name, kind, missingCount: rowCount - present, distinctCount: Math.min(present, number('distinct')), frequent: [],
    ...((kind === 'number' || kind === 'instant') && present > 0 ? { numbers: numbersOf(values, at) } : {}),
    ...(kind === 'boolean' && present > 0 ? { trueShare: number('true') / present } : {}),
  }
}

function numbersOf(values: Values, at: number): NumberProfile {
  const quantiles = values[`quantiles_${at}`] as readonly number[]
  return {
    minimum: Number(values[`minimum_${at}`]), maximum: Number(values[`maximum_${at}`]), mean: Number(values[`mean_${at}`]),
    standardDeviation: Number(values[`deviation_${at}`] ?? 0), // null of a single value
    quantiles: Object.fromEntries(profiledShares.map((share, index) => [String(share), Number(quantiles[index])])),
  }
}
