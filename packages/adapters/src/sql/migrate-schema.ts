import { type SchemaMigrations, PlatformError } from '@motadata/core'
import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'

const schemaPattern = /^[a-z][a-z0-9_]{0,62}$/

/**
 * Brings one package's schema to its newest version, in one transaction: all pending migrations or none. The history is a table
 * in that schema; a lock lets one process migrate at a time.
 *
 * @throws MLError `MIGRATION_FAILED`, with the database's error as its cause
 */
export async function migrateSchema(database: Kysely<unknown>, { schema, migrations }: SchemaMigrations): Promise<void> {
  if (!schemaPattern.test(schema) || schema.startsWith('pg_')) {
    throw new PlatformError('MIGRATION_FAILED', `Expected a schema name of a-z, 0-9 and _, such as 'ml_framework', got ${JSON.stringify(schema)}.`)
  }
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    migrationTableSchema: schema,
    nameComparator: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  })
  const { error, results } = await migrator.migrateToLatest()
  if (!error) return
  const failed = results?.find((result) => result.status === 'Error')?.migrationName
  throw new PlatformError(
    'MIGRATION_FAILED',
    `Expected the schema '${schema}' to come to its newest version, ` +
      `${failed ? `got an error in its migration '${failed}'` : `got an error: ${error instanceof Error ? error.message : String(error)}`}. ` +
      'Nothing was changed; the cause says what to mend.',
    { cause: error, details: { schema, ...(failed ? { migration: failed } : {}) } },
  )
}
