import { setTimeout as wait } from 'node:timers/promises'
import { type Logger, PlatformError, isMLError } from '@motadata/core'

export interface S3RequestOptions {
  readonly logger: Logger
  /** Of all attempts together. */
  readonly deadlineMs: number
  readonly attempts: number
}

const firstPauseMs = 100

/**
 * Asks the store, again with pauses when it does not answer, answers that it can't now, or breaks off in the middle; no longer than the
 * deadline. One attempt takes no more than its share of it, so that a connection that hangs leaves time for another.
 *
 * @param ask - Everything up to the last byte of the answer.
 * @throws MLError `STORAGE_UNAVAILABLE`; errors with a code pass as they are
 */
export async function askS3<Result>(ask: (signal: AbortSignal) => Promise<Result>, { logger, deadlineMs, attempts }: S3RequestOptions): Promise<Result> {
  const shareMs = Math.ceil(deadlineMs / attempts)
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask(AbortSignal.timeout(shareMs))
    } catch (error) {
      if (isMLError(error)) throw error
      if (attempt === attempts || !mayPass(error)) throw s3Unavailable(error)
      logger.debug({ attempt, reason: reasonOf(error) }, 'the artifact store failed; asking again')
      await wait(Math.min(shareMs, firstPauseMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2))
    }
  }
}

/** The HTTP status of the store's answer; undefined when there was none. */
export function statusOf(error: unknown): number | undefined {
  const metadata = (error as { readonly $metadata?: { readonly httpStatusCode?: number } } | undefined)?.$metadata
  return metadata?.httpStatusCode
}

export function s3Unavailable(cause: unknown): PlatformError {
  return new PlatformError(
    'STORAGE_UNAVAILABLE',
    `Expected the artifact store to answer, got ${reasonOf(cause)}. Look whether it can be reached, and whether the credentials may read, write and list the bucket.`,
    { details: { reason: 'connection' }, cause },
  )
}

/** A refusal stays one; faults of the network and of the server may pass. */
function mayPass(error: unknown): boolean {
  if (error instanceof Error && error.name === 'CredentialsProviderError') return false
  const status = statusOf(error)
  // A status of success with an error is an answer that broke off.
  return status === undefined || status < 400 || status >= 500 || status === 408 || status === 429
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an error'
  const { code } = error as { readonly code?: unknown }
  const status = statusOf(error)
  return [typeof code === 'string' ? code : error.name, ...(status === undefined ? [] : [`(status ${status})`])].join(' ')
}
