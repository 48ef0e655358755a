import { quoteName } from '../engine/sql-text.js'
import type { DeduplicateStep } from '../pipelines/pipeline-definition.js'
import { columnOf, nameList, numberedRows, rowColumn } from './plan-columns.js'
import type { PlannedInput, SqlPlan } from './step-plan.js'

/** One row of those that agree; the rows that stay keep their order. Missing values agree with each other. */
export function planDeduplicate(step: DeduplicateStep, [input]: readonly [PlannedInput]): SqlPlan {
  const by = (step.by ?? input.columns.map(({ name }) => name)).map((name) => columnOf(step.name, input, name))
  const direction = step.keep === 'last' ? ' desc' : ''
  const order = step.orderBy === undefined ? [] : [`${quoteName(columnOf(step.name, input, step.orderBy).name)}${direction} nulls last`]
  const row = rowColumn(input)
  return {
    columns: input.columns,
    sql: `select ${nameList(input.columns)} from ${numberedRows(input)}
      qualify row_number() over (partition by ${nameList(by)} order by ${[...order, `${row}${direction}`].join(', ')}) = 1 order by ${row}`,
  }
}
