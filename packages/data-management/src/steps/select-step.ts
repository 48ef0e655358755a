import { quoteName } from '../engine/sql-text.js'
import type { SelectStep } from '../pipelines/pipeline-definition.js'
import { columnOf, distinctColumns } from './plan-columns.js'
import type { PlannedInput, SqlPlan } from './step-plan.js'

/** A column under the name it has, or another. */
export type PickedColumn = string | { readonly column: string; readonly as: string }

/** Columns in an order, under names. */
export function planSelect(step: SelectStep, [input]: readonly [PlannedInput]): SqlPlan {
  const picked = step.columns.map((column) => pickColumn(step.name, input, column))
  const columns = distinctColumns(step.name, picked.map(({ name, kind }) => ({ name, kind })))
  return { columns, sql: `select ${picked.map(({ from, name }) => `${quoteName(from)} as ${quoteName(name)}`).join(', ')} from ${quoteName(input.name)}` }
}

export function pickColumn(step: string, input: PlannedInput, picked: PickedColumn) {
  const from = typeof picked === 'string' ? picked : picked.column
  const { kind } = columnOf(step, input, from)
  return { from, kind, name: typeof picked === 'string' ? picked : picked.as }
}
