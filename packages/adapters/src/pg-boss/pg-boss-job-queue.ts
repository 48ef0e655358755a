import { randomUUID } from 'node:crypto'
import {
  type Clock, type IdSource, type Job, type JobContent, type JobFilter, type JobQueue, type JobRequest, type JobSchedule, type Logger, type RequestContext, type ScheduleRequest, type WorkOptions,
  PlatformError, throwIfEnded,
} from '@motadata/core'
import { fromKysely } from 'pg-boss'
import type { KyselyDatabase } from '../sql/kysely-database.js'
import { JobDispatcher } from './job-dispatcher.js'
import { workerDied } from './job-failure.js'
import { JobRepository, jobColumns, toJob } from './job-repository.js'
import { checkFilter, checkKind, checkRequest, isJobId, toPageToken } from './job-request.js'
import { type JobHandler, JobRunner, type QueuedJobData } from './job-runner.js'
import { JobSchedules } from './job-schedules.js'
import { type JobTables, jobMigrations } from './job-table.js'
import { type EngineConnection, QueueEngine, deadLetterQueue } from './queue-engine.js'

export interface PgBossJobQueueOptions {
  readonly database: KyselyDatabase
  readonly connection: EngineConnection
  /** For making and migrating the engine's schema, where the connection above may not; default the same. */
  readonly ownerConnection?: EngineConnection
  readonly logger: Logger
  readonly clock: Clock
  readonly ids: IdSource
  /** A job whose process gave no sign of life for so long is tried again; default 60, at least 10. */
  readonly heartbeatSeconds?: number
  /** Before the first retry; each later one waits about twice as long as the one before. Default 1. */
  readonly retryDelaySeconds?: number
  /** How long `close` lets running jobs end before it aborts their signals; default 10 s. */
  readonly closeGraceMs?: number
  /** Between two looks at schedules; default 5 s. */
  readonly scheduleEveryMs?: number
}

/** Read or deleted in one statement. */
const jobsAtOnce = 500
/** Payloads may be large. */
const contentsAtOnce = 50

/**
 * Jobs on pg-boss. The row in `jobs.job`, under row-level security, holds all there is to know of a job; the queue's engine holds
 * the tenant's and the job's id, and both come into being in one transaction.
 */
export class PgBossJobQueue implements JobQueue {
  readonly #database: KyselyDatabase
  readonly #engine: QueueEngine
  readonly #repository: JobRepository
  readonly #runner: JobRunner
  readonly #clock: Clock
  readonly #ids: IdSource
  readonly #closeGraceMs: number
  readonly #scheduleEveryMs: number
  readonly #schedules: JobSchedules
  readonly #dispatchers = new Map<string, JobDispatcher>()
  #closed: Promise<void> | undefined

