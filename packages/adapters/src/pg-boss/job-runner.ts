import { type Clock, type Logger, PlatformError, type RunningJob, type TenantId } from '@motadata/core'
import { describeFailure, mayRetry } from './job-failure.js'
import type { JobRepository } from './job-repository.js'
import { toJsonText } from './job-request.js'
import { ProgressWriter } from './progress-writer.js'
import { type QueueEngine, retryLimit } from './queue-engine.js'

/** What the queue itself knows of a job. */
export interface QueuedJobData {
  readonly tenantId: TenantId
  readonly jobId: string
}

/** One attempt at a job, which this process has from the queue. */
export interface ClaimedJob {
  readonly id: string
  readonly name: string
  readonly data: QueuedJobData
  readonly retryCount: number
  /** Aborted when the queue took the job away. */
  readonly signal: AbortSignal
}

/** Whether the queue is to forget the job, or has it back already. */
export type RunOutcome = 'ended' | 'given back'

export type JobHandler = (job: RunningJob) => Promise<unknown>

export interface HandlerOptions {
  readonly handler: JobHandler
  /** Jobs of the kind that one tenant may have running at once. */
  readonly mostOfTenant: number
}

interface Run extends QueuedJobData {
  readonly abort: AbortController
  readonly finished: Promise<void>
}

const abandonAfterMs = 2_000
/** Before a job is offered again whose tenant had too many running. */
const crowdedDelayMs = 500

/** Runs jobs that the queue hands out, and brings their rows and the queue to the same end. */
export class JobRunner {
  readonly #repository: JobRepository
  readonly #engine: QueueEngine
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #runs = new Map<string, Run>()
  #closing = false

  constructor(options: { readonly repository: JobRepository; readonly engine: QueueEngine; readonly clock: Clock; readonly logger: Logger }) {
    this.#repository = options.repository
    this.#engine = options.engine
    this.#clock = options.clock
    this.#logger = options.logger
  }

  /** Aborts the signal of a job that this process runs; nothing when it runs elsewhere or not at all. */
  abort(tenantId: TenantId, jobId: string): void {
    this.#runs.get(runKey(tenantId, jobId))?.abort.abort(new PlatformError('CANCELLED', 'The job was cancelled.'))
  }

  /** Resolves when the job is settled. A throw tells the queue to try again, or to give up after the last attempt. */
  async run(queued: ClaimedJob, options: HandlerOptions): Promise<RunOutcome> {
    const { tenantId, jobId } = queued.data
    if (this.#closing) return this.#giveBack(queued, 0)
    const abort = new AbortController()
    const onLost = (): void => abort.abort(new PlatformError('CANCELLED', 'The queue took the job away.'))
    queued.signal.addEventListener('abort', onLost)
    const settled = this.#attempt(queued, options, abort.signal)
    const finished = settled.then(ignore, ignore)
    this.#runs.set(runKey(tenantId, jobId), { tenantId, jobId, abort, finished })
    try {
      return await settled
    } finally {
      queued.signal.removeEventListener('abort', onLost)
      this.#runs.delete(runKey(tenantId, jobId))
    }
  }

  /** Lets jobs end for so long, then aborts their signals; what still runs after that is left for the next start. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true
    await this.#idleWithin(graceMs)
    for (const run of this.#runs.values()) run.abort.abort(new PlatformError('CANCELLED', 'The job queue stops; the job will be run again.'))
    await this.#idleWithin(abandonAfterMs)
    for (const { tenantId, jobId } of this.#runs.values()) {
      this.#logger.warn({ tenantId, jobId }, 'a job did not stop on its signal; it will be run again')
      await this.#repository.requeueOrphan(tenantId, jobId)
    }
  }

  async #attempt(queued: ClaimedJob, { handler, mostOfTenant }: HandlerOptions, signal: AbortSignal): Promise<RunOutcome> {
    const { tenantId, jobId } = queued.data
    const kind = queued.name
    const started = await this.#repository.start(tenantId, kind, jobId, { at: this.#now(), mostOfTenant })
    if (started === 'crowded') return this.#giveBack(queued, crowdedDelayMs)
    if (!started) return 'ended'
    const { payload, attempt } = started
    const progress = new ProgressWriter((next) => this.#repository.reportProgress(tenantId, jobId, attempt, next))
    try {
      const result = await handler({
        id: jobId, tenantId, kind, payload, attempt, signal, reportProgress: (next) => progress.report(next),
      })
      await progress.settle()
      await this.#repository.succeed(tenantId, jobId, attempt, resultText(result), this.#now())
    } catch (error) {
      await progress.settle()
      return this.#settleFailure(queued, attempt, error, signal)
    }
    return 'ended'
  }

  async #settleFailure(queued: ClaimedJob, attempt: number, error: unknown, signal: AbortSignal): Promise<RunOutcome> {
    const { tenantId, jobId } = queued.data
    if (this.#closing && signal.aborted) {
      await this.#repository.requeue(tenantId, jobId, attempt)
      return this.#giveBack(queued, 0)
    }
    const isLast = queued.retryCount >= retryLimit
    if (!mayRetry(error)) {
      await this.#repository.fail(tenantId, jobId, attempt, describeFailure(error, attempt), this.#now())
      return 'ended'
    }
    if (!signal.aborted) {
      const outcome = isLast ? 'a job failed' : 'a job failed and will be tried again'
      this.#logger.error({ tenantId, jobId, kind: queued.name, attempt, error }, outcome)
    }
    if (isLast) {
      await this.#repository.fail(tenantId, jobId, attempt, describeFailure(error, attempt), this.#now())
    } else {
      await this.#repository.requeue(tenantId, jobId, attempt)
    }
    // The queue keeps what is thrown, so it gets no text of the error's.
    throw new Error('the attempt failed; the log has the error')
  }

  async #giveBack({ name, id }: ClaimedJob, delayMs: number): Promise<RunOutcome> {
    await this.#engine.giveBack(name, id, { delayMs })
    return 'given back'
  }

  async #idleWithin(limitMs: number): Promise<void> {
    if (this.#runs.size === 0) return
    let timer: NodeJS.Timeout | undefined
    const expired = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)))
    await Promise.race([Promise.all([...this.#runs.values()].map((run) => run.finished)), expired])
    clearTimeout(timer)
  }

  #now(): Date {
    return new Date(this.#clock.nowMs())
  }
}

function resultText(result: unknown): string {
  const text = toJsonText(result ?? null)
  if (text === undefined) throw new PlatformError('INTERNAL', 'Expected a job handler to return what can be written as JSON, got something else.')
  return text
}

function runKey(tenantId: TenantId, jobId: string): string {
  return `${tenantId}/${jobId}`
}

function ignore(): void {
  // Settled either way.
}
