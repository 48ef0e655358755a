import { secureTenantTable } from '@motadata/core'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Datasets and their versions; the rows lie in artifacts. */
export const datasetCatalogueMigration: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const table of tables) await sql.raw(table).execute(database)
    for (const name of ['dataset', 'dataset_version', 'dataset_part']) {
      for (const statement of secureTenantTable('data_management', name)) await statement.execute(database)
    }
  },
}

// Documents are json, not jsonb, which refuses column names with \u0000 or lone surrogates in them. Names are compared byte by byte.
const tables = [
  `create table data_management.dataset (
    tenant_id text not null,
    name text collate "C" not null,
    description text not null,
    latest_version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    archived_at timestamptz,
    primary key (tenant_id, name)
  )`,
  `create table data_management.dataset_version (
    tenant_id text not null,
    name text collate "C" not null,
    version integer not null check (version > 0),
    fingerprint text not null,
    row_count bigint not null,
    size_bytes bigint not null,
    columns json not null,
    source json not null,
    idempotency_key text,
    created_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, name, version),
    foreign key (tenant_id, name) references data_management.dataset (tenant_id, name) on delete cascade,
    unique (tenant_id, idempotency_key)
  )`,
  `create table data_management.dataset_part (
    tenant_id text not null,
    name text collate "C" not null,
    sha256 text not null,
    primary key (tenant_id, name, sha256),
    foreign key (tenant_id, name) references data_management.dataset (tenant_id, name) on delete cascade
  )`,
  'create index dataset_part_by_hash on data_management.dataset_part (tenant_id, sha256)',
  'create index dataset_version_by_fingerprint on data_management.dataset_version (tenant_id, fingerprint)',
]
