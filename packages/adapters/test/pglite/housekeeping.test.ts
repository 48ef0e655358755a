import { PGliteDialect, sql } from 'kysely'
import { openPGliteInMemory } from '../../src/pglite/open-pglite.js'
import { keepHouse } from '../../src/pglite/housekeeping.js'
import { KyselyDatabase } from '../../src/sql/kysely-database.js'

describe('housekeeping', () => {
  it('vacuums tables with many dead rows, and makes a checkpoint once the log has grown', async () => {
    const pglite = await openPGliteInMemory()
    const database = new KyselyDatabase({ engine: 'pglite', dialect: new PGliteDialect({ pglite }) })
    const ask = async (question: string): Promise<number> =>
      database.asOwner(async (connection) => Number((await sql.raw<{ answer: unknown }>(`select ${question} as answer`).execute(connection)).rows[0]!.answer))
    const deadRows = "(select n_dead_tup from pg_stat_user_tables where relname = 'heap')"
    const logBytes = 'pg_wal_lsn_diff(pg_current_wal_insert_lsn(), (select redo_lsn from pg_control_checkpoint()))'

    await database.asOwner((connection) => sql`create table public.heap as select n, repeat('x', 900) as text from generate_series(1, 4000) n`.execute(connection))
    await database.asOwner((connection) => sql`delete from public.heap where n <= 2500`.execute(connection))
    await ask('pg_stat_force_next_flush()')
    expect(await ask(deadRows)).toBe(2_500)
    expect(await ask(logBytes)).toBeGreaterThan(2_000_000)
    await keepHouse(database, 10_000_000)
    await ask('pg_stat_force_next_flush()')
    expect(await ask(deadRows)).toBe(0)
    expect(await ask(logBytes)).toBeGreaterThan(2_000_000)
    await keepHouse(database, 2_000_000)
    expect(await ask(logBytes)).toBeLessThan(1_000_000)
    await database.close()
  })
})
