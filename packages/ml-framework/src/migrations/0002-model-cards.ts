import { secureTenantTable } from '@motadata/core'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What is known of how a version came about, and the steps of trainings that have not ended. */
export const modelCardsMigration: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const table of tables) await sql.raw(table).execute(database)
    for (const name of ['model_card', 'training_checkpoint']) {
      for (const statement of secureTenantTable('ml_framework', name)) await statement.execute(database)
    }
  },
}

const tables = [
  `create table ml_framework.model_card (
    tenant_id text not null,
    name text collate "C" not null,
    version integer not null,
    card json,
    spec json,
    row_scores_sha256 text,
    primary key (tenant_id, name, version),
    foreign key (tenant_id, name, version) references ml_framework.model_version (tenant_id, name, version)
  )`,
  `create table ml_framework.training_checkpoint (
    tenant_id text not null,
    training_key text collate "C" not null,
    step text collate "C" not null,
    fingerprint text not null,
    artifact_sha256 text not null,
    updated_at timestamptz not null,
    primary key (tenant_id, training_key, step)
  )`,
]
