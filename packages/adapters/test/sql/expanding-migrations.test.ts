import { type MigrationDatabase, type SchemaMigrations, secureTenantTable } from '@motadata/core'
import { describeExpandingMigrations, findContractions } from '@motadata/testing'
import { sql } from 'kysely'
import { artifactMigrations } from '../../src/artifacts/artifact-tables.js'
import { onlineMigrations } from '../../src/online/online-table.js'
import { jobMigrations } from '../../src/pg-boss/job-table.js'
import { databaseEngines } from '../engines.js'

const open = () => databaseEngines[0]!.openDatabase()

for (const migrations of [artifactMigrations, jobMigrations, onlineMigrations]) describeExpandingMigrations(migrations, open)

describe('what migrations change that say they only add', () => {
  /** A table, and then these statements. */
  const grown = (...statements: readonly string[]): SchemaMigrations => ({
    schema: 'grown',
    migrations: {
      '0001-first': {
        async up(database: MigrationDatabase) {
          await sql`create table grown.thing (tenant_id text, id text, name text, primary key (tenant_id, id))`.execute(database)
          for (const statement of secureTenantTable('grown', 'thing')) await statement.execute(database)
        },
      },
      '0002-more': {
        async up(database: MigrationDatabase) {
          for (const statement of statements) await sql.raw(statement).execute(database)
        },
      },
    },
    expanding: ['0002-more'],
  })

  it('is nothing where they add tables, indexes, and columns that may be left out', async () => {
    const added = grown(
      'alter table grown.thing add column note text, add column size integer not null default 0',
      'create index thing_by_note on grown.thing (tenant_id, note)',
      'create table grown.part (tenant_id text, id text, thing text not null, primary key (tenant_id, id), foreign key (tenant_id, thing) references grown.thing (tenant_id, id))',
    )
    expect(await findContractions(added, open)).toEqual([])
  })

  it('is found, whatever it is', async () => {
    const changed = grown(
      'alter table grown.thing rename column name to title',
      'alter table grown.thing add column kind text not null',
      'alter table grown.thing add constraint kind_is_known check (kind in (\'a\', \'b\'))',
      'create unique index one_of_a_kind on grown.thing (tenant_id, kind)',
      'drop policy tenant_isolation on grown.thing',
      'revoke delete on grown.thing from ml_app',
    )
    expect(await findContractions(changed, open)).toEqual([
      '0002-more: grown.thing.name was text, and is gone',
      '0002-more: grown.thing.kind is new and has to be given',
      expect.stringMatching(/^0002-more: grown\.thing\.right ml_app DELETE is gone/),
      expect.stringMatching(/^0002-more: grown\.thing\.tenant_isolation policy .* is gone/),
      expect.stringMatching(/^0002-more: grown\.thing\.kind_is_known .* is new/),
      expect.stringMatching(/^0002-more: grown\.thing\.unique .*one_of_a_kind.* is new/),
    ])
  })
})
