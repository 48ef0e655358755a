import { secureTenantTable } from '@motadata/core'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Which versions of datasets a run of a pipeline read, and which it made. */
export const pipelineLineageMigration: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await sql.raw(table).execute(database)
    await sql.raw(index).execute(database)
    for (const statement of secureTenantTable('data_management', 'pipeline_lineage')) await statement.execute(database)
  },
}

const table = `create table data_management.pipeline_lineage (
  tenant_id text not null,
  run_id text collate "C" not null,
  step text not null,
  direction text not null check (direction in ('input', 'output')),
  dataset text collate "C" not null,
  version integer not null,
  fingerprint text not null,
  primary key (tenant_id, run_id, step),
  foreign key (tenant_id, run_id) references data_management.pipeline_run (tenant_id, id) on delete cascade
)`
const index = 'create index pipeline_lineage_by_dataset on data_management.pipeline_lineage (tenant_id, dataset, version)'
