import { type Transaction, sql } from 'kysely'
import { systemRole } from './roles.js'

/** What all processes on a database hold to: a name and a text each. */
export interface SettingTables {
  'core.setting': { name: string; value: string }
}

/** Makes the table, as the owner; also a login that owns nothing may work with it. Doing it again changes nothing. */
export async function prepareSettings(transaction: Transaction<unknown>): Promise<void> {
  const { rows } = await sql<{ ready: boolean }>`select coalesce(has_table_privilege(${systemRole}, to_regclass('core.setting'), 'update'), false) as ready`.execute(transaction)
  if (rows[0]!.ready) return
  await sql`create table if not exists core.setting (name text primary key, value text not null)`.execute(transaction)
  await sql.raw(`grant select, insert, update on core.setting to ${systemRole}`).execute(transaction)
}
