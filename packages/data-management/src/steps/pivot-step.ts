import { quoteName } from '../engine/sql-text.js'
import type { PivotStep } from '../pipelines/pipeline-definition.js'
import { aggregateSql } from './aggregate-sql.js'
import { columnOf, constantSql, distinctColumns, nameList, numberedRows } from './plan-columns.js'
import type { PlannedInput, SqlPlan } from './step-plan.js'

/** One row for each group, one column for each declared value. */
export function planPivot(step: PivotStep, [input]: readonly [PlannedInput]): SqlPlan {
  const groups = step.groupBy.map((name) => columnOf(step.name, input, name))
  const by = columnOf(step.name, input, step.column)
  const values = Object.entries(step.values).map(([name, value]) => {
    const { sql, column } = aggregateSql({ step: step.name, column: name }, step.measure, input)
    return { column, sql: `${sql} filter (where ${quoteName(by.name)} = ${constantSql(step.name, by, value)}) as ${quoteName(name)}` }
  })
  const columns = distinctColumns(step.name, [...groups, ...values.map(({ column }) => column)])
  const list = [nameList(groups), ...values.map(({ sql }) => sql)].join(', ')
  return { columns, sql: `select ${list} from ${numberedRows(input)} group by ${nameList(groups)} order by ${nameList(groups)}` }
}
