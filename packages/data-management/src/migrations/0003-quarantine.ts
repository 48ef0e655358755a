import { secureTenantTable } from '@motadata/core'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Rows of sources that could not be used, until they are fixed and taken in. */
export const quarantineMigration: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const table of tables) await sql.raw(table).execute(database)
    for (const name of ['quarantine', 'quarantined_row']) {
      for (const statement of secureTenantTable('data_management', name)) await statement.execute(database)
    }
  },
}

const tables = [
  `create table data_management.quarantine (
    tenant_id text not null,
    name text collate "C" not null,
    version integer not null,
    format text not null check (format in ('csv', 'ndjson')),
    delimiter text,
    header json,
    row_count integer not null,
    primary key (tenant_id, name, version),
    foreign key (tenant_id, name, version) references data_management.dataset_version (tenant_id, name, version) on delete cascade
  )`,
  `create table data_management.quarantined_row (
    tenant_id text not null,
    name text collate "C" not null,
    version integer not null,
    row integer not null check (row > 0),
    line bigint not null,
    column_name text,
    reason text not null,
    text text,
    replayed_as integer,
    primary key (tenant_id, name, version, row),
    foreign key (tenant_id, name, version) references data_management.quarantine (tenant_id, name, version) on delete cascade
  )`,
]
