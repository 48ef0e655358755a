import type { Logger } from '@motadata/core'
import { type PostgresPool, PostgresDialect } from 'kysely'
import { Client, Pool, type PoolConfig } from 'pg'

/** How much longer the client waits for an answer than the server may take for it. */
const answerGraceMs = 1_000

/**
 * A connection that gives up on a server which stopped answering: once an answer is late the connection is closed, so that neither the
 * rest of its unit of work nor the next one to get it from the pool waits again.
 */
class DeadlineClient extends Client {
  constructor(config: PoolConfig) {
    super(config)
    // While a unit of work holds a connection the pool does not listen, and a lost connection would end the process; the unit's own
    // statements fail with the same error.
    this.on('error', () => undefined)
  }

  override async query(...[text, values]: Parameters<Client['query']>): ReturnType<Client['query']> {
    try {
      return await super.query(text, values)
    } catch (error) {
      if (error instanceof Error && error.message === 'Query read timeout') void this.end()
      throw error
    }
  }
}

export interface PoolLimits {
  readonly maxConnections: number
  /** For a connection, be it made or handed on by another unit of work. */
  readonly connectionTimeoutMs: number
  /** Of a statement; none when left out. */
  readonly statementTimeoutMs?: number
  /** For a lock; none when left out. */
  readonly lockTimeoutMs?: number
}

/** What connections are opened with, those of the job queue too. */
export function connectionConfig(connectionString: string, limits: PoolLimits): PoolConfig {
  return {
    connectionString,
    max: limits.maxConnections,
    connectionTimeoutMillis: limits.connectionTimeoutMs,
    keepAlive: true,
    ...(limits.statementTimeoutMs === undefined ? {} : { statement_timeout: limits.statementTimeoutMs, query_timeout: limits.statementTimeoutMs + answerGraceMs }),
    ...(limits.lockTimeoutMs === undefined ? {} : { lock_timeout: limits.lockTimeoutMs }),
  }
}

/** Connections to a server for Kysely, made when they are needed, replaced when they are lost. */
export function createPoolDialect(connectionString: string, limits: PoolLimits, logger: Logger): PostgresDialect {
  const pool = new Pool({ ...connectionConfig(connectionString, limits), idleTimeoutMillis: 30_000, application_name: 'motadata', Client: DeadlineClient })
  pool.on('error', (error) => logger.warn({ error }, 'an idle connection to the database was lost'))
  return new PostgresDialect({ pool: pool as unknown as PostgresPool })
}
