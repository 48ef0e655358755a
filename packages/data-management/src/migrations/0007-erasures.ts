import { secureTenantTable } from '@motadata/core'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Erasures, what they found, and versions of datasets that lost rows to them. */
export const erasuresMigration: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const table of tables) await sql.raw(table).execute(database)
    for (const name of ['erasure', 'erasure_finding', 'erased_version']) {
      for (const statement of secureTenantTable('data_management', name)) await statement.execute(database)
    }
  },
}

// A certificate is kept as the text that was signed.
const tables = [
  `create table data_management.erasure (
    tenant_id text not null,
    id text collate "C" not null,
    subject_kind text not null check (subject_kind in ('person', 'tenant')),
    erased_tenant_id text not null,
    subject_digest text not null,
    sealed_subject bytea,
    key_id text not null,
    idempotency_key text,
    requested_by text not null,
    requested_at timestamptz not null,
    completed_at timestamptz,
    certificate text,
    primary key (tenant_id, id),
    unique (tenant_id, idempotency_key)
  )`,
  `create table data_management.erasure_finding (
    tenant_id text not null,
    erasure_id text collate "C" not null,
    owner text collate "C" not null,
    kind text collate "C" not null,
    name text collate "C" not null,
    count bigint not null,
    effect text not null check (effect in ('erase', 'taint', 'retain')),
    reason text,
    successor text,
    primary key (tenant_id, erasure_id, owner, kind, name),
    foreign key (tenant_id, erasure_id) references data_management.erasure (tenant_id, id) on delete cascade
  )`,
  `create table data_management.erased_version (
    tenant_id text not null,
    name text collate "C" not null,
    version integer not null,
    fingerprint text not null,
    successor text not null,
    erased_row_count bigint not null,
    erasure_id text not null,
    erased_at timestamptz not null,
    primary key (tenant_id, name, version, fingerprint),
    foreign key (tenant_id, name, version) references data_management.dataset_version (tenant_id, name, version) on delete cascade
  )`,
  'create index erased_version_by_fingerprint on data_management.erased_version (tenant_id, fingerprint)',
]
