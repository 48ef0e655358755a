import { type Clock, type IdSource, type Job, type JobRequest, type JobSchedule, type Logger, platformContext, type RequestContext, type ScheduleRequest, type TenantId } from '@motadata/core'
import type { Selectable, Transaction } from 'kysely'
import type { KyselyDatabase } from '../sql/kysely-database.js'
import { nextCronTime } from './cron-times.js'
import { checkRequest } from './job-request.js'
import type { JobTables, ScheduleRow } from './job-table.js'

export interface JobSchedulesOptions {
  readonly database: KyselyDatabase
  readonly clock: Clock
  readonly ids: IdSource
  readonly logger: Logger
  readonly enqueue: (context: RequestContext, request: JobRequest) => Promise<Job>
}

/** Looked at and enqueued in one go. */
const dueAtOnce = 200

/**
 * Jobs that come again and again. A time that is due gives a job whose idempotency key is that time, and only then the schedule moves on: killed
 * in between, or looked at by many processes at once, it is the same job.
 */
export class JobSchedules {
  readonly #options: JobSchedulesOptions
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined

  constructor(options: JobSchedulesOptions) {
    this.#options = options
  }

  async put(context: RequestContext, request: ScheduleRequest): Promise<JobSchedule> {
    const { database, clock } = this.#options
    const { kind, payload, idempotencyKey: key } = checkRequest({ kind: request.kind, payload: request.payload, idempotencyKey: request.key })
    const { cron, timeZone = 'UTC' } = request
    const values = { kind, payload, cron: cron, time_zone: timeZone, next_at: nextCronTime({ cron, timeZone }, new Date(clock.nowMs())) }
    return database.withTenant(context.tenantId, async (transaction: Transaction<JobTables>) => {
      const row = await transaction.insertInto('jobs.schedule').values({ tenant_id: context.tenantId, key: key!, ...values, last_job_id: null })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'key']).doUpdateSet(values)).returningAll().executeTakeFirstOrThrow()
      return toSchedule(row)
    })
  }

  async find(context: RequestContext, key: string): Promise<JobSchedule | undefined> {
    return this.#options.database.withTenant(context.tenantId, async (transaction: Transaction<JobTables>) => {
      const row = await transaction.selectFrom('jobs.schedule').selectAll().where('tenant_id', '=', context.tenantId).where('key', '=', key).executeTakeFirst()
      return row && toSchedule(row)
    })
  }

  async list(context: RequestContext): Promise<readonly (JobSchedule & { readonly payload: unknown })[]> {
    const rows = await this.#options.database.withTenant(context.tenantId, (transaction: Transaction<JobTables>) =>
      transaction.selectFrom('jobs.schedule').selectAll().where('tenant_id', '=', context.tenantId).orderBy('key').execute())
    return rows.map((row) => ({ ...toSchedule(row), payload: row.payload }))
  }

  async remove(context: RequestContext, key: string): Promise<boolean> {
    return this.#options.database.withTenant(context.tenantId, async (transaction: Transaction<JobTables>) => {
      const { numDeletedRows } = await transaction.deleteFrom('jobs.schedule').where('tenant_id', '=', context.tenantId).where('key', '=', key).executeTakeFirstOrThrow()
      return numDeletedRows > 0n
    })
  }

  /** Looks again and again for what is due, until closed. */
  start(everyMs: number): void {
    this.#timer ??= setInterval(() => {
      this.#looking ??= this.#look().catch((error: unknown) => this.#options.logger.warn({ error }, 'schedules could not be looked at; trying again')).finally(() => (this.#looking = undefined))
    }, everyMs).unref()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
  }

  async #look(): Promise<void> {
    const { database, clock, enqueue, ids } = this.#options
    const now = new Date(clock.nowMs())
    const due = await database.asSystem((transaction: Transaction<JobTables>) =>
      transaction.selectFrom('jobs.schedule').selectAll().where('next_at', '<=', now).orderBy('next_at').limit(dueAtOnce).execute())
    for (const { tenant_id: tenantId, key, kind, payload, next_at: nextAt, cron, time_zone: timeZone } of due) {
      const job = await enqueue(platformContext(tenantId as TenantId, ids.next()), { kind, payload, idempotencyKey: `schedule/${nextAt.toISOString()}/${key}`.slice(0, 255) })
      await database.withTenant(tenantId as TenantId, (transaction: Transaction<JobTables>) =>
        transaction.updateTable('jobs.schedule').set({ next_at: nextCronTime({ cron, timeZone }, now), last_job_id: job.id })
          .where('tenant_id', '=', tenantId).where('key', '=', key).where('next_at', '=', nextAt).execute())
    }
  }
}

function toSchedule(row: Selectable<ScheduleRow>): JobSchedule {
  return {
    key: row.key, kind: row.kind, cron: row.cron, timeZone: row.time_zone, nextAt: row.next_at, ...(row.last_job_id === null ? {} : { lastJobId: row.last_job_id }),
  }
}
