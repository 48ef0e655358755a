import { quoteName } from '../engine/sql-text.js'
import type { DatasetColumn } from '../parts/dataset-manifest.js'
import type { WindowStep } from '../pipelines/pipeline-definition.js'
import { pipelineInvalid } from '../pipelines/pipeline-errors.js'
import { columnOf, columnOfKind, distinctColumns, nameList, numberedRows, rowColumn } from './plan-columns.js'
import type { PlannedInput, SqlPlan } from './step-plan.js'

type WindowMeasure = WindowStep['measures'][string]

/** Columns computed over the rows around each. Rows that are equal in the order stand as they came. */
export function planWindow(step: WindowStep, [input]: readonly [PlannedInput]): SqlPlan {
  const partition = (step.partitionBy ?? []).map((name) => columnOf(step.name, input, name))
  const partitionSql = partition.length === 0 ? '' : `partition by ${nameList(partition)} `
  const order = `${quoteName(columnOf(step.name, input, step.orderBy).name)}${step.descending ? ' desc' : ''} nulls last`
  const measures = Object.entries(step.measures).map(([name, measure]) => {
    const { call, column } = callOf({ step: step.name, column: name }, measure, input)
    const ordered = measure.function === 'rank' ? `order by ${order}` : `order by ${order}, ${rowColumn(input)}`
    return { column, sql: `${call} over (${partitionSql}${ordered}${frameOf(measure)}) as ${quoteName(name)}` }
  })
  const columns = distinctColumns(step.name, [...input.columns, ...measures.map(({ column }) => column)])
  return {
    columns,
    sql: `select ${[nameList(input.columns), ...measures.map(({ sql }) => sql)].join(', ')} from ${numberedRows(input)} order by ${rowColumn(input)}`,
  }
}

function callOf(place: { readonly step: string; readonly column: string }, measure: WindowMeasure, input: PlannedInput): { readonly call: string; readonly column: DatasetColumn } {
  const number: DatasetColumn = { name: place.column, kind: 'number' }
  const { function: name, column } = measure
  if (name === 'row-number') return { call: 'row_number()', column: number }
  if (name === 'rank') return { call: 'rank()', column: number }
  if (column === undefined) {
    if (name === 'count') return { call: 'count(*)', column: number }
    throw pipelineInvalid(place, `Expected a column to take the ${name} of, got none.`)
  }
  const { kind } = columnOf(place.step, input, column)
  const same: DatasetColumn = { name: place.column, kind }
  const quoted = quoteName(column)
  if (name === 'lag' || name === 'lead') return { call: `${name}(${quoted}, ${measure.offset ?? 1})`, column: same }
  if (name === 'min' || name === 'max') return { call: `${name}(${quoted})`, column: same }
  if (name === 'count') return { call: `count(${quoted})`, column: number }
  columnOfKind(place.step, input, { name: column, kinds: ['number', 'boolean'] })
  return { call: `${name === 'sum' ? 'sum' : 'avg'}(${kind === 'boolean' ? `${quoted}::INTEGER::DOUBLE` : quoted})`, column: number }
}

function frameOf({ function: name, rows, excludeCurrent }: WindowMeasure): string {
  if (name === 'row-number' || name === 'rank' || name === 'lag' || name === 'lead') return ''
  const last = excludeCurrent ? '1 preceding' : 'current row'
  const first = rows === undefined ? 'unbounded preceding' : `${excludeCurrent ? rows : rows - 1} preceding`
  return ` rows between ${first} and ${last}`
}
