import { isMLError } from '@motadata/core'
import type { DatasetColumn } from '../parts/dataset-manifest.js'
import { checkExpectations } from '../expectations/check-expectations.js'
import { planAggregate } from '../steps/aggregate-step.js'
import { planDeduplicate } from '../steps/deduplicate-step.js'
import { planDerive } from '../steps/derive-step.js'
import { planFill } from '../steps/fill-step.js'
import { planFilter } from '../steps/filter-step.js'
import { planJoin } from '../steps/join-step.js'
import { planPivot } from '../steps/pivot-step.js'
import { columnOf, distinctColumns } from '../steps/plan-columns.js'
import { planSelect } from '../steps/select-step.js'
import { SqlTyping } from '../steps/sql-typing.js'
import type { PlannedInput, PlannedStep, SqlPlan } from '../steps/step-plan.js'
import { planTransform } from '../steps/transform-step.js'
import { planWindow } from '../steps/window-step.js'
import { withDuckDB } from '../engine/open-duckdb.js'
import { withWorkFolder } from '../engine/work-folder.js'
import type { LinkedPipelineStep, ParsedPipeline } from './parse-definition.js'
import type { ExtractStep, FunctionStep, ValidateStep } from './pipeline-definition.js'
import { pipelineInvalid } from './pipeline-errors.js'
import type { PipelineFunctions } from './pipeline-function.js'

/** What a plan stands on. */
export interface PlanSources {
  /** The columns of the version that a step reads. */
  columnsOf(step: ExtractStep): Promise<readonly DatasetColumn[]>
  readonly functions: PipelineFunctions
}

const typingMemoryBytes = 128 * 1024 * 1024

/**
 * Finds out the columns of every step, in the order of their dependence, before any row is read.
 *
 * @returns the steps with what they are known to do, each behind its inputs
 * @throws MLError `PIPELINE_INVALID` naming step and column, `PIPELINE_SQL_REFUSED`, `EXPECTATION_INVALID`, `DATASET_NOT_FOUND`
 */
export async function planPipeline({ steps }: Pick<ParsedPipeline, 'steps'>, sources: PlanSources): Promise<readonly PlannedStep[]> {
  return withWorkFolder((folder) => withDuckDB({ folder, threads: 1, memoryLimitBytes: typingMemoryBytes }, async (connection) => {
    const typing = new SqlTyping(connection)
    const planned = new Map<string, PlannedStep>()
    for (const step of steps) {
      const inputs = step.inputs.map((name) => {
        const { step: input, columns } = planned.get(name)!
        if (input.kind === 'load') throw pipelineInvalid({ step: step.name }, `Expected inputs with rows, got '${name}', which loads them. Take its input instead.`)
        return { name, columns }
      })
      const plan = await planStep(step, inputs, { ...sources, typing })
      await typing.know({ name: step.name, columns: plan.columns })
      planned.set(step.name, plan)
    }
    return [...planned.values()]
  }))
}

async function planStep(step: LinkedPipelineStep, inputs: readonly PlannedInput[], sources: PlanSources & { readonly typing: SqlTyping }): Promise<PlannedStep> {
  const done = (columns: readonly DatasetColumn[], isVolatile = false): PlannedStep => ({ step, inputs, columns, isVolatile })
  switch (step.kind) {
    case 'extract': return done(await extractedColumns(step, sources))
    case 'function': return done(functionColumns(step, inputs, sources.functions))
    case 'validate': {
      checkReferences(step, inputs)
      return done(inputs[0]!.columns, step.expectations.some(({ kind }) => kind === 'freshness'))
    }
    case 'load': return done(inputs[0]!.columns)
    default: {
      const sql = await planSql(step, inputs, sources.typing)
      return { ...done(sql.columns, sql.isVolatile), sql }
    }
  }
}

function planSql(step: Exclude<LinkedPipelineStep, { kind: 'extract' | 'function' | 'validate' | 'load' }>, inputs: readonly PlannedInput[], typing: SqlTyping): SqlPlan | Promise<SqlPlan> {
  const [first, second] = inputs as [PlannedInput, PlannedInput]
  switch (step.kind) {
    case 'select': return planSelect(step, [first])
    case 'filter': return planFilter(step, [first], typing)
    case 'derive': return planDerive(step, [first], typing)
    case 'join': return planJoin(step, [first, second])
    case 'aggregate': return planAggregate(step, [first])
    case 'deduplicate': return planDeduplicate(step, [first])
    case 'fill': return planFill(step, [first])
    case 'window': return planWindow(step, [first])
    case 'pivot': return planPivot(step, [first])
    case 'transform': return planTransform(step, inputs, typing)
  }
}

/** Those asked for; where a schema is declared, the dataset has to have it, once it is there. */
async function extractedColumns(step: ExtractStep, sources: PlanSources): Promise<readonly DatasetColumn[]> {
  const declared = step.schema && Object.entries(step.schema).map(([name, kind]) => ({ name, kind }))
  let found: readonly DatasetColumn[] | undefined
  try {
    found = await sources.columnsOf(step)
  } catch (error) {
    if (!isMLError(error, 'DATASET_NOT_FOUND') || !declared) throw error
  }
  const there: PlannedInput = { name: step.dataset, columns: found ?? declared! }
  for (const { name, kind } of declared ?? []) {
    const column = columnOf(step.name, there, name)
    if (column.kind !== kind) {
      throw pipelineInvalid({ step: step.name, column: name }, `Expected '${name}' of '${step.dataset}' to be ${kind}, as declared, got ${column.kind}.`, { expected: kind, received: column.kind })
    }
  }
  const names = step.columns ?? declared?.map(({ name }) => name)
  return distinctColumns(step.name, names ? names.map((name) => columnOf(step.name, there, name)) : there.columns)
}

function functionColumns(step: FunctionStep, inputs: readonly PlannedInput[], functions: PipelineFunctions): readonly DatasetColumn[] {
  const registered = Object.hasOwn(functions, step.function) ? functions[step.function] : undefined
  if (!registered) {
    throw pipelineInvalid({ step: step.name }, `Expected a function that is registered, got '${step.function}'. There are ${Object.keys(functions).slice(0, 20).join(', ') || 'none'}.`, {
      function: step.function,
    })
  }
  try {
    return distinctColumns(step.name, registered.columns(inputs.map(({ columns }) => columns), step.options ?? {}))
  } catch (error) {
    if (isMLError(error, 'PIPELINE_INVALID')) throw error
    throw pipelineInvalid({ step: step.name }, `Expected columns and options that '${step.function}' takes: ${String((error as Partial<Error> | null)?.message ?? error).slice(0, 300)}`)
  }
}

/** Columns that are not there fail here, not as rows that are not as expected. */
function checkReferences(step: ValidateStep, [first, ...others]: readonly PlannedInput[]): void {
  try {
    checkExpectations(step.expectations)
  } catch (error) {
    if (!isMLError(error, 'EXPECTATION_INVALID')) throw error
    throw pipelineInvalid({ step: step.name }, error.message, error.details)
  }
  for (const expectation of step.expectations) {
    if (expectation.kind === 'foreign-key') {
      const other = others.find(({ name }) => name === expectation.dataset)
      if (!other) throw pipelineInvalid({ step: step.name }, `Expected the foreign key to name another input of the step, got '${expectation.dataset}'.`, { dataset: expectation.dataset })
      columnOf(step.name, other, expectation.other)
    }
    const names = 'columns' in expectation ? expectation.columns : 'column' in expectation ? [expectation.column] : []
    for (const name of expectation.kind === 'compare' ? [...names, expectation.other] : names) columnOf(step.name, first!, name)
  }
}
