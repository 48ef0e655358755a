import type { Clock, Database, RequestContext } from '@motadata/core'
import { decodePageToken, encodePageToken, pageLimit, type PageRequest } from '@motadata/core'
import type { Transaction, Updateable } from 'kysely'
import { type PipelineLineageTable, type PipelineStepRunTable, type PipelineTables, toPipelineRun } from '../storage/pipeline-tables.js'
import type { LinkedPipelineStep } from './parse-definition.js'
import type { PipelineDefinition } from './pipeline-definition.js'
import { pipelineRunNotFound } from './pipeline-errors.js'
import type { PipelineRun, PipelineRunPage } from './pipeline-run.js'

/** A run that is asked for. */
export interface RunRequest {
  readonly id: string
  readonly pipeline: string
  readonly definition: PipelineDefinition
  readonly steps: readonly LinkedPipelineStep[]
  readonly useCache: boolean
}

/** A run that a process has taken on. Its changes name the attempt, so that one that was taken over changes nothing any more. */
export interface StartedRun {
  readonly id: string
  readonly attempt: number
  readonly definition: PipelineDefinition
  readonly useCache: boolean
  readonly steps: PipelineRun['steps']
}

/** That a step read a version of a dataset, or made it. */
export type LineageEntry = Omit<PipelineLineageTable, 'tenant_id' | 'run_id'>

