import { quoteName } from '../engine/sql-text.js'
import type { FilterStep } from '../pipelines/pipeline-definition.js'
import { kindOfType, type SqlTyping } from './sql-typing.js'
import type { PlannedInput, SqlPlan } from './step-plan.js'

/** Rows for which an expression is true. */
export async function planFilter(step: FilterStep, [input]: readonly [PlannedInput], typing: SqlTyping): Promise<SqlPlan> {
  const place = { step: step.name, column: 'where' }
  const { sql, type, isVolatile } = await typing.expression(place, step.where, input)
  kindOfType(place, type, 'boolean')
  return {
    columns: input.columns, isVolatile, sql: `select * from ${quoteName(input.name)} where (${sql})`,
    rowwise: { input: input.name, expressions: [{ column: 'where', sql }] },
  }
}
