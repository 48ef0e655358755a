import { secureTenantTable } from '@motadata/core'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Entities, feature views with their versions, feature services. A view that is deleted keeps its row: its versions are never given again. */
export const featureRegistryMigration: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const table of tables) await sql.raw(table).execute(database)
    for (const name of ['feature_entity', 'feature_view', 'feature_view_version', 'feature_service']) {
      for (const statement of secureTenantTable('data_management', name)) await statement.execute(database)
    }
  },
}

const tables = [
  `create table data_management.feature_entity (
    tenant_id text not null,
    name text collate "C" not null,
    definition json not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, name)
  )`,
  `create table data_management.feature_view (
    tenant_id text not null,
    name text collate "C" not null,
    latest_version integer not null,
    generation integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    primary key (tenant_id, name)
  )`,
  `create table data_management.feature_view_version (
    tenant_id text not null,
    name text collate "C" not null,
    version integer not null check (version > 0),
    generation integer not null,
    definition json not null,
    created_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, name, version),
    foreign key (tenant_id, name) references data_management.feature_view (tenant_id, name) on delete cascade
  )`,
  `create table data_management.feature_service (
    tenant_id text not null,
    name text collate "C" not null,
    definition json not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, name)
  )`,
]
