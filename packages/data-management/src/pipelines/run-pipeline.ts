import { setTimeout as pause } from 'node:timers/promises'
import { type Clock, isMLError, type RequestContext, throwIfEnded } from '@motadata/core'
import type { DatasetVersion } from '../catalogue/dataset-version.js'
import { decodeManifest, type DatasetManifest } from '../parts/dataset-manifest.js'
import type { PlannedStep } from '../steps/step-plan.js'
import { type LoadParts, loadVersion } from './load-version.js'
import type { LoadStep } from './pipeline-definition.js'
import { stepCancelled } from './pipeline-errors.js'
import { mayGoBetter } from './run-error.js'
import type { RunRepository, StartedRun } from './run-repository.js'
import { runStep, type StepRunner } from './run-step.js'
import { type StepCache, stepKey } from './step-cache.js'
import { outputOf, rowCountOf, type StepOutput } from './step-output.js'

/** What a run of a pipeline stands on. */
export interface PipelineRunner extends StepRunner, LoadParts {
  readonly runs: RunRepository
  readonly cache: StepCache
  readonly clock: Clock
  readonly onProgress?: (progress: { readonly step: string; readonly share: number }) => void
}

/** How the rows of a step came about. */
interface Finished {
  readonly output: StepOutput
  readonly fromCache: boolean
  readonly version?: DatasetVersion
}

const defaultAttempts = 3
const defaultDelayMs = 200

/**
 * Runs the steps of a plan one after another, each behind its inputs. What a step made is kept before the next begins, so whoever runs it
 * again goes on behind the last step that finished; a load has the run and the step for its key, and makes one version.
 *
 * @param versions - That extract steps read, by the steps' names.
 * @throws MLError of the step that failed, `CANCELLED`
 */
export async function runPipeline(context: RequestContext, run: StartedRun & { readonly pipeline: string }, plan: { readonly steps: readonly PlannedStep[]; readonly versions: ReadonlyMap<string, DatasetVersion> }, runner: PipelineRunner): Promise<void> {
  const { runs, clock } = runner
  const outputs = new Map<string, StepOutput>()
  for (const [at, planned] of plan.steps.entries()) {
    const { name } = planned.step
    throwIfEnded(context, clock.nowMs())
    runner.onProgress?.({ step: name, share: at / plan.steps.length })
    if (!(await runs.changeStep(context, run, name, { state: 'running', started_at: new Date(clock.nowMs()), ended_at: null }))) throw stepCancelled()
    try {
      const { output, fromCache, version } = await retried(context, planned, run, runner, () => finish(context, planned, { run, outputs, versions: plan.versions, runner }))
      outputs.set(name, output)
      await runs.changeStep(context, run, name, {
        state: 'succeeded', ended_at: new Date(clock.nowMs()), from_cache: fromCache, row_count: rowCountOf(output.manifest), fingerprint: output.fingerprint,
        report: output.report ? JSON.stringify(output.report) : null, ...(version ? { dataset: version.name, dataset_version: version.version } : {}),
      })
    } catch (error) {
      const report = isMLError(error, 'PIPELINE_VALIDATION_FAILED') ? { report: JSON.stringify(error.details.report) } : {}
      if (!isMLError(error, 'CANCELLED')) await runs.changeStep(context, run, name, { state: 'failed', ended_at: new Date(clock.nowMs()), ...report })
      throw error
    }
  }
  runner.onProgress?.({ step: 'done', share: 1 })
}

interface Running {
  readonly run: StartedRun & { readonly pipeline: string }
  readonly outputs: ReadonlyMap<string, StepOutput>
  readonly versions: ReadonlyMap<string, DatasetVersion>
  readonly runner: PipelineRunner
}

async function finish(context: RequestContext, planned: PlannedStep, running: Running): Promise<Finished> {
  const { step } = planned
  if (step.kind === 'extract') return extract(context, planned, running.versions.get(step.name)!, running)
  if (step.kind === 'load') return load(context, step, running)
  const { run, outputs, runner } = running
  const inputs = step.inputs.map((name) => ({ name, output: outputs.get(name)! }))
  const onlyThisRun = planned.isVolatile || !run.useCache
  const key = stepKey({ planned, inputs: inputs.map(({ name, output }) => ({ name, fingerprint: output.fingerprint })), functions: runner.functions, ...(onlyThisRun ? { runId: run.id } : {}) })
  const found = await runner.cache.find(context, key)
  if (found) return { output: found, fromCache: true }
  const output = await runStep(context, planned, new Map(inputs.map(({ name, output: { manifest } }) => [name, manifest])), runner)
  await runner.cache.keep(context, key, output)
  return { output, fromCache: false }
}

/** A version's parts as they lie, of the columns asked for. */
async function extract(context: RequestContext, { columns }: PlannedStep, version: DatasetVersion, { runner }: Running): Promise<Finished> {
  const { parts } = decodeManifest(await runner.artifacts.get(context.tenantId, version.fingerprint))
  const manifest: DatasetManifest = { format: 'dataset/1', columns, parts }
  return { output: outputOf(manifest), fromCache: false, version }
}

async function load(context: RequestContext, step: LoadStep & { readonly inputs: readonly string[] }, { run, outputs, versions, runner }: Running): Promise<Finished> {
  const output = outputs.get(step.inputs[0]!)!
  const sources = [...new Map([...versions.values()].map(({ name, version, fingerprint }) => [`${name}@${version}`, { dataset: name, version, fingerprint }])).values()]
  const version = await loadVersion(context, {
    step, rows: output.manifest, origin: { pipeline: run.pipeline, runId: run.id, sources }, idempotencyKey: `pipeline-run/${run.id}/${step.name}`,
  }, runner)
  await runner.runs.noteLineage(context, run, [{ step: step.name, direction: 'output', dataset: version.name, version: version.version, fingerprint: version.fingerprint }])
  return { output: { manifest: output.manifest, fingerprint: output.fingerprint }, fromCache: false, version }
}

/** Tries again what the outside world or an unknown error stopped, each time after twice the pause; what is wrong with data or step fails at once. */
async function retried<Result>(context: RequestContext, { step }: PlannedStep, run: StartedRun, { runs }: PipelineRunner, work: () => Promise<Result>): Promise<Result> {
  const { attempts = defaultAttempts, delayMs = defaultDelayMs } = step.retry ?? {}
  for (let attempt = 1; ; attempt++) {
    await runs.changeStep(context, run, step.name, { attempt })
    try {
      return await work()
    } catch (error) {
      if (attempt >= attempts || !mayGoBetter(error)) throw error
      await pause(delayMs * 2 ** (attempt - 1), undefined, context.signal ? { signal: context.signal } : {}).catch(() => {
        throw stepCancelled()
      })
    }
  }
}
