import { type Logger, isMLError } from '@motadata/core'
import { asStorageError } from '../sql/storage-error.js'

const quietForMs = 60_000

/** The engine's errors in the log: while the database is away every worker meets it each second, of which one line a minute is enough. */
export class QueueLog {
  readonly #logger: Logger
  #quietUntilMs = -Infinity

  constructor(options: { readonly logger: Logger }) {
    this.#logger = options.logger
  }

  error(error: unknown): void {
    const known = asStorageError(error)
    if (!isMLError(known, 'STORAGE_UNAVAILABLE')) return this.#logger.error({ error }, 'the job queue met an error')
    const nowMs = performance.now()
    if (nowMs < this.#quietUntilMs) return
    this.#quietUntilMs = nowMs + quietForMs
    this.#logger.warn({ error }, 'the job queue can not reach its database; jobs wait until it is back')
  }
}
