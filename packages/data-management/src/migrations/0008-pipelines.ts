import { secureTenantTable } from '@motadata/core'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Data pipelines, their runs with each step, and what finished steps made. */
export const pipelinesMigration: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const table of tables) await sql.raw(table).execute(database)
    for (const name of ['pipeline', 'pipeline_run', 'pipeline_step_run', 'pipeline_cache', 'pipeline_cache_artifact']) {
      for (const statement of secureTenantTable('data_management', name)) await statement.execute(database)
    }
  },
}

// Documents are json, not jsonb, which refuses column names with \u0000 or lone surrogates in them. Names are compared byte by byte.
const tables = [
  `create table data_management.pipeline (
    tenant_id text not null,
    name text collate "C" not null,
    definition json not null,
    columns json not null,
    revision integer not null check (revision > 0),
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, name)
  )`,
  `create table data_management.pipeline_run (
    tenant_id text not null,
    id text collate "C" not null,
    pipeline text collate "C" not null,
    definition json not null,
    use_cache boolean not null,
    state text not null check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    attempt integer not null,
    requested_by text not null,
    error json,
    created_at timestamptz not null,
    started_at timestamptz,
    ended_at timestamptz,
    primary key (tenant_id, id)
  )`,
  'create index pipeline_run_by_pipeline on data_management.pipeline_run (tenant_id, pipeline, id desc)',
  `create table data_management.pipeline_step_run (
    tenant_id text not null,
    run_id text collate "C" not null,
    step text not null,
    position integer not null,
    kind text not null,
    inputs json not null,
    state text not null check (state in ('waiting', 'running', 'succeeded', 'failed')),
    from_cache boolean not null,
    attempt integer not null,
    row_count bigint,
    fingerprint text,
    dataset text,
    dataset_version integer,
    report json,
    started_at timestamptz,
    ended_at timestamptz,
    primary key (tenant_id, run_id, step),
    foreign key (tenant_id, run_id) references data_management.pipeline_run (tenant_id, id) on delete cascade
  )`,
  `create table data_management.pipeline_cache (
    tenant_id text not null,
    key text not null,
    fingerprint text not null,
    size_bytes bigint not null,
    report json,
    created_at timestamptz not null,
    used_at timestamptz not null,
    primary key (tenant_id, key)
  )`,
  `create table data_management.pipeline_cache_artifact (
    tenant_id text not null,
    key text not null,
    sha256 text not null,
    primary key (tenant_id, key, sha256),
    foreign key (tenant_id, key) references data_management.pipeline_cache (tenant_id, key) on delete cascade
  )`,
  'create index pipeline_cache_artifact_by_hash on data_management.pipeline_cache_artifact (tenant_id, sha256)',
]
