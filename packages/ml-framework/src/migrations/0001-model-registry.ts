import { secureTenantTable } from '@motadata/core'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Models, their versions, what an alias means, and who changed it when. */
export const modelRegistryMigration: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const table of tables) await sql.raw(table).execute(database)
    for (const name of ['registered_model', 'model_version', 'model_alias', 'model_alias_event']) {
      for (const statement of secureTenantTable('ml_framework', name)) await statement.execute(database)
    }
  },
}

// Documents are json, not jsonb, which refuses labels with \u0000 or lone surrogates in them. Names are compared byte by byte
// (collate "C"), so that pages have one order on every machine.
const tables = [
  `create table ml_framework.registered_model (
    tenant_id text not null,
    name text collate "C" not null,
    description text not null,
    latest_version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    archived_at timestamptz,
    primary key (tenant_id, name)
  )`,
  `create table ml_framework.model_version (
    tenant_id text not null,
    name text collate "C" not null,
    version integer not null check (version > 0),
    model_type text not null,
    artifact_sha256 text not null,
    artifact_size_bytes bigint not null,
    artifact_format text not null,
    signature json not null,
    report json not null,
    dataset_fingerprint text not null,
    idempotency_key text,
    created_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, name, version),
    foreign key (tenant_id, name) references ml_framework.registered_model (tenant_id, name),
    unique (tenant_id, idempotency_key)
  )`,
  `create table ml_framework.model_alias (
    tenant_id text not null,
    name text collate "C" not null,
    alias text collate "C" not null,
    version integer not null,
    updated_at timestamptz not null,
    primary key (tenant_id, name, alias),
    foreign key (tenant_id, name, version) references ml_framework.model_version (tenant_id, name, version)
  )`,
  `create table ml_framework.model_alias_event (
    tenant_id text not null,
    id bigint generated always as identity,
    name text collate "C" not null,
    alias text not null,
    from_version integer,
    to_version integer not null,
    changed_by text not null,
    changed_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, name) references ml_framework.registered_model (tenant_id, name)
  )`,
  'create index model_alias_event_by_model on ml_framework.model_alias_event (tenant_id, name, id)',
]
