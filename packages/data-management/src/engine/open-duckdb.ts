import type { DuckDBConnection } from '@duckdb/node-api'
import { DataManagementError, MLError } from '@motadata/core'
import { quoteText } from './sql-text.js'

export interface EngineOptions {
  /** The one folder that it may write to, and read from; temporary files go there too. */
  readonly folder: string
  /** What it holds in memory at most; more goes to the folder. Default 512 MiB. */
  readonly memoryLimitBytes?: number
  /** Default 2. */
  readonly threads?: number
  /** Interrupts the statement that runs. */
  readonly signal?: AbortSignal
}

/** Makes another connection to the same database, for statements beside those of the first. It is closed when the work ends. */
export type Connect = () => Promise<DuckDBConnection>

const defaultMemoryLimitBytes = 512 * 1024 * 1024

/**
 * DuckDB for one unit of work: a database in memory of its own, that reaches nothing outside the given folder, neither files nor
 * network, and whose settings are locked. SQL that tries to leave it fails.
 *
 * @throws MLError `CANCELLED` when the signal aborts, and what `work` throws
 */
export async function withDuckDB<Result>(options: EngineOptions, work: (connection: DuckDBConnection, connect: Connect) => Promise<Result>): Promise<Result> {
  if (options.signal?.aborted) throw cancelled()
  const { DuckDBInstance } = await import('@duckdb/node-api') // tens of megabytes: only who works with data loads them
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads ?? 2),
    memory_limit: `${Math.floor((options.memoryLimitBytes ?? defaultMemoryLimitBytes) / 1024)}KiB`,
    temp_directory: options.folder,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connections: DuckDBConnection[] = []
  const connect = async (): Promise<DuckDBConnection> => {
    const connection = await instance.connect()
    connections.push(connection)
    return connection
  }
  try {
    const connection = await connect()
    try {
      await connection.run(`set allowed_directories = [${quoteText(`${options.folder}/`)}]`)
      await connection.run("set global TimeZone = 'UTC'")
      await connection.run('set enable_external_access = false')
      await connection.run('set lock_configuration = true')
      return await interruptible(connections, options.signal, () => work(connection, connect))
    } finally {
      for (const open of connections) open.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

const interruptEveryMs = 20

async function interruptible<Result>(connections: readonly DuckDBConnection[], signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
  let interrupting: NodeJS.Timeout | undefined
  // an interrupt between two statements is lost: until the work gives up, each is interrupted
  const interrupt = (): void => void (interrupting ??= setInterval(() => {
    for (const connection of connections) connection.interrupt()
  }, interruptEveryMs))
  signal?.addEventListener('abort', interrupt)
  try {
    return await work()
  } catch (error) {
    if (signal?.aborted) throw cancelled()
    if (error instanceof MLError) throw error
    throw engineError(error)
  } finally {
    signal?.removeEventListener('abort', interrupt)
    clearInterval(interrupting)
  }
}

function engineError(error: unknown): unknown {
  const message = String((error as Partial<Error> | null)?.message) // made by native code: of no realm's Error for certain
  if (/^Out of Memory Error/i.test(message)) {
    return new DataManagementError('DATA_TOO_LARGE', 'Expected data that fits the memory and the disk of a unit of work, got more. Raise the limit or work on less at once.', { cause: error })
  }
  return error
}

function cancelled(): MLError {
  return new MLError('CANCELLED', 'The caller cancelled this work; nothing was kept.')
}
