import { quoteName } from '../engine/sql-text.js'
import type { DeriveStep } from '../pipelines/pipeline-definition.js'
import { distinctColumns } from './plan-columns.js'
import { kindOfType, type SqlTyping } from './sql-typing.js'
import type { PlannedInput, SqlPlan } from './step-plan.js'

/** Columns computed from those of the same row; replaced ones keep their place, new ones come last. */
export async function planDerive(step: DeriveStep, [input]: readonly [PlannedInput], typing: SqlTyping): Promise<SqlPlan> {
  const derived = []
  for (const [column, given] of Object.entries(step.columns)) {
    const place = { step: step.name, column }
    const [expression, wanted] = typeof given === 'string' ? [given, undefined] : [given.expression, given.kind]
    const { sql, type, isVolatile } = await typing.expression(place, expression, input)
    derived.push({ column, sql, isVolatile, kind: kindOfType(place, type, wanted) })
  }
  const byName = new Map(derived.map((one) => [one.column, one]))
  const kept = input.columns.map(({ name, kind }) => ({ name, kind: byName.get(name)?.kind ?? kind }))
  const added = derived.filter(({ column }) => !input.columns.some(({ name }) => name === column)).map(({ column, kind }) => ({ name: column, kind }))
  const columns = distinctColumns(step.name, [...kept, ...added])
  const list = columns.map(({ name }) => {
    const one = byName.get(name)
    return one ? `(${one.sql}) as ${quoteName(name)}` : quoteName(name)
  })
  return {
    columns, isVolatile: derived.some(({ isVolatile }) => isVolatile), sql: `select ${list.join(', ')} from ${quoteName(input.name)}`,
    rowwise: { input: input.name, expressions: derived.map(({ column, sql }) => ({ column, sql })) },
  }
}
