import { PlatformError } from '@motadata/core'

/**
 * What a database that can't be had looks like: the system's codes for a connection that fails, and PostgreSQL's classes 08
 * (connection), 28 (login refused), 3D (no such database), 53 (resources) and 57P (shutdown).
 */
const absent = /^(ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|08\w{3}|28\w{3}|3D000|53\w{3}|57P\d\d)$/
const absentMessages = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/

/** The error with the code `STORAGE_UNAVAILABLE` when the server can't be reached or is going away; any other one as it is. */
export function asStorageError(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (!absent.test(String(code)) && !absentMessages.test(String(message))) return error
  const reason = String(code ?? message)
  return new PlatformError('STORAGE_UNAVAILABLE', `Expected the database server to answer, got ${reason}. Look whether it runs, can be reached, and knows the login and the database.`, {
    cause: error,
  })
}
