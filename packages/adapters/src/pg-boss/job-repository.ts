import { type Job, type JobContent, type JobFilter, type JobProgress, type JobState, type TenantId, tenantKey } from '@motadata/core'
import type { Selectable, Transaction } from 'kysely'
import type { KyselyDatabase } from '../sql/kysely-database.js'
import type { JobFailure } from './job-failure.js'
import type { JobRow, JobTables } from './job-table.js'

/** All but the payload, which may be large and concerns the handler only. */
export const jobColumns = [
  'id', 'kind', 'state', 'stage', 'share', 'attempt', 'result', 'error_code', 'error_message', 'created_at', 'started_at', 'ended_at',
] as const satisfies readonly (keyof JobRow)[]

type StoredJob = Pick<Selectable<JobRow>, (typeof jobColumns)[number]>

/** The rows of `jobs.job`. Changes of a running job name its attempt, so that a worker that lost it changes nothing. */
export class JobRepository {
  readonly #database: KyselyDatabase

  constructor(database: KyselyDatabase) {
    this.#database = database
  }

  find(tenantId: TenantId, id: string): Promise<Job | undefined> {
    return this.#database.withTenant(tenantId, async (transaction: Transaction<JobTables>) => {
      const row = await transaction.selectFrom('jobs.job').select(jobColumns).where('tenant_id', '=', tenantId).where('id', '=', id).executeTakeFirst()
      return row && toJob(row)
    })
  }

  /** Newest first. */
  list(tenantId: TenantId, filter: Pick<JobFilter, 'kind' | 'state'> & { readonly limit: number; readonly beforeId?: string }): Promise<Job[]> {
    return this.#database.withTenant(tenantId, async (transaction: Transaction<JobTables>) => {
      let query = transaction.selectFrom('jobs.job').select(jobColumns).where('tenant_id', '=', tenantId)
      if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
      if (filter.state !== undefined) query = query.where('state', '=', filter.state)
      if (filter.beforeId !== undefined) query = query.where('id', '<', filter.beforeId)
      const rows = await query.orderBy('id', 'desc').limit(filter.limit).execute()
      return rows.map(toJob)
    })
  }

  /**
   * Takes a job on for one more attempt. The queue counts a tenant's running jobs before it hands one out, but two processes that ask
   * at once both count too few, so they are counted here again, one starter at a time.
   *
   * @returns undefined when the job has ended, as by a cancellation; `crowded` when the tenant runs as many of the kind as it may
   */
  start(
    tenantId: TenantId,
    kind: string,
    id: string,
    options: { readonly at: Date; readonly mostOfTenant: number },
  ): Promise<StartedJob | 'crowded' | undefined> {
    const key = tenantKey(tenantId, 'jobs', kind)
    return this.#database.withTenantLocked(tenantId, key, async (transaction: Transaction<JobTables>) => {
      const { crowded, attempt, payload } = await transaction
        .with('running', (query) =>
          query
            .selectFrom('jobs.job')
            .select(({ eb, fn }) => eb(fn.countAll(), '>=', options.mostOfTenant).as('crowded'))
            .where('tenant_id', '=', tenantId)
            .where('kind', '=', kind)
            .where('state', '=', 'running')
            .where('id', '!=', id),
        )
        .with('started', (query) =>
          query
            .updateTable('jobs.job')
            .set((row) => ({
              state: 'running' as const,
              attempt: row('attempt', '+', 1),
              started_at: row.fn.coalesce('started_at', row.val(options.at)),
              stage: 'starting',
              share: 0,
            }))
            .where('tenant_id', '=', tenantId)
            .where('id', '=', id)
            .where('state', 'in', ['queued', 'running'])
            .where(({ not, selectFrom }) => not(selectFrom('running').select('crowded').$asScalar()))
            .returning(['payload', 'attempt']),
        )
        .selectFrom('running')
        .leftJoin('started', (join) => join.onTrue())
        .select(['crowded', 'attempt', 'payload'])
        .executeTakeFirstOrThrow()
      if (crowded) return 'crowded'
      return attempt === null ? undefined : { payload, attempt }
    })
  }

  reportProgress(tenantId: TenantId, id: string, attempt: number, progress: JobProgress): Promise<void> {
    return this.#change(tenantId, id, attempt, { stage: progress.stage, share: progress.share })
  }

  succeed(tenantId: TenantId, id: string, attempt: number, result: string, at: Date): Promise<void> {
    return this.#change(tenantId, id, attempt, { state: 'succeeded', stage: 'done', share: 1, result, ended_at: at })
  }

  fail(tenantId: TenantId, id: string, attempt: number, failure: JobFailure, at: Date): Promise<void> {
    return this.#change(tenantId, id, attempt, { state: 'failed', error_code: failure.code, error_message: failure.message, ended_at: at })
  }

  /** Back to waiting, for the next attempt. */
  requeue(tenantId: TenantId, id: string, attempt: number): Promise<void> {
    return this.#change(tenantId, id, attempt, { state: 'queued', stage: 'waiting for another attempt' })
  }

  /** Back to waiting, of a job whose process died. */
  async requeueOrphan(tenantId: TenantId, id: string): Promise<void> {
    await this.#database.withTenant(tenantId, (transaction: Transaction<JobTables>) =>
      transaction
        .updateTable('jobs.job')
        .set({ state: 'queued', stage: 'waiting for another attempt' })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .where('state', '=', 'running')
        .execute(),
    )
  }

  /** The tenant's jobs that wait or run, oldest first. */
  unfinished(tenantId: TenantId): Promise<readonly { readonly id: string; readonly kind: string; readonly queue_id: string }[]> {
    return this.#database.withTenant(tenantId, (transaction: Transaction<JobTables>) =>
      transaction
        .selectFrom('jobs.job')
        .select(['id', 'kind', 'queue_id'])
        .where('tenant_id', '=', tenantId)
        .where('state', 'in', ['queued', 'running'])
        .orderBy('id')
        .execute(),
    )
  }

  /** Payloads of those of a kind that wait, run, or ended after a time, with their ids; some of them, in the order of ids. */
  payloads(tenantId: TenantId, kind: string, page: { readonly endedAfter: Date; readonly afterId: string; readonly limit: number }): Promise<readonly { readonly id: string; readonly payload: unknown }[]> {
    return this.#database.withTenant(tenantId, (transaction: Transaction<JobTables>) =>
      transaction
        .selectFrom('jobs.job')
        .select(['id', 'payload'])
        .where('tenant_id', '=', tenantId)
        .where('kind', '=', kind)
        .where('id', '>', page.afterId)
        .where((where) => where.or([where('ended_at', 'is', null), where('ended_at', '>', page.endedAfter)]))
        .orderBy('id')
        .limit(page.limit)
        .execute(),
    )
  }

  /** All that jobs carry; some of them, in the order of ids. */
  contents(tenantId: TenantId, page: { readonly afterId: string; readonly limit: number }): Promise<readonly JobContent[]> {
    return this.#database.withTenant(tenantId, async (transaction: Transaction<JobTables>) => {
      const rows = await transaction.selectFrom('jobs.job').select(['id', 'kind', 'payload', 'idempotency_key', 'result', 'error_message'])
        .where('tenant_id', '=', tenantId).where('id', '>', page.afterId).orderBy('id').limit(page.limit).execute()
      return rows.map(({ id, kind, payload, idempotency_key, result, error_message }) => ({
        id, kind, payload,
        ...(idempotency_key === null ? {} : { idempotencyKey: idempotency_key }),
        ...(result === null ? {} : { result }),
        ...(error_message === null ? {} : { errorMessage: error_message }),
      }))
    })
  }

  countEnded(tenantId: TenantId, before: Date): Promise<number> {
    return this.#database.withTenant(tenantId, async (transaction: Transaction<JobTables>) => {
      const row = await transaction.selectFrom('jobs.job').select(({ fn }) => fn.countAll().as('count')).where('tenant_id', '=', tenantId).where('ended_at', '<', before).executeTakeFirstOrThrow()
      return Number(row.count)
    })
  }

  /** @returns how many there were, `limit` at most */
  deleteEnded(tenantId: TenantId, before: Date, limit: number): Promise<number> {
    return this.#database.withTenant(tenantId, async (transaction: Transaction<JobTables>) => {
      const ended = transaction.selectFrom('jobs.job').select('id').where('tenant_id', '=', tenantId).where('ended_at', '<', before).limit(limit)
      const { numDeletedRows } = await transaction.deleteFrom('jobs.job').where('tenant_id', '=', tenantId).where('id', 'in', ended).executeTakeFirst()
      return Number(numDeletedRows)
    })
  }

  /** Ends a job that the queue has given up, whatever its attempt. */
  async abandon(tenantId: TenantId, id: string, failure: JobFailure, at: Date): Promise<void> {
    await this.#database.withTenant(tenantId, (transaction: Transaction<JobTables>) =>
      transaction
        .updateTable('jobs.job')
        .set({ state: 'failed', error_code: failure.code, error_message: failure.message, ended_at: at })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .where('state', 'in', ['queued', 'running'])
        .execute(),
    )
  }

  async #change(tenantId: TenantId, id: string, attempt: number, values: RunningChange): Promise<void> {
    await this.#database.withTenant(tenantId, (transaction: Transaction<JobTables>) =>
      transaction
        .updateTable('jobs.job')
        .set(values)
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .where('state', '=', 'running')
        .where('attempt', '=', attempt)
        .execute(),
    )
  }
}

export interface StartedJob {
  readonly payload: unknown
  readonly attempt: number
}

interface RunningChange {
  readonly state?: JobState
  readonly stage?: string
  readonly share?: number
  readonly result?: string
  readonly error_code?: JobFailure['code']
  readonly error_message?: string
  readonly ended_at?: Date
}

export function toJob(row: StoredJob): Job {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    progress: { stage: row.stage, share: row.share },
    attempt: row.attempt,
    createdAt: row.created_at,
    ...(row.started_at ? { startedAt: row.started_at } : {}),
    ...(row.ended_at ? { endedAt: row.ended_at } : {}),
    ...(row.state === 'succeeded' ? { result: row.result } : {}),
    ...(row.error_code ? { error: { code: row.error_code, message: row.error_message ?? '' } } : {}),
  }
}
