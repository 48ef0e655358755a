import type { JobAttempt, PgBoss } from 'pg-boss'

/** Tells the queue which jobs of a kind are done: those that end while one statement is under way go together in the next. */
export class Completions {
  readonly #boss: PgBoss
  readonly #kind: string
  #waiting: JobAttempt[] = []
  #underWay: Promise<unknown> = Promise.resolve()
  #next: Promise<unknown> | undefined

  constructor(options: { readonly boss: PgBoss; readonly kind: string }) {
    this.#boss = options.boss
    this.#kind = options.kind
  }

  /** Resolves when the queue has it. Changes nothing where another worker has taken the job meanwhile. */
  async add({ id, retryCount }: JobAttempt): Promise<void> {
    this.#waiting.push({ id, retryCount })
    this.#next ??= this.#underWay.then(() => this.#complete())
    await this.#next
  }

  #complete(): Promise<unknown> {
    const jobs = this.#waiting
    this.#waiting = []
    this.#next = undefined
    const completed = this.#boss.complete(this.#kind, jobs)
    this.#underWay = completed.catch(() => undefined)
    return completed
  }
}
