import { quoteName } from '../engine/sql-text.js'
import type { DatasetColumn } from '../parts/dataset-manifest.js'
import type { AggregateFunction } from '../pipelines/pipeline-definition.js'
import { pipelineInvalid } from '../pipelines/pipeline-errors.js'
import { columnOf, columnOfKind, rowColumn } from './plan-columns.js'
import type { PlannedInput } from './step-plan.js'

/** What is computed of a column, as a column of its own. */
export interface Measure {
  readonly function: AggregateFunction
  readonly column?: string
}

/**
 * A measure as SQL over numbered rows. Sums and means are compensated (Kahan, 1965), so that the last digits depend less on how the work was
 * split; missing values count for nothing; the first and the last are those that are there, by the order of rows.
 *
 * @param place - The column to be.
 * @throws DataManagementError `PIPELINE_INVALID`
 */
export function aggregateSql(place: { readonly step: string; readonly column: string }, measure: Measure, input: PlannedInput): { readonly sql: string; readonly column: DatasetColumn } {
  const number: DatasetColumn = { name: place.column, kind: 'number' }
  if (measure.column === undefined) {
    if (measure.function === 'count') return { sql: 'count(*)', column: number }
    throw pipelineInvalid(place, `Expected a column to take the ${measure.function} of, got none.`)
  }
  const { kind } = columnOf(place.step, input, measure.column)
  const name = quoteName(measure.column)
  const numeric = (): string => {
    columnOfKind(place.step, input, { name: measure.column!, kinds: ['number', 'boolean'] })
    return kind === 'boolean' ? `${name}::INTEGER::DOUBLE` : name
  }
  const same: DatasetColumn = { name: place.column, kind }
  switch (measure.function) {
    case 'count': return { sql: `count(${name})`, column: number }
    case 'count-distinct': return { sql: `count(distinct ${name})`, column: number }
    case 'sum': return { sql: `fsum(${numeric()})`, column: number }
    case 'mean': return { sql: `favg(${numeric()})`, column: number }
    case 'median': return { sql: `median(${numeric()})`, column: number }
    case 'standard-deviation': return { sql: `stddev_samp(${numeric()})`, column: number }
    case 'min':
    case 'max': return { sql: `${measure.function}(${name})`, column: same }
    case 'first': return { sql: `arg_min(${name}, ${rowColumn(input)})`, column: same }
    case 'last': return { sql: `arg_max(${name}, ${rowColumn(input)})`, column: same }
  }
}
