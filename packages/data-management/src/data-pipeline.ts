import {
  type ArtifactOwner, type ColumnKinds, type Dataset, type DatasetInput, type JobQueue, type JobSchedule, MLError, type Platform, type RequestContext, toDataset, type PageRequest,
} from '@motadata/core'
import { DatasetCatalogue } from './catalogue/dataset-catalogue.js'
import { parseDatasetName } from './catalogue/dataset-name.js'
import type { DatasetReference, DatasetVersion } from './catalogue/dataset-version.js'
import type { LineageSink } from './lineage/lineage-sink.js'
import { dataManagementMigrations } from './migrations/migrations.js'
import { type DatasetColumn, decodeManifest } from './parts/dataset-manifest.js'
import { collectRows, keepDataset } from './pipelines/dataset-rows.js'
import { loadVersion } from './pipelines/load-version.js'
import { parseDefinition, parsePipelineName } from './pipelines/parse-definition.js'
import { PipelineCatalogue } from './pipelines/pipeline-catalogue.js'
import type { LoadStep, PipelineDefinition, PipelineStep } from './pipelines/pipeline-definition.js'
import type { PipelineFunctions } from './pipelines/pipeline-function.js'
import { defaultPipelineLimits, type PipelineLimits } from './pipelines/pipeline-limits.js'
import type { PipelinePage, PipelineRun, PipelineRunPage, RegisteredPipeline } from './pipelines/pipeline-run.js'
import { type PipelineProgress, PipelineRuns } from './pipelines/pipeline-runs.js'
import { planPipeline } from './pipelines/plan-pipeline.js'
import { type PipelineJobPayload, pipelineJobKind } from './pipelines/pipeline-job.js'
import { RunRepository } from './pipelines/run-repository.js'
import { StepCache } from './pipelines/step-cache.js'
import { TransientArtifacts } from './pipelines/transient-artifacts.js'
import { transformRows } from './pipelines/transform-rows.js'

export interface DataPipelineOptions {
  /** That function steps call by their names. */
  readonly functions?: PipelineFunctions
  readonly limits?: Partial<PipelineLimits>
  /** Where events of runs go; default nowhere. */
  readonly lineage?: LineageSink
  /** In which jobs and datasets of events lie, each tenant's below it; default `motadata`. */
  readonly lineageNamespace?: string
}

export interface RunOptions {
  /** Whether what earlier runs made of the same rows may be taken; default yes. */
  readonly useCache?: boolean
}

/** The ports that pipelines stand on; without jobs they run in this process only. */
export type PipelinePlatform = Pick<Platform, 'database' | 'artifacts' | 'clock' | 'ids' | 'logger'> & Partial<Pick<Platform, 'jobs'>>

/**
 * Pipelines of data: steps that depend on each other, from datasets to datasets, checked before they run, run in an engine that reaches nothing
 * else, and kept step by step, so that nothing is done twice and a run that is cut off goes on where it was.
 *
 * A pipeline is JSON. Every step's columns are found out when it is defined: a column that is not there, a kind that does not fit or a cycle is
 * refused then, by step and column. What a step made is known by what it did and to which rows; the same again is taken from there.
 *
 * @example
 * const pipelines = await DataPipeline.open(platform)
 * await pipelines.define(context, { name: 'closed-tickets', steps: [
 *   { name: 'tickets', kind: 'extract', dataset: 'tickets' },
 *   { name: 'closed', kind: 'filter', where: "state = 'closed'" },
 *   { name: 'kept', kind: 'load', dataset: 'closed-tickets' },
 * ] })
 * const run = await pipelines.run(context, 'closed-tickets')
 */
export class DataPipeline implements ArtifactOwner {
  readonly #platform: PipelinePlatform
  readonly #functions: PipelineFunctions
  readonly #limits: PipelineLimits
  readonly #datasets: DatasetCatalogue
  readonly #pipelines: PipelineCatalogue
  readonly #cache: StepCache
  readonly #runs: PipelineRuns

