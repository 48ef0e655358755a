import { type SchemaMigrations, PlatformError } from '@motadata/core'
import { type Kysely, sql } from 'kysely'
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
  if (await isNewest(database, schema, Object.keys(migrations))) return
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
      `got an error${failed ? ` in its migration '${failed}'` : ''}: ${error instanceof Error ? error.message : String(error)}. ` +
      'Nothing was changed; the cause says what to mend.',
    { cause: error, details: { schema, ...(failed ? { migration: failed } : {}) } },
  )
}

/** The common case, cheaply: kysely itself reads the whole catalogue several times to find that there is nothing to do. */
async function isNewest(database: Kysely<unknown>, schema: string, names: readonly string[]): Promise<boolean> {
  const history = sql.table(`${schema}.kysely_migration`)
  const { rows: found } = await sql<{ there: boolean }>`select to_regclass(${`${schema}.kysely_migration`}) is not null as there`.execute(database)
  if (!found[0]!.there) return false
  const { rows } = await sql<{ name: string }>`select name from ${history} order by name collate "C"`.execute(database)
  return JSON.stringify(rows.map(({ name }) => name)) === JSON.stringify([...names].sort())
}
