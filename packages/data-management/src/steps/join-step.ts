import { quoteName } from '../engine/sql-text.js'
import type { JoinStep } from '../pipelines/pipeline-definition.js'
import { pipelineInvalid } from '../pipelines/pipeline-errors.js'
import { columnOf, distinctColumns, nameList, numberedRows, rowColumn } from './plan-columns.js'
import { pickColumn } from './select-step.js'
import type { PlannedInput, SqlPlan } from './step-plan.js'

/** Rows of the first input with those of the second, in the order of the first, then of the second. Missing keys match nothing. */
export function planJoin(step: JoinStep, [left, right]: readonly [PlannedInput, PlannedInput]): SqlPlan {
  const keys: readonly (readonly [string, string])[] = Array.isArray(step.on) ? step.on.map((name: string) => [name, name] as const) : Object.entries(step.on)
  for (const [mine, theirs] of keys) {
    const [one, other] = [columnOf(step.name, left, mine), columnOf(step.name, right, theirs)]
    if (comparable(one.kind) !== comparable(other.kind)) {
      throw pipelineInvalid({ step: step.name, column: mine }, `Expected keys of one kind, got '${mine}', which is ${one.kind}, and '${theirs}', which is ${other.kind}. Derive one from the other first.`)
    }
  }
  const theirKeys = keys.map(([, theirs]) => theirs)
  const taken = (step.columns ?? right.columns.map(({ name }) => name).filter((name) => !theirKeys.includes(name))).map((column) => pickColumn(step.name, right, column))
  const columns = distinctColumns(step.name, [...left.columns, ...taken.map(({ name, kind }) => ({ name, kind }))])
  const list = [...left.columns.map(({ name }) => `l.${quoteName(name)}`), ...taken.map(({ from, name }) => `r.${quoteName(from)} as ${quoteName(name)}`)]
  const on = keys.map(([mine, theirs]) => `l.${quoteName(mine)} = r.${quoteName(theirs)}`).join(' and ')
  const sql = `select ${list.join(', ')} from ${numberedRows(left)} l ${step.how === 'left' ? 'left' : 'inner'} join ${numberedRows(right)} r on ${on}
    order by l.${rowColumn(left)}, r.${rowColumn(right)}`
  if (step.matches === 'many') return { columns, sql }
  const present = theirKeys.map((name) => `${quoteName(name)} is not null`).join(' and ')
  return {
    columns, sql,
    checks: [{
      sql: `select 1 from ${quoteName(right.name)} where ${present} group by ${nameList(theirKeys)} having count(*) > 1 limit 1`, column: theirKeys[0]!,
      reason: `Expected one row of '${right.name}' for each key, got two with the same. Deduplicate it first, or say matches: 'many'.`,
    }],
  }
}

function comparable(kind: string): string {
  return kind === 'category' ? 'text' : kind
}
