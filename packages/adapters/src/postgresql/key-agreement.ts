import { PlatformError } from '@motadata/core'
import { sql } from 'kysely'
import { masterKeyCheck } from '../filesystem/master-key-file.js'
import type { KyselyDatabase } from '../sql/kysely-database.js'

/**
 * Holds every process on a database to the same master keys: the first one leaves the check of its current key, which gives nothing
 * of it away, and the others must have that key too.
 *
 * @throws MLError `CONFIGURATION_INVALID`
 */
export async function agreeOnMasterKeys(database: KyselyDatabase, masterKeys: readonly Uint8Array[], path: string): Promise<void> {
  const checks = masterKeys.map(masterKeyCheck)
  const agreed = await database.asOwnerLocked(async (transaction) => {
    await sql`create table if not exists core.setting (name text primary key, value text not null)`.execute(transaction)
    await sql`insert into core.setting values ('master-key-check', ${checks[0]}) on conflict do nothing`.execute(transaction)
    const { rows } = await sql<{ value: string }>`select value from core.setting where name = 'master-key-check'`.execute(transaction)
    return rows[0]!.value
  })
  if (checks.includes(agreed)) return
  throw new PlatformError(
    'CONFIGURATION_INVALID',
    `Expected the master keys that this database was first opened with, got others at ${path}. ` +
      'Copy the file keys/master-keys.json from the machine that opened it first.',
  )
}
