import { secureTenantTable } from '@motadata/core'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** How far views are online, runs that are under way, and pushes by their idempotency key. */
export const featureMaterializationMigration: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const table of tables) await sql.raw(table).execute(database)
    for (const name of ['feature_view_state', 'feature_materialization', 'feature_push']) {
      for (const statement of secureTenantTable('data_management', name)) await statement.execute(database)
    }
  },
}

const tables = [
  `create table data_management.feature_view_state (
    tenant_id text not null,
    name text collate "C" not null,
    generation integer not null,
    newest_event_ms double precision,
    materialized_until_ms double precision,
    source_fingerprint text,
    updated_at timestamptz not null,
    primary key (tenant_id, name, generation),
    foreign key (tenant_id, name) references data_management.feature_view (tenant_id, name) on delete cascade
  )`,
  `create table data_management.feature_materialization (
    tenant_id text not null,
    run_id text not null,
    name text collate "C" not null,
    plan json not null,
    done bigint not null,
    kept bigint not null,
    finished_at timestamptz,
    created_at timestamptz not null,
    primary key (tenant_id, run_id, name),
    foreign key (tenant_id, name) references data_management.feature_view (tenant_id, name) on delete cascade
  )`,
  `create table data_management.feature_push (
    tenant_id text not null,
    name text collate "C" not null,
    idempotency_key text not null,
    content_sha256 text not null,
    result json not null,
    created_at timestamptz not null,
    primary key (tenant_id, name, idempotency_key),
    foreign key (tenant_id, name) references data_management.feature_view (tenant_id, name) on delete cascade
  )`,
]
