import { DataManagementError, isMLError } from '@motadata/core'
import { quoteName } from '../engine/sql-text.js'
import type { DatasetManifest } from '../parts/dataset-manifest.js'
import type { SqlPlan } from '../steps/step-plan.js'
import { keepRows, writeRows } from './keep-rows.js'
import { stepFailed } from './pipeline-errors.js'
import type { StepWork } from './run-step.js'
import { viewInput } from './step-files.js'

/** Runs a step that is SQL: views of its inputs, a file of rows, parts. */
export async function runSql(work: StepWork): Promise<DatasetManifest> {
  const { planned, inputs, connection, files, limits } = work
  const { step, sql: plan } = planned
  for (const [name, manifest] of inputs) await viewInput(connection, { name, manifest }, files)
  try {
    for (const { sql, column, reason } of plan!.checks ?? []) {
      if ((await connection.runAndReadAll(sql)).getRows().length > 0) throw stepFailed({ step: step.name, column }, reason)
    }
    const written = await writeRows(connection, plan!, { folder: files.folder, mostRows: limits.rows, step: step.name })
    return await keepRows(written, plan!.columns, { ...files, signal: work.signal, memoryLimitBytes: limits.memoryLimitBytes })
  } catch (error) {
    if (isMLError(error) || work.signal.aborted) throw error
    throw await explain(work, plan!, error)
  }
}

/** Kinds of errors of the engine, in words of ours: its own quote values. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/^Conversion Error/i, 'A value could not be converted. Use try_cast, which gives nothing where it can not, or filter such rows out first.'],
  [/^Out of Range Error/i, 'A number is out of the range of what is computed with it. Filter such rows out first, or use try(…).'],
  [/^Invalid Input Error/i, 'A function got a value that it does not take. Filter such rows out first, or use try(…).'],
]

async function explain(work: StepWork, plan: SqlPlan, error: unknown): Promise<unknown> {
  const message = String((error as Partial<Error> | null)?.message)
  const { name: step } = work.planned.step
  if (/^Out of Memory Error/i.test(message)) {
    return new DataManagementError('DATA_TOO_LARGE', `Step '${step}': Expected work that fits its memory and disk, got more. Filter or aggregate first, or raise the limits.`, { details: { step } })
  }
  const reason = reasons.find(([pattern]) => pattern.test(message))?.[1]
  if (reason === undefined) return error
  return stepFailed({ step, ...(await findRow(work, plan)) }, reason)
}

/**
 * The first row at which an expression fails, by halving: O(log rows) looks at one expression.
 *
 * @returns nothing where the step does not compute row by row
 */
async function findRow({ connection }: StepWork, { rowwise }: SqlPlan): Promise<{ readonly column?: string; readonly row?: number }> {
  if (!rowwise) return {}
  const fails = (sql: string, rows: number | undefined): Promise<boolean> =>
    connection.run(`select count(value) from (select (${sql}) as value from (select * from ${quoteName(rowwise.input)}${rows === undefined ? '' : ` limit ${rows}`}))`).then(() => false, () => true)
  for (const { column, sql } of rowwise.expressions) {
    if (!(await fails(sql, undefined))) continue
    let [good, bad] = [0, Number((await connection.runAndReadAll(`select count(*) from ${quoteName(rowwise.input)}`)).getRows()[0]![0])]
    while (bad - good > 1) {
      const middle = Math.floor((good + bad) / 2)
      if (await fails(sql, middle)) bad = middle
      else good = middle
    }
    return { column, row: bad }
  }
  return {}
}
