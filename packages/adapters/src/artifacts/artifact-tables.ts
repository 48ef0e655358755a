import { type MigrationDatabase, type SchemaMigrations, secureTenantTable } from '@motadata/core'
import { sql } from 'kysely'

export interface ArtifactTables {
  'artifacts.artifact': {
    tenant_id: string
    sha256: string
    size_bytes: number
    modified_at_ms: number
  }
  /** The bytes of an artifact, in pieces numbered from 0. */
  'artifacts.chunk': {
    tenant_id: string
    sha256: string
    number: number
    bytes: Uint8Array
  }
}

export const artifactMigrations: SchemaMigrations = {
  schema: 'artifacts',
  migrations: {
    '0001-chunks': {
      async up(database: MigrationDatabase): Promise<void> {
        await sql`create table artifacts.artifact (
          tenant_id text not null,
          sha256 text not null,
          size_bytes double precision not null,
          modified_at_ms double precision not null,
          primary key (tenant_id, sha256)
        )`.execute(database)
        await sql`create table artifacts.chunk (
          tenant_id text not null,
          sha256 text not null,
          number integer not null,
          bytes bytea not null,
          primary key (tenant_id, sha256, number)
        )`.execute(database)
        // Models are dense numbers, which the server would try in vain to compress.
        await sql`alter table artifacts.chunk alter column bytes set storage external`.execute(database)
        for (const table of ['artifact', 'chunk']) for (const statement of secureTenantTable('artifacts', table)) await statement.execute(database)
      },
    },
  },
}
