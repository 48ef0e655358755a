import { type Database, PlatformError } from '@motadata/core'
import type { Transaction } from 'kysely'
import type { SettingTables } from './setting-table.js'

const name = 'restore'
const running = 'running '
const done = 'done '

/**
 * Whether a restore of this backup was cut off, so that it may go on.
 *
 * @param backupId - Tells one backup from another.
 * @throws MLError `RESTORE_REFUSED` where another backup's restore was cut off
 */
export async function isRestoreUnderWay(database: Database, backupId: string): Promise<boolean> {
  const found = await read(database)
  if (!found?.startsWith(running)) return false
  if (found === running + backupId) return true
  throw new PlatformError(
    'RESTORE_REFUSED',
    'Expected a platform without another restore, got one that holds a part of another backup. Restore that one to its end, or begin with an empty database and DATA_FOLDER.',
  )
}

/**
 * Marks a platform as one into which a backup is being written, before anything of it is: from then on none but a restore may open it, until
 * {@link endRestore}.
 */
export function beginRestore(database: Database, backupId: string): Promise<void> {
  return write(database, running + backupId)
}

/** Lets others in again. */
export function endRestore(database: Database, backupId: string): Promise<void> {
  return write(database, done + backupId)
}

/**
 * Nobody serves a part of a backup.
 *
 * @throws MLError `RESTORE_UNFINISHED`
 */
export async function refuseUnfinishedRestore(database: Database): Promise<void> {
  if (!(await read(database))?.startsWith(running)) return
  throw new PlatformError(
    'RESTORE_UNFINISHED',
    'Expected a platform that is empty or whole, got one into which a restore has written only a part of a backup: it was cut off, or is under way. ' +
      'Run the same restore again, which goes on to its end; or begin with an empty database and DATA_FOLDER.',
  )
}

async function read(database: Database): Promise<string | undefined> {
  const found = await database.asSystem((transaction: Transaction<SettingTables>) =>
    transaction.selectFrom('core.setting').select('value').where('name', '=', name).executeTakeFirst())
  return found?.value
}

async function write(database: Database, value: string): Promise<void> {
  await database.asSystem((transaction: Transaction<SettingTables>) =>
    transaction.insertInto('core.setting').values({ name, value }).onConflict((conflict) => conflict.column('name').doUpdateSet({ value })).execute())
}
