import { type Clock, DataManagementError, isMLError, type JobQueue, type Logger, PlatformError, type RequestContext, type PageRequest } from '@motadata/core'
import type { DatasetCatalogue } from '../catalogue/dataset-catalogue.js'
import type { DatasetVersion } from '../catalogue/dataset-version.js'
import type { LineageSink } from '../lineage/lineage-sink.js'
import { type OpenLineageEvent, runLineageEvent } from '../lineage/open-lineage-event.js'
import { parseDefinition } from './parse-definition.js'
import type { ExtractStep, PipelineDefinition } from './pipeline-definition.js'
import type { PipelineRun, PipelineRunPage } from './pipeline-run.js'
import { planPipeline } from './plan-pipeline.js'
import { mayGoBetter, runErrorOf } from './run-error.js'
import { type PipelineRunner, runPipeline } from './run-pipeline.js'
import type { RunRepository, StartedRun } from './run-repository.js'

/** How far a run is: never falls. */
export interface PipelineProgress {
  /** The step that runs, `done` at the end. */
  readonly step: string
  /** Of the steps, 0..1. */
  readonly share: number
}

export interface PipelineRunsOptions extends Omit<PipelineRunner, 'onProgress' | 'nowMs'> {
  readonly catalogue: DatasetCatalogue
  readonly runs: RunRepository
  readonly clock: Clock
  readonly logger: Logger
  readonly jobs?: JobQueue
  readonly lineage?: LineageSink
  readonly lineageNamespace: string
}

/** Runs of pipelines from their beginning to their end, wherever they are worked on. */
export class PipelineRuns {
  readonly #options: PipelineRunsOptions
  readonly #here = new Map<string, AbortController>()

  constructor(options: PipelineRunsOptions) {
    this.#options = options
  }

  /** Enters a run that waits; the same id again changes nothing. */
  async enter(context: RequestContext, id: string, definition: PipelineDefinition, useCache: boolean): Promise<void> {
    await this.#options.runs.enter(context, { id, pipeline: definition.name, definition, steps: parseDefinition(definition).steps, useCache })
  }

  /**
   * Works on a run until it ends. One that has ended stays as it is.
   *
   * @param options.isLast - Whether an error of the outside world ends it too, because nobody will try again.
   * @throws MLError of the step that failed, `CANCELLED`
   */
  async work(given: RequestContext, pipeline: string, id: string, options: { readonly isLast: boolean; readonly onProgress?: (progress: PipelineProgress) => void }): Promise<PipelineRun> {
    const { runs, logger } = this.#options
    const cancel = new AbortController()
    const key = `${given.tenantId}/${id}`
    const context: RequestContext = { ...given, signal: given.signal ? AbortSignal.any([given.signal, cancel.signal]) : cancel.signal }
    this.#here.set(key, cancel)
    try {
      const run = await runs.start(context, id)
      if (run) await this.#attempt(context, { ...run, pipeline }, options)
      return await runs.get(context, pipeline, id)
    } catch (error) {
      if (!isMLError(error)) logger.error({ tenantId: given.tenantId, runId: id, error }, 'a run of a data pipeline stopped on an unexpected error')
      throw error
    } finally {
      this.#here.delete(key)
    }
  }

  /** As it is, after what became of its job. @throws DataManagementError `PIPELINE_RUN_NOT_FOUND` */
  async get(context: RequestContext, pipeline: string, id: string): Promise<PipelineRun> {
    return this.#settled(context, await this.#options.runs.get(context, pipeline, id))
  }

