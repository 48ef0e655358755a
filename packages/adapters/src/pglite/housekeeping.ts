import type { Logger } from '@motadata/core'
import { sql } from 'kysely'
import type { KyselyDatabase } from '../sql/kysely-database.js'

const everyMs = 60_000

/**
 * What a PostgreSQL server does in the background and PGlite, which has no background, never does: checkpoints, without which the
 * log grows for ever and a start after a crash takes ever longer, and vacuuming of tables with many dead rows.
 *
 * @returns how to stop; resolves when nothing of it runs any more
 */
export function startHousekeeping(options: { readonly database: KyselyDatabase; readonly logger: Logger }): () => Promise<void> {
  const { database, logger } = options
  let running = Promise.resolve()
  const timer = setInterval(() => {
    running = keepHouse(database).catch((error: unknown) => logger.error({ error }, 'housekeeping of the embedded database failed'))
  }, everyMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}

/** One round. The connection is let go between its statements, so that others wait for one of them at most. */
export async function keepHouse(database: KyselyDatabase, checkpointAfterBytes = 64 * 1024 * 1024): Promise<void> {
  for (const { schema, name } of await tablesToVacuum(database)) {
    await database.asOwner((connection) => sql`vacuum (analyze) ${sql.id(schema, name)}`.execute(connection))
  }
  if ((await bytesSinceCheckpoint(database)) > checkpointAfterBytes) {
    await database.asOwner((connection) => sql`checkpoint`.execute(connection))
  }
}

/** The shares are those of PostgreSQL's autovacuum: a fifth of the rows dead, or a tenth changed since the planner last looked. */
function tablesToVacuum(database: KyselyDatabase): Promise<{ readonly schema: string; readonly name: string }[]> {
  return database.asOwner(async (connection) => {
    const { rows } = await sql<{ schema: string; name: string }>`
      select schemaname as schema, relname as name from pg_stat_user_tables
      where n_dead_tup > 1000 + 0.2 * n_live_tup or n_mod_since_analyze > 1000 + 0.1 * n_live_tup`.execute(connection)
    return rows
  })
}

function bytesSinceCheckpoint(database: KyselyDatabase): Promise<number> {
  return database.asOwner(async (connection) => {
    const { rows } = await sql<{ bytes: string }>`
      select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), (select redo_lsn from pg_control_checkpoint()))::bigint as bytes`.execute(connection)
    return Number(rows[0]!.bytes)
  })
}
