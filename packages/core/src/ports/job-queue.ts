import type { RequestContext } from '../domain/request-context.js'
import type { Job, JobProgress, JobState } from '../domain/job.js'
import type { TenantId } from '../domain/tenant.js'

export interface JobRequest {
  /** Which handler works on it, such as `train`. */
  readonly kind: string
  /** JSON; kept in a table under row-level security, never in the queue itself. */
  readonly payload: unknown
  /** A second request of this tenant and kind with the same key gives the first one's job, for as long as that is remembered: see `deleteEnded`. */
  readonly idempotencyKey?: string
}

/** What a handler gets. */
export interface RunningJob {
  readonly id: string
  readonly tenantId: TenantId
  readonly kind: string
  readonly payload: unknown
  /** 1 the first time; a handler must bear being run again after its process died. */
  readonly attempt: number
  /** Aborts when the job is cancelled or the queue stops. */
  readonly signal: AbortSignal
  reportProgress(progress: JobProgress): Promise<void>
}

/** All that a job carries of its tenant's. */
export interface JobContent {
  readonly id: string
  readonly kind: string
  readonly payload: unknown
  readonly idempotencyKey?: string
  readonly result?: unknown
  /** Why it failed, in words. */
  readonly errorMessage?: string
}

export interface WorkOptions {
  /** Jobs of this kind that this process works on at once; default 1. */
  readonly concurrency?: number
  /** Of one tenant, over all processes; default 1. */
  readonly concurrencyPerTenant?: number
}

export interface JobFilter {
  readonly kind?: string
  readonly state?: JobState
  /** 1 to 200, default 50. */
  readonly limit?: number
  /** From the page before. */
  readonly pageToken?: string
}

/** A job that is to come again and again. */
export interface ScheduleRequest {
  /** Names it among the tenant's schedules: a second request with the same key takes the first one's place. 1 to 255 characters. */
  readonly key: string
  readonly kind: string
  /** JSON; each of the jobs gets it. */
  readonly payload: unknown
  /** Five fields of cron: minute, hour, day of the month, month, day of the week. */
  readonly cron: string
  /** IANA, such as `Europe/Berlin`; default UTC. */
  readonly timeZone?: string
}

/** When a job comes again. */
export interface JobSchedule {
  readonly key: string
  readonly kind: string
  readonly cron: string
  readonly timeZone: string
  readonly nextAt: Date
  /** The job that it made last. */
  readonly lastJobId?: string
}

/** Durable work: what is acknowledged runs, also when a worker dies in the middle, then again from the start. */
export interface JobQueue {
  enqueue(context: RequestContext, request: JobRequest): Promise<Job>
  /** Throws MLError `JOB_NOT_FOUND`. */
  get(context: RequestContext, jobId: string): Promise<Job>
  list(context: RequestContext, filter?: JobFilter): Promise<{ readonly jobs: readonly Job[]; readonly nextPageToken?: string }>
  /** Throws MLError `JOB_NOT_FOUND`, or `JOB_NOT_CANCELLABLE` when it has ended. */
  cancel(context: RequestContext, jobId: string): Promise<Job>
  /**
   * Puts the tenant's jobs that wait or run, but that the queue does not know, back into it: after their rows were restored from a backup.
   * To be called before anybody works on them. Gives how many there were.
   */
  resume(context: RequestContext): Promise<number>
  /** Payloads of the tenant's jobs of a kind that wait, run, or ended after a time; in any order. */
  payloads(context: RequestContext, kind: string, options: { readonly endedAfter: Date }): AsyncIterable<unknown>
  /**
   * Forgets the tenant's jobs that ended before a time, and with them their idempotency keys.
   *
   * @param options.dryRun - Whether only to count them; default no.
   * @returns how many there were
   */
  deleteEnded(context: RequestContext, options: { readonly before: Date; readonly dryRun?: boolean }): Promise<number>
  /** What the tenant's jobs of every kind and state carry, by their ids: for finding what an erasure concerns. */
  contents(context: RequestContext): AsyncIterable<JobContent>
  /** Forgets a job whatever its state, and all it carries; one that waits or runs is cancelled first. Resolves also when there is none. */
  forget(context: RequestContext, jobId: string): Promise<void>
  /**
   * Enqueues a job of a kind each time that cron says, as long as some process works on jobs. What was missed while none did is made up for by
   * one job; each time gives one job, however many processes look.
   *
   * Throws MLError `INPUT_INVALID` for what is no cron expression or no time zone.
   */
  schedule(context: RequestContext, request: ScheduleRequest): Promise<JobSchedule>
  findSchedule(context: RequestContext, key: string): Promise<JobSchedule | undefined>
  /** All of the tenant's, with what their jobs get, by key. */
  listSchedules(context: RequestContext): Promise<readonly (JobSchedule & { readonly payload: unknown })[]>
  /** Jobs that it has made already stay. @returns whether there was one */
  unschedule(context: RequestContext, key: string): Promise<boolean>
  /**
   * Works on jobs of a kind until the queue stops. What the handler returns (JSON) is the job's result. An MLError of the caller's
   * making (bad data, bad spec) fails the job at once; anything else is tried again with back-off, then dead-lettered.
   */
  work(kind: string, handler: (job: RunningJob) => Promise<unknown>, options?: WorkOptions): Promise<void>
}