  async list(context: RequestContext, pipeline: string, page: PageRequest): Promise<PipelineRunPage> {
    const { runs, ...rest } = await this.#options.runs.list(context, pipeline, page)
    return { ...rest, runs: await Promise.all(runs.map((run) => this.#settled(context, run))) }
  }

  /** @throws DataManagementError `PIPELINE_RUN_NOT_FOUND`; PlatformError `JOB_NOT_CANCELLABLE` when it has ended */
  async cancel(context: RequestContext, pipeline: string, id: string): Promise<PipelineRun> {
    const { runs, jobs } = this.#options
    const run = await this.get(context, pipeline, id)
    if (run.endedAt) {
      throw new PlatformError('JOB_NOT_CANCELLABLE', `Expected a run that waits or runs, got one that has ${run.state === 'cancelled' ? 'been cancelled' : run.state} already.`, { details: { state: run.state } })
    }
    await jobs?.cancel(context, id).catch((error: unknown) => {
      if (!isMLError(error, 'JOB_NOT_FOUND') && !isMLError(error, 'JOB_NOT_CANCELLABLE')) throw error
    })
    await runs.end(context, { id }, 'cancelled')
    this.#here.get(`${context.tenantId}/${id}`)?.abort()
    await this.#emit(context, run, { eventType: 'ABORT' })
    return runs.get(context, pipeline, id)
  }

  async #attempt(context: RequestContext, run: StartedRun & { readonly pipeline: string }, { isLast, onProgress }: { readonly isLast: boolean; readonly onProgress?: (progress: PipelineProgress) => void }): Promise<void> {
    const { runs, cache, clock, catalogue } = this.#options
    let inputs: readonly DatasetVersion[] = []
    try {
      const parsed = parseDefinition(run.definition)
      const versions = await this.#pin(context, run, parsed.steps.filter((step) => step.kind === 'extract'))
      inputs = [...versions.values()]
      const steps = await planPipeline(parsed, { columnsOf: (step) => Promise.resolve(versions.get(step.name)!.columns), functions: this.#options.functions })
      if (run.attempt === 1) await this.#emit(context, run, { eventType: 'START', inputs })
      await runPipeline(context, run, { steps, versions }, { ...this.#options, nowMs: () => clock.nowMs(), ...(onProgress ? { onProgress } : {}) })
      await runs.end(context, run, 'succeeded')
      const made = (await runs.lineage(context, run)).filter(({ direction }) => direction === 'output')
      const outputs = await Promise.all(made.map(({ dataset, version }) => catalogue.getVersion(context, { name: dataset, version })))
      await this.#emit(context, await runs.get(context, run.pipeline, run.id), { eventType: 'COMPLETE', inputs, outputs })
      await cache.forgetUnused(context)
    } catch (error) {
      if (isMLError(error, 'CANCELLED')) {
        // of a job: the one who cancelled it has said so, or its process stops and another goes on
        if (isLast) await runs.end(context, run, 'cancelled')
      } else if (isLast || !mayGoBetter(error)) {
        const failure = runErrorOf(error)
        await runs.end(context, run, 'failed', failure)
        await this.#emit(context, await runs.get(context, run.pipeline, run.id), { eventType: 'FAIL', inputs, error: failure.message })
      }
      throw error
    }
  }

  /** The versions that extract steps read: those of the first attempt, however many there are. */
  async #pin(context: RequestContext, run: StartedRun, steps: readonly ExtractStep[]): Promise<ReadonlyMap<string, DatasetVersion>> {
    const { catalogue, runs } = this.#options
    const find = async ({ name: step, dataset, version }: ExtractStep): Promise<DatasetVersion> => {
      try {
        return await catalogue.getVersion(context, { name: dataset, ...(version === undefined ? {} : { version }) })
      } catch (error) {
        if (!isMLError(error)) throw error
        throw new DataManagementError(error.code, `Step '${step}': ${error.message}`, { details: { ...error.details, step }, cause: error })
      }
    }
    const found = await Promise.all(steps.map(async (step) => ({ step: step.name, version: await find(step) })))
    await runs.noteLineage(context, run, found.map(({ step, version: { name, version, fingerprint } }) => ({ step, direction: 'input' as const, dataset: name, version, fingerprint })))
    const pinned = new Map((await runs.lineage(context, run)).filter(({ direction }) => direction === 'input').map(({ step, version }) => [step, version]))
    return new Map(await Promise.all(steps.map(async (step) => [step.name, await find({ ...step, version: pinned.get(step.name)! })] as const)))
  }

  /** What a job ended with of which the run was not told: its process died. */
  async #settled(context: RequestContext, run: PipelineRun): Promise<PipelineRun> {
    const { jobs, runs } = this.#options
    if (run.endedAt || !jobs) return run
    const job = await jobs.get(context, run.id).catch((error: unknown) => {
      if (isMLError(error, 'JOB_NOT_FOUND')) return undefined
      throw error
    })
    if (job?.state !== 'cancelled' && job?.state !== 'failed') return run
    await runs.end(context, run.attempt === 0 ? { id: run.id } : { id: run.id, attempt: run.attempt }, job.state, job.error)
    return runs.get(context, run.pipeline, run.id)
  }

  async #emit(context: RequestContext, run: Pick<PipelineRun, 'id' | 'pipeline' | 'steps'>, outcome: { readonly eventType: OpenLineageEvent['eventType']; readonly inputs?: readonly DatasetVersion[]; readonly outputs?: readonly DatasetVersion[]; readonly error?: string }): Promise<void> {
    const { lineage, lineageNamespace, clock, logger } = this.#options
    if (!lineage) return
    const event = runLineageEvent(run, { inputs: [], outputs: [], ...outcome, atMs: clock.nowMs(), namespace: `${lineageNamespace}/${context.tenantId}` })
    await lineage.emit(context, event).catch((error: unknown) => logger.warn({ tenantId: context.tenantId, runId: run.id, error }, 'an event of lineage could not be sent'))
  }
}
