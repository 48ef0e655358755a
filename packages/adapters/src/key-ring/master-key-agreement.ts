import { PlatformError } from '@motadata/core'
import { type Transaction, sql } from 'kysely'
import { masterKeyCheck } from '../filesystem/master-key-file.js'
import type { KyselyDatabase } from '../sql/kysely-database.js'
import { systemRole } from '../sql/roles.js'

/**
 * Holds every process on a database to the same master keys: the first one leaves the check of its current key, which gives nothing
 * of it away, and the others must have that key too, as the current one or one of former times. Whoever has it leaves the check of its
 * own current key, so that a key which is no longer any process's current one can be dropped.
 *
 * @param from - Where the keys come from, for the message.
 * @throws MLError `CONFIGURATION_INVALID`
 */
export async function agreeOnMasterKeys(database: KyselyDatabase, masterKeys: readonly Uint8Array[], from: string): Promise<void> {
  const checks = masterKeys.map(masterKeyCheck)
  await database.asOwnerLocked(async (transaction) => {
    await prepareSettings(transaction)
    await sql`insert into core.setting values ('master-key-check', ${checks[0]}) on conflict do nothing`.execute(transaction)
    const { rows } = await sql<{ value: string }>`select value from core.setting where name = 'master-key-check'`.execute(transaction)
    const agreed = rows[0]!.value
    if (agreed === checks[0]) return
    if (!checks.includes(agreed)) {
      throw new PlatformError(
        'CONFIGURATION_INVALID',
        `Expected the master keys that this database is used with, got others from ${from}. ` +
          'Take those of the process that opened it first (by default in keys/master-keys.json of its data folder); a key of former times stays behind the new one.',
      )
    }
    await sql`update core.setting set value = ${checks[0]} where name = 'master-key-check'`.execute(transaction)
  })
}

/** The table of what all processes hold to; also a login that owns nothing may work with it. */
async function prepareSettings(transaction: Transaction<unknown>): Promise<void> {
  const { rows } = await sql<{ ready: boolean }>`select coalesce(has_table_privilege(${systemRole}, to_regclass('core.setting'), 'update'), false) as ready`.execute(transaction)
  if (rows[0]!.ready) return
  await sql`create table if not exists core.setting (name text primary key, value text not null)`.execute(transaction)
  await sql.raw(`grant select, insert, update on core.setting to ${systemRole}`).execute(transaction)
}
