import { secureTenantTable } from '@motadata/core'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** When artifacts of deleted datasets were given up, for sweeps beside backups. */
export const releasedArtifactsMigration: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await sql.raw(table).execute(database)
    for (const statement of secureTenantTable('data_management', 'released_artifact')) await statement.execute(database)
  },
}

const table = `create table data_management.released_artifact (
  tenant_id text not null,
  sha256 text not null,
  released_at timestamptz not null,
  primary key (tenant_id, sha256)
)`
