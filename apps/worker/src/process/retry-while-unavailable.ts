import { setTimeout as pause } from 'node:timers/promises'
import { isMLError, type Logger, MLError } from '@motadata/core'

export interface RetryOptions {
  readonly logger: Logger
  /** Ends the waiting, with `CANCELLED`. */
  readonly signal?: AbortSignal
  /** Before the second attempt; each later one waits twice as long as the one before. Default 500. */
  readonly firstDelayMs?: number
  /** Default 15,000. */
  readonly longestDelayMs?: number
}

/**
 * Tries to open what needs a storage engine until that answers, and says each time why it did not. Other errors end it at once: a wrong
 * schema or setting does not mend itself.
 *
 * @throws MLError `CANCELLED` when the signal ends it, and what the attempt throws other than `STORAGE_UNAVAILABLE`
 */
export async function retryWhileUnavailable<Opened>(attempt: () => Promise<Opened>, options: RetryOptions): Promise<Opened> {
  const { logger, signal, firstDelayMs = 500, longestDelayMs = 15_000 } = options
  for (let attempts = 1; ; attempts++) {
    throwIfAborted(signal)
    try {
      return await attempt()
    } catch (error) {
      if (!isUnavailable(error)) throw error
      // spread, so that many processes do not ask at the same moment
      const retryInMs = Math.round(Math.min(firstDelayMs * 2 ** (attempts - 1), longestDelayMs) * (0.75 + Math.random() / 2))
      logger.warn({ attempts, retryInMs, reason: reasonOf(error) }, 'the storage that this process stands on does not answer; trying again')
      await pause(retryInMs, undefined, signal ? { signal } : {}).catch(() => throwIfAborted(signal))
    }
  }
}

/** Also when the outage was met in the middle of something else, such as a migration. */
function isUnavailable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isMLError(cause, 'STORAGE_UNAVAILABLE')) return true
  }
  return false
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new MLError('CANCELLED', 'The process was told to stop before what it stands on answered.')
}
