import { secureTenantTable } from '@motadata/core'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What tokens of redacted texts stand for, sealed with the tenant's key. */
export const redactionTokensMigration: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await sql.raw(table).execute(database)
    for (const statement of secureTenantTable('data_management', 'redaction_token')) await statement.execute(database)
  },
}

const table = `create table data_management.redaction_token (
  tenant_id text not null,
  token text collate "C" not null,
  sealed bytea not null,
  key_id text not null,
  created_at timestamptz not null,
  primary key (tenant_id, token)
)`
