import { type CardSlices, type CategoryColumn, type Dataset, getColumn } from '@motadata/core'
import { measureSlices } from '@motadata/learn'
import { convertColumn } from '../processing/convert-column.js'

const mostSlices = 200

/**
 * Quality for each value of some columns, the worst first.
 *
 * @param quality - Of each held-out row: 1 for a hit and 0 for a miss, or an error; shape (test rows,).
 * @throws MLError `COLUMN_MISSING`
 */
export function sliceQuality(
  testRows: Dataset, columns: readonly string[], quality: ArrayLike<number>, metric: { readonly name: string; readonly isHigherBetter: boolean },
): CardSlices {
  const codes = Object.fromEntries(columns.map((name) => {
    const column = convertColumn(name, getColumn(testRows, name), 'category') as CategoryColumn
    return [name, { codes: column.codes, categories: column.categories }]
  }))
  // The slices of learn take larger for better: errors go in with their sign turned, and come out so too.
  const sign = metric.isHigherBetter ? 1 : -1
  const { overall, slices, tooSmall } = measureSlices(Float64Array.from(quality, (value) => sign * value), codes)
  const shown = slices.slice(0, mostSlices).map(({ mean, interval, ...slice }) => ({
    ...slice,
    mean: sign * mean,
    interval: sign > 0 ? interval : { low: -interval.high, high: -interval.low },
  }))
  return { metric: metric.name, isHigherBetter: metric.isHigherBetter, overall: sign * overall, slices: shown, worst: shown[0] ?? null, tooSmall }
}
