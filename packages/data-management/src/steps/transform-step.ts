import type { TransformStep } from '../pipelines/pipeline-definition.js'
import { distinctColumns } from './plan-columns.js'
import { kindOfType, type SqlTyping } from './sql-typing.js'
import type { PlannedInput, SqlPlan } from './step-plan.js'

/** A tenant's own select. A column that an input has under the same name and type keeps its kind. */
export async function planTransform(step: TransformStep, inputs: readonly PlannedInput[], typing: SqlTyping): Promise<SqlPlan> {
  const { sql, isVolatile, columns } = await typing.select(step.name, step.sql, inputs)
  const known = new Map(inputs.toReversed().flatMap((input) => input.columns.map(({ name, kind }) => [name, kind] as const)))
  const typed = columns.map(({ name, type }) => {
    const place = { step: step.name, column: name.slice(0, 200) }
    const kind = kindOfType(place, type, step.kinds?.[name])
    return { name, kind: kind === 'text' && step.kinds?.[name] === undefined && known.get(name) === 'category' ? 'category' as const : kind }
  })
  return { sql, isVolatile, columns: distinctColumns(step.name, typed) }
}