  private constructor(platform: PipelinePlatform, { functions = {}, limits, lineage, lineageNamespace = 'motadata' }: DataPipelineOptions) {
    const { database, artifacts, clock, logger, jobs } = platform
    this.#platform = platform
    this.#functions = functions
    this.#limits = { ...defaultPipelineLimits, ...limits }
    this.#datasets = new DatasetCatalogue(database, clock)
    this.#pipelines = new PipelineCatalogue(database, clock)
    this.#cache = new StepCache(platform)
    this.#runs = new PipelineRuns({
      artifacts, clock, logger, functions, limits: this.#limits, catalogue: this.#datasets, cache: this.#cache, runs: new RunRepository(database, clock), lineageNamespace,
      ...(jobs ? { jobs } : {}), ...(lineage ? { lineage } : {}),
    })
  }

  /**
   * Brings the tables to their newest version and gives the pipelines.
   *
   * @throws MLError `MIGRATION_FAILED`
   */
  static async open(platform: PipelinePlatform, options: DataPipelineOptions = {}): Promise<DataPipeline> {
    await platform.database.migrate(dataManagementMigrations)
    return new DataPipeline(platform, options)
  }

  /**
   * Checks a pipeline and keeps it under its name; what was kept under it before is replaced, and runs that began go on as they were.
   *
   * @returns the pipeline, with the columns of each step
   * @throws MLError `NAME_INVALID`; `PIPELINE_INVALID` naming step and column for steps that are not as documented, do not fit together or depend on
   *   each other in a cycle; `PIPELINE_SQL_REFUSED` for SQL that reaches for more than its inputs; `DATASET_NOT_FOUND`, `DATASET_VERSION_NOT_FOUND`
   */
  async define(context: RequestContext, definition: PipelineDefinition): Promise<RegisteredPipeline> {
    const columns = await this.check(context, definition)
    const { name, description, steps } = definition
    return this.#pipelines.put(context, { name, ...(description === undefined ? {} : { description }), steps }, columns)
  }

  /** The columns that each step would have, found out without keeping anything. @throws MLError as {@link define} */
  async check(context: RequestContext, definition: PipelineDefinition): Promise<Readonly<Record<string, readonly DatasetColumn[]>>> {
    const parsed = parseDefinition(definition)
    const planned = await planPipeline(parsed, {
      functions: this.#functions,
      columnsOf: async ({ dataset, version }) => (await this.#datasets.getVersion(context, { name: dataset, ...(version === undefined ? {} : { version }) })).columns,
    })
    return Object.fromEntries(planned.map(({ step, columns }) => [step.name, columns]))
  }

  /** @throws MLError `NAME_INVALID`, `PIPELINE_NOT_FOUND` */
  async getPipeline(context: RequestContext, name: string): Promise<RegisteredPipeline> {
    return this.#pipelines.get(context, parsePipelineName(name))
  }

  /** Pipelines by name, in byte order. @throws MLError `INPUT_INVALID` */
  async listPipelines(context: RequestContext, page: PageRequest = {}): Promise<PipelinePage> {
    return this.#pipelines.list(context, page)
  }

  /** Deletes a pipeline with its runs; the datasets that they made stay. A run that is under way stops. @throws MLError `NAME_INVALID`, `PIPELINE_NOT_FOUND` */
  async deletePipeline(context: RequestContext, name: string): Promise<void> {
    await this.#platform.jobs?.unschedule(context, scheduleKey(parsePipelineName(name)))
    await this.#pipelines.delete(context, name)
  }

  /**
   * Runs a pipeline each time that cron says; a schedule that it has already is replaced. What was missed while no worker was there is made up for
   * by one run.
   *
   * @param schedule.timeZone - IANA; default UTC.
   * @throws MLError `NAME_INVALID`, `PIPELINE_NOT_FOUND`, `INPUT_INVALID` for what is no cron expression or time zone, `CONFIGURATION_INVALID`
   */
  async schedule(context: RequestContext, name: string, schedule: { readonly cron: string; readonly timeZone?: string; readonly useCache?: boolean }): Promise<JobSchedule> {
    await this.getPipeline(context, name)
    const { useCache = true, ...times } = schedule
    const payload: PipelineJobPayload = { pipeline: name, useCache }
    return this.#jobs().schedule(context, { ...times, key: scheduleKey(name), kind: pipelineJobKind, payload })
  }

  /** When it runs by itself, if it does. @throws MLError `NAME_INVALID` */
  async findSchedule(context: RequestContext, name: string): Promise<JobSchedule | undefined> {
    return this.#platform.jobs?.findSchedule(context, scheduleKey(parsePipelineName(name)))
  }

  /** Lets it run on request only. @throws MLError `NAME_INVALID`, `PIPELINE_NOT_FOUND`, `CONFIGURATION_INVALID` */
  async unschedule(context: RequestContext, name: string): Promise<void> {
    await this.getPipeline(context, name)
    await this.#jobs().unschedule(context, scheduleKey(name))
  }

  /**
   * Runs a pipeline here and now, to its end.
   *
   * @param pipeline - The name of one that is defined, or a definition, which is not kept.
   * @throws MLError of the step that failed (`PIPELINE_STEP_FAILED` naming step, column and row, `PIPELINE_VALIDATION_FAILED` with the report, `DATA_EMPTY`, `DATA_TOO_LARGE`,
   *   `DATASET_ARCHIVED`, `DATASET_SCHEMA_CHANGED`), as {@link define}, `CANCELLED`, `DEADLINE_EXCEEDED`
   */
  async run(context: RequestContext, pipeline: string | PipelineDefinition, { useCache = true, onProgress }: RunOptions & { readonly onProgress?: (progress: PipelineProgress) => void } = {}): Promise<PipelineRun> {
    const definition = typeof pipeline === 'string' ? (await this.getPipeline(context, pipeline)).definition : pipeline
    const id = this.#platform.ids.next()
    await this.#runs.enter(context, id, definition, useCache)
    return this.#runs.work(context, definition.name, id, { isLast: true, ...(onProgress ? { onProgress } : {}) })
  }

  /**
   * Goes on with a run whose process died, behind the last step that finished. One that has ended is given as it is.
   *
   * @throws MLError `PIPELINE_RUN_NOT_FOUND`, and as {@link run}
   */
  async resume(context: RequestContext, pipeline: string, runId: string): Promise<PipelineRun> {
    await this.getRun(context, pipeline, runId)
    return this.#runs.work(context, pipeline, runId, { isLast: true })
  }

  /**
   * Asks for a run, which a worker does.
   *
   * @param options.idempotencyKey - A second request for this pipeline with the same key gives the first one's run.
   * @returns the run, which waits
   * @throws MLError `NAME_INVALID`, `PIPELINE_NOT_FOUND`, `CONFIGURATION_INVALID` without a job queue, `INPUT_INVALID`
   */
  async start(context: RequestContext, name: string, { useCache = true, idempotencyKey }: RunOptions & { readonly idempotencyKey?: string } = {}): Promise<PipelineRun> {
    const jobs = this.#jobs()
    const { definition } = await this.getPipeline(context, name)
    const payload: PipelineJobPayload = { pipeline: name, useCache }
    const { id } = await jobs.enqueue(context, { kind: pipelineJobKind, payload, ...(idempotencyKey === undefined ? {} : { idempotencyKey: `${name}/${idempotencyKey}` }) })
    await this.#runs.enter(context, id, definition, useCache)
    return this.#runs.get(context, name, id)
  }

  /** Does the work of a job that {@link start} or a schedule asked for; called again after its process died, it goes on. */
  async work(context: RequestContext, runId: string, { pipeline, useCache }: PipelineJobPayload, onProgress: (progress: PipelineProgress) => void): Promise<PipelineRun> {
    const { definition } = await this.getPipeline(context, pipeline)
    await this.#runs.enter(context, runId, definition, useCache)
    return this.#runs.work(context, pipeline, runId, { isLast: false, onProgress })
  }

  /** @throws MLError `NAME_INVALID`, `PIPELINE_RUN_NOT_FOUND` */
  async getRun(context: RequestContext, pipeline: string, runId: string): Promise<PipelineRun> {
    return this.#runs.get(context, parsePipelineName(pipeline), String(runId))
  }

  /** Runs of a pipeline, newest first. @throws MLError `NAME_INVALID`, `PIPELINE_NOT_FOUND`, `INPUT_INVALID` */
  async listRuns(context: RequestContext, pipeline: string, page: PageRequest = {}): Promise<PipelineRunPage> {
    await this.getPipeline(context, pipeline)
    return this.#runs.list(context, pipeline, page)
  }

  /** Ends a run that has not ended; what its finished steps made stays. @throws MLError `NAME_INVALID`, `PIPELINE_RUN_NOT_FOUND`, `JOB_NOT_CANCELLABLE` */
  async cancelRun(context: RequestContext, pipeline: string, runId: string): Promise<PipelineRun> {
    return this.#runs.cancel(context, parsePipelineName(pipeline), String(runId))
  }

  /**
   * Rows of a version of a dataset, in memory.
   *
   * @throws MLError `NAME_INVALID`, `DATASET_NOT_FOUND`, `DATASET_VERSION_NOT_FOUND`, `COLUMN_MISSING`
   */
  async extract(context: RequestContext, reference: DatasetReference & { readonly columns?: readonly string[] }): Promise<Dataset> {
    const { columns: names, ...version } = reference
    const { fingerprint, columns, name } = await this.#datasets.getVersion(context, { ...version, name: parseDatasetName(version.name) })
    const { parts } = decodeManifest(await this.#platform.artifacts.get(context.tenantId, fingerprint))
    const wanted = names?.map((wantedName) => {
      const column = columns.find((one) => one.name === wantedName)
      if (!column) throw new MLError('COLUMN_MISSING', `Expected a column of '${name}', got '${wantedName.slice(0, 100)}'.`, { details: { column: wantedName.slice(0, 100) } })
      return column
    })
    return collectRows(context, { format: 'dataset/1', columns: wanted ?? columns, parts }, this.#rows())
  }

  /**
   * Rows in memory through steps; nothing is kept.
   *
   * @param rows - One table, which the first step takes, or tables by the names that steps call them by.
   * @returns the rows of the last step
   * @throws MLError `PIPELINE_INVALID`, `PIPELINE_SQL_REFUSED`, `PIPELINE_STEP_FAILED`, `PIPELINE_VALIDATION_FAILED`
   * @example
   * await pipelines.transform(context, { rows: tickets }, [{ name: 'slow', kind: 'filter', where: 'hours > 8' }])
   */
  async transform(context: RequestContext, rows: { readonly rows: DatasetInput; readonly columnKinds?: ColumnKinds } | { readonly tables: Readonly<Record<string, DatasetInput>> }, steps: readonly PipelineStep[]): Promise<Dataset> {
    const tables = 'rows' in rows ? { rows: toDataset(rows.rows, rows.columnKinds) } : Object.fromEntries(Object.entries(rows.tables).map(([name, table]) => [name, toDataset(table)]))
    return transformRows(context, tables, steps, { ...this.#rows(), artifacts: new TransientArtifacts(), functions: this.#functions })
  }

  /**
   * Keeps rows as the next version of a dataset.
   *
   * @throws MLError `NAME_INVALID`, `DATA_EMPTY`, `DATASET_ARCHIVED`, `DATASET_SCHEMA_CHANGED`
   */
  async load(context: RequestContext, rows: DatasetInput, target: Pick<LoadStep, 'dataset' | 'mode' | 'allow' | 'description'> & { readonly label?: string; readonly idempotencyKey?: string }): Promise<DatasetVersion> {
    const { label, idempotencyKey = `load/${this.#platform.ids.next()}`, ...step } = target
    parseDatasetName(step.dataset)
    const kept = await keepDataset(context, toDataset(rows), this.#rows())
    return loadVersion(context, { step: { ...step, name: 'load' }, rows: kept, origin: label === undefined ? {} : { label }, idempotencyKey }, { artifacts: this.#platform.artifacts, catalogue: this.#datasets })
  }

  /** Those of the hashes that something kept of a step needs: a sweep of artifacts leaves them. */
  neededArtifacts(context: RequestContext, hashes: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#cache.needed(context, hashes)
  }

  #jobs(): JobQueue {
    const { jobs } = this.#platform
    if (jobs) return jobs
    throw new MLError('CONFIGURATION_INVALID', 'Expected a job queue to run pipelines on, got none. Open the DataPipeline on a platform that has one.')
  }

  #rows() {
    return { artifacts: this.#platform.artifacts, limits: this.#limits, nowMs: () => this.#platform.clock.nowMs() }
  }
}

/** Names a pipeline's schedule among those of its tenant. */
function scheduleKey(pipeline: string): string {
  return `data-pipeline/${pipeline}`
}
