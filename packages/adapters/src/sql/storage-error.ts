import { PlatformError } from '@motadata/core'

/** Why a database can't be had, and what to do. */
const reasons = {
  connection: 'Look whether it runs, can be reached, and knows the login and the database.',
  busy: 'All connections of this process are in use; ask again, or allow more with maxConnections.',
  full: 'Nothing of its unit of work was kept; make room on the disk of the database and ask again.',
  timeout: 'It was stopped and nothing of its unit of work was kept; ask again, or allow more time.',
  conflict: 'It met another one and nothing of its unit of work was kept; ask again.',
} as const

export type StorageErrorReason = keyof typeof reasons

/**
 * By code: the system's of a connection that fails, and PostgreSQL's classes 08 (connection), 28 (login refused), 3D (no such database),
 * 53 (resources, of which 53100 is a full disk) and 57P (shutdown), also of a server that only reads, as after a failover (25006), or ends an idle transaction (25P03).
 */
const codes: readonly (readonly [RegExp, StorageErrorReason])[] = [
  [/^53100$/, 'full'],
  [/^(ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|08\w{3}|28\w{3}|3D000|53\w{3}|57P\d\d|25006|25P03)$/, 'connection'],
  [/^(57014|55P03)$/, 'timeout'],
  [/^(40P01|40001)$/, 'conflict'],
]

/** By the messages of `pg` and Kysely, whose errors have no code. */
const messages: readonly (readonly [RegExp, StorageErrorReason])[] = [
  [/^timeout exceeded when trying to connect/, 'busy'],
  [/^Query read timeout/, 'timeout'],
  [/^((read|write|connect) E[A-Z]+|Connection terminated|timeout expired|Client has encountered a connection error|Client was closed|Postgres connection has been discarded)/, 'connection'],
]

/** The error with the code `STORAGE_UNAVAILABLE` when asking again may go better, since the server can't be had or stopped the work; any other one as it is. */
export function asStorageError(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error
  const { code, message } = error as { code?: unknown; message?: unknown }
  const reason = codes.find(([pattern]) => pattern.test(String(code)))?.[1] ?? messages.find(([pattern]) => pattern.test(String(message)))?.[1]
  if (!reason) return error
  return new PlatformError('STORAGE_UNAVAILABLE', `Expected the database server to answer, got ${String(code ?? message)}. ${reasons[reason]}`, {
    details: { reason },
    cause: error,
  })
}