  constructor(options: PgBossJobQueueOptions) {
    const { database, clock, logger } = options
    this.#database = database
    this.#clock = clock
    this.#ids = options.ids
    this.#closeGraceMs = options.closeGraceMs ?? 10_000
    this.#scheduleEveryMs = options.scheduleEveryMs ?? 5_000
    this.#schedules = new JobSchedules({ database, clock, logger, ids: options.ids, enqueue: (context, request) => this.enqueue(context, request) })
    this.#engine = new QueueEngine({
      database, logger,
      connection: options.connection,
      ...(options.ownerConnection ? { ownerConnection: options.ownerConnection } : {}),
      heartbeatSeconds: options.heartbeatSeconds ?? 60,
      retryDelaySeconds: options.retryDelaySeconds ?? 1,
    })
    this.#repository = new JobRepository(database)
    this.#runner = new JobRunner({ repository: this.#repository, engine: this.#engine, clock, logger })
  }

  /**
   * Makes the tables and starts the engine.
   *
   * @param options.sole - Whether no other process works on this database, so that jobs found running belong to one that died.
   */
  async open(options: { readonly sole: boolean }): Promise<void> {
    await this.#database.migrate(jobMigrations)
    await this.#engine.start((kind) => this.#wake(kind))
    if (options.sole) await this.#takeBackOrphans()
  }

  async enqueue(context: RequestContext, request: JobRequest): Promise<Job> {
    this.#refuseWhenClosed()
    throwIfEnded(context, this.#clock.nowMs())
    const { tenantId } = context
    const { kind, payload, idempotencyKey } = checkRequest(request)
    await this.#engine.ensureQueue(kind)
    const id = this.#ids.next()
    const queueId = randomUUID()
    const row = {
      tenant_id: tenantId, id, kind, queue_id: queueId, idempotency_key: idempotencyKey, payload,
      state: 'queued' as const, stage: 'waiting', share: 0, attempt: 0, created_at: new Date(this.#clock.nowMs()),
    }
    return this.#database.withTenantThenSystem<JobTables, Job>(tenantId, async (transaction, becomeSystem) => {
      const inserted = await transaction
        .insertInto('jobs.job')
        .values(row)
        .onConflict((conflict) => conflict.columns(['tenant_id', 'kind', 'idempotency_key']).doNothing())
        .returning(jobColumns)
        .executeTakeFirst()
      if (!inserted) {
        const first = transaction.selectFrom('jobs.job').select(jobColumns).where('tenant_id', '=', tenantId).where('kind', '=', kind)
        return toJob(await first.where('idempotency_key', '=', idempotencyKey).executeTakeFirstOrThrow())
      }
      await becomeSystem()
      const data: QueuedJobData = { tenantId, jobId: id }
      await this.#engine.boss.send(kind, data, { id: queueId, group: { id: tenantId }, db: fromKysely(transaction) })
      return toJob(inserted)
    })
  }

  async get(context: RequestContext, jobId: string): Promise<Job> {
    throwIfEnded(context, this.#clock.nowMs())
    const job = isJobId(jobId) ? await this.#repository.find(context.tenantId, jobId) : undefined
    if (job) return job
    const shown = JSON.stringify(String(jobId).slice(0, 80))
    throw new PlatformError('JOB_NOT_FOUND', `Expected the id of a job of this tenant, got ${shown}, which is none.`)
  }

  async list(context: RequestContext, filter: JobFilter = {}): Promise<{ readonly jobs: readonly Job[]; readonly nextPageToken?: string }> {
    throwIfEnded(context, this.#clock.nowMs())
    const checked = checkFilter(filter)
    const found = await this.#repository.list(context.tenantId, { ...checked, limit: checked.limit + 1 })
    const jobs = found.slice(0, checked.limit)
    return { jobs, ...(found.length > jobs.length ? { nextPageToken: toPageToken(jobs.at(-1)!.id) } : {}) }
  }

  async cancel(context: RequestContext, jobId: string): Promise<Job> {
    throwIfEnded(context, this.#clock.nowMs())
    const { tenantId } = context
    if (!isJobId(jobId)) return this.get(context, jobId)
    const cancelled = await this.#database.withTenantThenSystem<JobTables, Job | undefined>(tenantId, async (transaction, becomeSystem) => {
      const row = await transaction
        .updateTable('jobs.job')
        .set({ state: 'cancelled', ended_at: new Date(this.#clock.nowMs()) })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', jobId)
        .where('state', 'in', ['queued', 'running'])
        .returning([...jobColumns, 'queue_id'])
        .executeTakeFirst()
      if (!row) return undefined
      await becomeSystem()
      await this.#engine.boss.cancel(row.kind, row.queue_id, { db: fromKysely(transaction) })
      return toJob(row)
    })
    if (cancelled) {
      this.#runner.abort(tenantId, cancelled.id)
      return cancelled
    }
    const { state } = await this.get(context, jobId)
    const ended = state === 'cancelled' ? 'been cancelled' : state
    throw new PlatformError('JOB_NOT_CANCELLABLE', `Expected a job that waits or runs, got one that has ${ended} already.`, { details: { state } })
  }

  async resume(context: RequestContext): Promise<number> {
    this.#refuseWhenClosed()
    throwIfEnded(context, this.#clock.nowMs())
    const { tenantId } = context
    const unfinished = await this.#repository.unfinished(tenantId)
    for (const kind of new Set(unfinished.map((job) => job.kind))) await this.#engine.ensureQueue(kind)
    let resumed = 0
    for (const { id, kind, queue_id: queueId } of unfinished) {
      await this.#repository.requeueOrphan(tenantId, id)
      const data: QueuedJobData = { tenantId, jobId: id }
      const sent = await this.#database.asSystem((transaction) =>
        this.#engine.boss.send(kind, data, { id: queueId, group: { id: tenantId }, db: fromKysely(transaction) }))
      if (sent !== null) resumed++
    }
    return resumed
  }

  async *payloads(context: RequestContext, kind: string, { endedAfter }: { readonly endedAfter: Date }): AsyncIterable<unknown> {
    let afterId = ''
    for (;;) {
      throwIfEnded(context, this.#clock.nowMs())
      const page = await this.#repository.payloads(context.tenantId, checkKind(kind), { endedAfter, afterId, limit: jobsAtOnce })
      for (const { payload } of page) yield payload
      if (page.length < jobsAtOnce) return
      afterId = page.at(-1)!.id
    }
  }

  async deleteEnded(context: RequestContext, { before, dryRun = false }: { readonly before: Date; readonly dryRun?: boolean }): Promise<number> {
    if (dryRun) return this.#repository.countEnded(context.tenantId, before)
    let deleted = 0
    for (;;) {
      throwIfEnded(context, this.#clock.nowMs())
      const some = await this.#repository.deleteEnded(context.tenantId, before, jobsAtOnce)
      deleted += some
      if (some < jobsAtOnce) return deleted
    }
  }

  async *contents(context: RequestContext): AsyncIterable<JobContent> {
    let afterId = ''
    for (;;) {
      throwIfEnded(context, this.#clock.nowMs())
      const page = await this.#repository.contents(context.tenantId, { afterId, limit: contentsAtOnce })
      yield* page
      if (page.length < contentsAtOnce) return
      afterId = page.at(-1)!.id
    }
  }

  async forget(context: RequestContext, jobId: string): Promise<void> {
    throwIfEnded(context, this.#clock.nowMs())
    if (!isJobId(jobId)) return
    const { tenantId } = context
    await this.#database.withTenantThenSystem<JobTables, void>(tenantId, async (transaction, becomeSystem) => {
      const row = await transaction
        .deleteFrom('jobs.job')
        .where('tenant_id', '=', tenantId)
        .where('id', '=', jobId)
        .returning(['kind', 'queue_id', 'ended_at'])
        .executeTakeFirst()
      if (!row || row.ended_at) return
      await becomeSystem()
      await this.#engine.boss.cancel(row.kind, row.queue_id, { db: fromKysely(transaction) })
    })
    this.#runner.abort(tenantId, jobId)
  }

  async schedule(context: RequestContext, request: ScheduleRequest): Promise<JobSchedule> {
    this.#refuseWhenClosed()
    throwIfEnded(context, this.#clock.nowMs())
    return this.#schedules.put(context, request)
  }

  async findSchedule(context: RequestContext, key: string): Promise<JobSchedule | undefined> {
    throwIfEnded(context, this.#clock.nowMs())
    return this.#schedules.find(context, key)
  }

  async listSchedules(context: RequestContext): Promise<readonly (JobSchedule & { readonly payload: unknown })[]> {
    throwIfEnded(context, this.#clock.nowMs())
    return this.#schedules.list(context)
  }

  async unschedule(context: RequestContext, key: string): Promise<boolean> {
    throwIfEnded(context, this.#clock.nowMs())
    return this.#schedules.remove(context, key)
  }

  async work(kind: string, handler: JobHandler, options: WorkOptions = {}): Promise<void> {
    this.#refuseWhenClosed()
    checkKind(kind)
    const { concurrency = 1, concurrencyPerTenant = 1 } = options
    for (const [name, value] of Object.entries({ concurrency, concurrencyPerTenant })) {
      if (Number.isInteger(value) && value > 0) continue
      throw new PlatformError('CONFIGURATION_INVALID', `Expected ${name} to be a whole number above 0, got ${String(value)}.`)
    }
    if (this.#dispatchers.has(kind)) {
      throw new PlatformError('CONFIGURATION_INVALID', `Expected one handler of '${kind}' jobs in this process, got a second one.`)
    }
    const dispatcher = new JobDispatcher({ engine: this.#engine, runner: this.#runner, kind, handler, concurrency, mostOfTenant: concurrencyPerTenant })
    this.#dispatchers.set(kind, dispatcher)
    await this.#engine.ensureQueue(kind)
    if (this.#dispatchers.size === 1) {
      await this.#engine.boss.work<QueuedJobData>(deadLetterQueue, { pollingIntervalSeconds: 2 }, async (letters) => {
        for (const { data } of letters) await this.#repository.abandon(data.tenantId, data.jobId, workerDied, new Date(this.#clock.nowMs()))
      })
    }
    dispatcher.start()
    this.#schedules.start(this.#scheduleEveryMs)
  }

  /** Lets running jobs end for a while, then aborts them; they are run again after the next start. May be called more than once. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    const dispatchers = [...this.#dispatchers.values()]
    await this.#schedules.close()
    for (const dispatcher of dispatchers) dispatcher.stop()
    await this.#engine.boss.offWork(deadLetterQueue, { wait: false })
    await this.#runner.close(this.#closeGraceMs)
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.close()))
    await this.#engine.stop()
  }

  #wake(kind?: string): void {
    if (kind !== undefined) this.#dispatchers.get(kind)?.wake()
    else for (const dispatcher of this.#dispatchers.values()) dispatcher.wake()
  }

  async #takeBackOrphans(): Promise<void> {
    for (const { id, name, data } of await this.#engine.activeJobs<QueuedJobData>()) {
      await this.#engine.boss.fail(name, id, { message: 'the process that worked on the job ended before the job did' })
      await this.#repository.requeueOrphan(data.tenantId, data.jobId)
    }
  }

  #refuseWhenClosed(): void {
    if (!this.#closed) return
    throw new PlatformError('SERVER_CLOSING', 'Expected an open job queue, got one that is closing. Ask again when the server is back.')
  }
}
