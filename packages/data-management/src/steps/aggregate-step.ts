import { quoteName } from '../engine/sql-text.js'
import type { AggregateStep } from '../pipelines/pipeline-definition.js'
import { aggregateSql } from './aggregate-sql.js'
import { columnOf, distinctColumns, nameList, numberedRows } from './plan-columns.js'
import type { PlannedInput, SqlPlan } from './step-plan.js'

/** One row for each group, in the order of the groups' values. */
export function planAggregate(step: AggregateStep, [input]: readonly [PlannedInput]): SqlPlan {
  const groups = (step.groupBy ?? []).map((name) => columnOf(step.name, input, name))
  const measures = Object.entries(step.measures).map(([column, measure]) => aggregateSql({ step: step.name, column }, measure, input))
  const columns = distinctColumns(step.name, [...groups, ...measures.map((measure) => measure.column)])
  const list = [...groups.map(({ name }) => quoteName(name)), ...measures.map(({ sql, column }) => `${sql} as ${quoteName(column.name)}`)].join(', ')
  const grouped = groups.length === 0 ? '' : ` group by ${nameList(groups)} order by ${nameList(groups)}`
  return { columns, sql: `select ${list} from ${numberedRows(input)}${grouped}` }
}