/** Runs of pipelines and their steps, of the context's tenant. */
export class RunRepository {
  readonly #database: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  /** Enters a run that waits; one that is there already stays as it is. */
  async enter(context: RequestContext, { id, pipeline, definition, steps, useCache }: RunRequest): Promise<void> {
    const { tenantId } = context
    await this.#database.withTenant(tenantId, async (transaction: Transaction<PipelineTables>) => {
      const { numInsertedOrUpdatedRows } = await transaction.insertInto('data_management.pipeline_run').values({
        tenant_id: tenantId, id, pipeline, definition: JSON.stringify(definition), use_cache: useCache, state: 'queued', attempt: 0,
        requested_by: context.principal.id, error: null, created_at: this.#now(), started_at: null, ended_at: null,
      }).onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing()).executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows === 0n) return
      await transaction.insertInto('data_management.pipeline_step_run').values(steps.map(({ name, kind, inputs }, position) => ({
        tenant_id: tenantId, run_id: id, step: name, position, kind, inputs: JSON.stringify(inputs), state: 'waiting' as const, from_cache: false, attempt: 0,
        row_count: null, fingerprint: null, dataset: null, dataset_version: null, report: null, started_at: null, ended_at: null,
      }))).execute()
    })
  }

  /** Takes a run on for one more attempt; undefined when it has ended. */
  async start(context: RequestContext, id: string): Promise<StartedRun | undefined> {
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<PipelineTables>) => {
      const row = await transaction.updateTable('data_management.pipeline_run')
        .set((run) => ({ state: 'running' as const, attempt: run('attempt', '+', 1), started_at: run.fn.coalesce('started_at', run.val(this.#now())) }))
        .where('id', '=', id).where('state', 'in', ['queued', 'running']).returningAll().executeTakeFirst()
      if (!row) return undefined
      const steps = await transaction.selectFrom('data_management.pipeline_step_run').selectAll().where('run_id', '=', id).orderBy('position').execute()
      return { id, attempt: row.attempt, definition: row.definition, useCache: row.use_cache, steps: toPipelineRun(row, steps).steps }
    })
  }

  /** @returns whether the run still was this attempt's to change */
  async changeStep(context: RequestContext, run: Pick<StartedRun, 'id' | 'attempt'>, step: string, values: Updateable<PipelineStepRunTable>): Promise<boolean> {
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<PipelineTables>) => {
      if (!(await this.#holds(transaction, run))) return false
      await transaction.updateTable('data_management.pipeline_step_run').set(values).where('run_id', '=', run.id).where('step', '=', step).execute()
      return true
    })
  }

  /** Writes down which versions steps read or made; what is written stays. */
  async noteLineage(context: RequestContext, { id }: Pick<StartedRun, 'id'>, entries: readonly LineageEntry[]): Promise<void> {
    if (entries.length === 0) return
    await this.#database.withTenant(context.tenantId, async (transaction: Transaction<PipelineTables>) => {
      await transaction.insertInto('data_management.pipeline_lineage').values(entries.map((entry) => ({ tenant_id: context.tenantId, run_id: id, ...entry })))
        .onConflict((conflict) => conflict.columns(['tenant_id', 'run_id', 'step']).doNothing()).execute()
    })
  }

  /** Which versions the steps of a run read or made. */
  async lineage(context: RequestContext, { id }: Pick<StartedRun, 'id'>): Promise<readonly LineageEntry[]> {
    return this.#database.withTenant(context.tenantId, (transaction: Transaction<PipelineTables>) =>
      transaction.selectFrom('data_management.pipeline_lineage').select(['step', 'direction', 'dataset', 'version', 'fingerprint']).where('run_id', '=', id).orderBy('step').execute())
  }

  /** Ends a run, whoever works on it, or only where an attempt still does. */
  async end(context: RequestContext, run: { readonly id: string; readonly attempt?: number }, state: 'succeeded' | 'failed' | 'cancelled', error?: PipelineRun['error']): Promise<void> {
    await this.#database.withTenant(context.tenantId, async (transaction: Transaction<PipelineTables>) => {
      let query = transaction.updateTable('data_management.pipeline_run').set({ state, ended_at: this.#now(), error: error ? JSON.stringify(error) : null })
        .where('id', '=', run.id).where('state', 'in', ['queued', 'running'])
      if (run.attempt !== undefined) query = query.where('attempt', '=', run.attempt)
      await query.execute()
    })
  }

  /** @throws DataManagementError `PIPELINE_RUN_NOT_FOUND` */
  async get(context: RequestContext, pipeline: string, id: string): Promise<PipelineRun> {
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<PipelineTables>) => {
      const row = await transaction.selectFrom('data_management.pipeline_run').selectAll().where('id', '=', id).where('pipeline', '=', pipeline).executeTakeFirst()
      if (!row) throw pipelineRunNotFound(pipeline, id)
      const steps = await transaction.selectFrom('data_management.pipeline_step_run').selectAll().where('run_id', '=', id).orderBy('position').execute()
      return toPipelineRun(row, steps)
    })
  }

  /** Newest first. @throws MLError `INPUT_INVALID` */
  async list(context: RequestContext, pipeline: string, page: PageRequest): Promise<PipelineRunPage> {
    const limit = pageLimit(page.limit)
    const before = page.pageToken === undefined ? undefined : decodePageToken(page.pageToken, /^[\w-]{1,64}$/)
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<PipelineTables>) => {
      let query = transaction.selectFrom('data_management.pipeline_run').selectAll().where('pipeline', '=', pipeline)
      if (before !== undefined) query = query.where('id', '<', before)
      const rows = await query.orderBy('id', 'desc').limit(limit + 1).execute()
      const shown = rows.slice(0, limit)
      if (shown.length === 0) return { runs: [] }
      const steps = await transaction.selectFrom('data_management.pipeline_step_run').selectAll().where('run_id', 'in', shown.map(({ id }) => id)).orderBy('position').execute()
      const runs = shown.map((row) => toPipelineRun(row, steps.filter(({ run_id: runId }) => runId === row.id)))
      return { runs, ...(rows.length > limit ? { nextPageToken: encodePageToken(runs.at(-1)!.id) } : {}) }
    })
  }

  async #holds(transaction: Transaction<PipelineTables>, { id, attempt }: Pick<StartedRun, 'id' | 'attempt'>): Promise<boolean> {
    const row = await transaction.selectFrom('data_management.pipeline_run').select('id').where('id', '=', id).where('attempt', '=', attempt).where('state', '=', 'running').forShare().executeTakeFirst()
    return row !== undefined
  }

  #now(): Date {
    return new Date(this.#clock.nowMs())
  }
}
