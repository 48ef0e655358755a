import { quoteName } from '../engine/sql-text.js'
import type { FillStep } from '../pipelines/pipeline-definition.js'
import { columnOf, columnOfKind, constantSql, numberedRows, rowColumn } from './plan-columns.js'
import type { PlannedInput, SqlPlan } from './step-plan.js'

/** Values in place of missing ones. */
export function planFill(step: FillStep, [input]: readonly [PlannedInput]): SqlPlan {
  const fillings = new Map(Object.entries(step.columns).map(([name, filling]) => [name, fillingSql(step.name, input, name, filling)]))
  const list = input.columns.map(({ name }) => {
    const filling = fillings.get(name)
    return filling === undefined ? quoteName(name) : `coalesce(${quoteName(name)}, ${filling}) as ${quoteName(name)}`
  })
  return { columns: input.columns, sql: `select ${list.join(', ')} from ${numberedRows(input)} order by ${rowColumn(input)}` }
}

function fillingSql(step: string, input: PlannedInput, name: string, filling: FillStep['columns'][string]): string {
  const column = columnOf(step, input, name)
  const [quoted, table] = [quoteName(name), quoteName(input.name)]
  if ('value' in filling) return constantSql(step, column, filling.value)
  switch (filling.with) {
    case 'mean':
    case 'median':
      columnOfKind(step, input, { name, kinds: ['number'] })
      return `(select ${filling.with === 'mean' ? 'favg' : 'median'}(${quoted}) from ${table})`
    case 'mode': return `(select ${quoted} from ${table} where ${quoted} is not null group by ${quoted} order by count(*) desc, ${quoted} limit 1)`
    case 'previous': return `last_value(${quoted} ignore nulls) over (order by ${rowColumn(input)} rows between unbounded preceding and current row)`
  }
}
