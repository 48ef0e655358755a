import { Completions } from './completions.js'
import type { ClaimedJob, HandlerOptions, JobRunner, QueuedJobData } from './job-runner.js'
import type { QueueEngine } from './queue-engine.js'

/** Between two looks at a queue of which nothing is heard; jobs that wait for another attempt come without a word. */
const pollMs = 1_000
/** Between two signs of life, which also tell whether a job was cancelled or taken away. */
const heartbeatMs = 1_000

interface Claim {
  readonly job: ClaimedJob
  readonly abort: AbortController
  /** Whether its handler has yet to end. */
  running: boolean
  /** Left to the next start, whatever comes of it. */
  abandoned: boolean
  settled: Promise<void>
}

export interface JobDispatcherOptions extends HandlerOptions {
  readonly engine: QueueEngine
  readonly runner: JobRunner
  readonly kind: string
  /** Jobs of the kind that this process may have running at once. */
  readonly concurrency: number
}

/**
 * Claims the jobs of a kind for this process, as many at a time as it has room for, and runs them side by side: each is settled by
 * itself, and its place is free for the next from then on.
 */
export class JobDispatcher {
  readonly #options: JobDispatcherOptions
  readonly #completions: Completions
  /** A job that was taken away and claimed again is here twice, as long as its first handler runs. */
  readonly #claims = new Set<Claim>()
  #working: Promise<void> | undefined
  #stopping = false
  #woken = false
  #resume: () => void = () => undefined
  #heartbeat: NodeJS.Timeout | undefined
  #beating = false

  constructor(options: JobDispatcherOptions) {
    this.#options = options
    this.#completions = new Completions({ boss: options.engine.boss, kind: options.kind })
  }

  start(): void {
    this.#working ??= this.#work()
  }

  /** Lets it look for jobs now. */
  wake(): void {
    this.#woken = true
    this.#resume()
  }

  /** Claims nothing from now on. */
  stop(): void {
    this.#stopping = true
    this.#resume()
  }

  /** Waits for the jobs that have ended to be settled, and has those that have not tried again by whoever works next. */
  async close(): Promise<void> {
    this.stop()
    await this.#working
    const claims = [...this.#claims]
    const unfinished = claims.filter(({ running }) => running)
    for (const claim of unfinished) claim.abandoned = true
    if (unfinished.length > 0) await this.#report(this.#fail(unfinished, { message: 'the process stopped before the job did' }))
    await Promise.all(claims.filter(({ abandoned }) => !abandoned).map(({ settled }) => settled))
    clearInterval(this.#heartbeat)
  }

  /** Goes on without a pause while there are any; a tenant that has enough of them running may hide those of others from one look. */
  async #work(): Promise<void> {
    const { concurrency } = this.#options
    while (!this.#stopping) {
      this.#woken = false
      const room = concurrency - this.#claims.size
      const claimed = room > 0 ? await this.#claim(room) : 0
      if (claimed === 0) await this.#pause()
    }
  }

  async #claim(batchSize: number): Promise<number> {
    const { engine, kind, mostOfTenant } = this.#options
    try {
      const jobs = await engine.boss.fetch<QueuedJobData>(kind, { batchSize, groupConcurrency: mostOfTenant })
      for (const { id, name, data, retryCount } of jobs) {
        for (const earlier of this.#claims) if (earlier.job.id === id) earlier.abort.abort()
        const abort = new AbortController()
        const job: ClaimedJob = { id, name, data, retryCount, signal: abort.signal }
        const claim: Claim = { job, abort, running: true, abandoned: false, settled: Promise.resolve() }
        this.#claims.add(claim)
        claim.settled = this.#run(claim)
      }
      if (jobs.length > 0) this.#heartbeat ??= setInterval(() => void this.#beat(), heartbeatMs)
      return jobs.length
    } catch (error) {
      engine.report(error)
      return 0
    }
  }

  async #run(claim: Claim): Promise<void> {
    const { runner } = this.#options
    try {
      const outcome = await runner.run(claim.job, this.#options)
      claim.running = false
      if (outcome === 'ended' && !claim.abandoned) await this.#report(this.#completions.add(claim.job))
    } catch (error) {
      claim.running = false
      if (!claim.abandoned) await this.#report(this.#fail([claim], error as object))
    }
    this.#claims.delete(claim)
    if (this.#claims.size === 0) {
      clearInterval(this.#heartbeat)
      this.#heartbeat = undefined
    }
    this.wake()
  }

  #fail(claims: readonly Claim[], reason: object): Promise<unknown> {
    const { engine, kind } = this.#options
    return engine.boss.fail(kind, claims.map(({ job: { id, retryCount } }) => ({ id, retryCount })), reason)
  }

  /** What the queue was not told is found out when the signs of life stop: the job is offered again, and has ended already. */
  async #report(telling: Promise<unknown>): Promise<void> {
    await telling.catch((error: unknown) => this.#options.engine.report(error))
  }

  async #beat(): Promise<void> {
    if (this.#beating) return
    this.#beating = true
    const { engine, kind } = this.#options
    const claims = [...this.#claims].filter(({ abort }) => !abort.signal.aborted)
    try {
      const held = await engine.touch(kind, claims.map(({ job }) => job))
      for (const { job, abort } of claims) if (!held.has(job.id)) abort.abort()
    } catch (error) {
      engine.report(error)
    } finally {
      this.#beating = false
    }
  }

  #pause(): Promise<void> {
    if (this.#woken || this.#stopping) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pollMs)
      this.#resume = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
