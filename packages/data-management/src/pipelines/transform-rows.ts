import { type Dataset, type RequestContext } from '@motadata/core'
import { collectRows, keepDataset, type RowsOptions } from './dataset-rows.js'
import { parseDefinition } from './parse-definition.js'
import type { PipelineStep } from './pipeline-definition.js'
import { pipelineInvalid } from './pipeline-errors.js'
import { planPipeline } from './plan-pipeline.js'
import { runStep, type StepRunner } from './run-step.js'
import { outputOf, type StepOutput } from './step-output.js'

/**
 * Rows in memory through steps, nothing of which is kept. The given tables are what extract steps would be in a pipeline.
 *
 * @returns the rows of the last step
 */
export async function transformRows(context: RequestContext, tables: Readonly<Record<string, Dataset>>, steps: readonly PipelineStep[], runner: StepRunner & RowsOptions): Promise<Dataset> {
  const extracts: PipelineStep[] = Object.entries(tables).map(([name, { columns }]) => ({
    name, kind: 'extract', dataset: 'given', schema: Object.fromEntries([...columns].map(([column, { kind }]) => [column, kind])),
  }))
  const beyond = steps.find(({ kind }) => kind === 'extract' || kind === 'load')
  if (beyond) throw pipelineInvalid({ step: beyond.name }, `Expected steps that change rows in memory, got one of kind ${beyond.kind}. Run a pipeline for that.`)
  const parsed = parseDefinition({ name: 'transform', steps: [...extracts, ...steps] })
  const columnsOf = (name: string) => [...tables[name]!.columns].map(([column, { kind }]) => ({ name: column, kind }))
  const planned = await planPipeline(parsed, { functions: runner.functions, columnsOf: (step) => Promise.resolve(columnsOf(step.name)) })
  const outputs = new Map<string, StepOutput>()
  for (const [name, table] of Object.entries(tables)) outputs.set(name, outputOf(await keepDataset(context, table, runner)))
  for (const plan of planned) {
    if (plan.step.kind === 'extract') continue
    outputs.set(plan.step.name, await runStep(context, plan, new Map(plan.step.inputs.map((name) => [name, outputs.get(name)!.manifest])), runner))
  }
  return collectRows(context, outputs.get(steps.at(-1)?.name ?? Object.keys(tables)[0]!)!.manifest, runner)
}
