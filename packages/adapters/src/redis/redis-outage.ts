import { type Logger, PlatformError } from '@motadata/core'

/** Of several connections to one Redis, says once that it is lost and once that it is back. */
export class RedisOutage {
  readonly #logger: Logger
  readonly #lost = new Set<object>()

  constructor(options: { readonly logger: Logger }) {
    this.#logger = options.logger
  }

  begin(connection: object, error: unknown): void {
    if (this.#lost.size === 0) {
      this.#logger.warn({ reason: reasonOf(error) }, 'Redis does not answer; going on without it: nothing is cached, limits are counted by each process, copies age')
    }
    this.#lost.add(connection)
  }

  end(connection: object): void {
    if (this.#lost.delete(connection) && this.#lost.size === 0) this.#logger.info({}, 'Redis answers again')
  }
}

export function redisUnavailable(cause: unknown): PlatformError {
  return new PlatformError('STORAGE_UNAVAILABLE', `Expected Redis to answer in time, got ${reasonOf(cause)}. Look whether it runs and can be reached, and ask again.`, {
    details: { reason: 'connection' },
    cause,
  })
}

/** What of a client's error may be told: never an address with a password. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no connection'
  // Several addresses were tried: the reason of one of them says enough.
  const { code, message } = (error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error) as Error & { code?: unknown }
  return typeof code === 'string' ? code : message.slice(0, 200)
}
