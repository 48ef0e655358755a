import { PlatformError } from '@motadata/core'
import { sql } from 'kysely'
import { masterKeyCheck } from '../filesystem/master-key-file.js'
import type { KyselyDatabase } from '../sql/kysely-database.js'

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
