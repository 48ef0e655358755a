import { type SchemaMigrations, PlatformError } from '@motadata/core'
import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { errorCode } from '../filesystem/durable-file.js'
import { systemRole } from './roles.js'

const schemaPattern = /^[a-z][a-z0-9_]{0,62}$/
/** Which migrations of any schema only add; written by the release that knows them, read by the one before. */
const expandingTable = sql.table('core.expanding_migration')

/**
 * Brings one package's schema to its newest version, in one transaction: all pending migrations or none. The history is a table
 * in that schema; a lock lets one process migrate at a time. That others may read the history is seen to each time, since a process may have
 * been killed between the two.
 *
 * A schema that a newer release has migrated is taken as it is when all that is new in it only adds.
 *
 * @throws MLError `MIGRATION_FAILED`, with the database's error as its cause
 */
export async function migrateSchema(database: Kysely<unknown>, { schema, migrations, expanding = [] }: SchemaMigrations): Promise<void> {
  if (!schemaPattern.test(schema) || schema.startsWith('pg_')) {
    throw new PlatformError('MIGRATION_FAILED', `Expected a schema name of a-z, 0-9 and _, such as 'ml_framework', got ${JSON.stringify(schema)}.`)
  }
  const stray = expanding.filter((name) => !Object.hasOwn(migrations, name))
  if (stray.length > 0) throw new PlatformError('MIGRATION_FAILED', `Expected 'expanding' to name migrations of the schema '${schema}', got ${stray.join(', ')}.`)
  if ((await compareHistory(database, schema, Object.keys(migrations)).catch(explainRefusal(schema))) === 'nothing to do') return letHistoryBeRead(database, schema)
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(Object.fromEntries(Object.entries(migrations).map(([name, migration]) => [name, expanding.includes(name) ? noted(schema, name, migration) : migration]))) },
    migrationTableSchema: schema,
    nameComparator: compareNames,
  })
  const { error, results } = await migrator.migrateToLatest()
  if (!error) return letHistoryBeRead(database, schema)
  const failed = results?.find((result) => result.status === 'Error')?.migrationName
  throw new PlatformError(
    'MIGRATION_FAILED',
    `Expected the schema '${schema}' to come to its newest version, ` +
      `got an error${failed ? ` in its migration '${failed}'` : ''}: ${error instanceof Error ? error.message : String(error)}. ` +
      (errorCode(error) === '42501' ? 'Nothing was changed; migrate as the owner first, with migrationDatabaseUrl.' : 'Nothing was changed; the cause says what to mend.'),
    { cause: error, details: { schema, ...(failed ? { migration: failed } : {}) } },
  )
}

/** A process whose login owns nothing must see that there is nothing to do. One process at a time: PostgreSQL refuses grants that meet. */
async function letHistoryBeRead(database: Kysely<unknown>, schema: string): Promise<void> {
  const { rows } = await sql<{ readable: boolean }>`
    select has_schema_privilege(${systemRole}, ${schema}, 'usage') and has_table_privilege(${systemRole}, ${`${schema}.kysely_migration`}, 'select') as readable`.execute(database)
  if (rows[0]!.readable) return
  await database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtext('motadata.setup'))`.execute(transaction)
    await sql`grant usage on schema ${sql.id(schema)} to ${sql.id(systemRole)}`.execute(transaction)
    await sql`grant select on ${sql.table(`${schema}.kysely_migration`)} to ${sql.id(systemRole)}`.execute(transaction)
  })
}

/** What a login meets that owns nothing, where the owner has not migrated to the end. */
function explainRefusal(schema: string): (error: unknown) => never {
  return (cause) => {
    if (errorCode(cause) !== '42501') throw cause
    throw new PlatformError(
      'MIGRATION_FAILED',
      `Expected this login to see how far the schema '${schema}' is, got a refusal. Migrate as the owner first, with migrationDatabaseUrl, also if that was begun before and cut off.`,
      { cause, details: { schema } },
    )
  }
}

/** The migration, with a note for older processes that it only adds, in the same transaction. */
function noted(schema: string, name: string, migration: Migration): Migration {
  return {
    async up(database: Kysely<unknown>) {
      await migration.up(database)
      await sql`create table if not exists ${expandingTable} (schema text, name text, primary key (schema, name))`.execute(database)
      await sql`grant select on ${expandingTable} to ${sql.id(systemRole)}`.execute(database)
      await sql`insert into ${expandingTable} values (${schema}, ${name}) on conflict do nothing`.execute(database)
    },
  }
}

/**
 * What the history says. The common case is answered cheaply: kysely itself reads the whole catalogue several times to find that there
 * is nothing to do.
 *
 * @throws MLError `MIGRATION_FAILED` for a schema of a newer release beside which this one can't work
 */
async function compareHistory(database: Kysely<unknown>, schema: string, known: readonly string[]): Promise<'nothing to do' | 'something to do'> {
  const { rows: found } = await sql<{ history: boolean; expanding: boolean }>`
    select to_regclass(${`${schema}.kysely_migration`}) is not null as history, to_regclass('core.expanding_migration') is not null as expanding`.execute(database)
  if (!found[0]!.history) return 'something to do'
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(`${schema}.kysely_migration`)} order by name collate "C"`.execute(database)
  const done = new Set(rows.map(({ name }) => name))
  const newer = [...done].filter((name) => !known.includes(name))
  // With something pending too it is no newer history but another one, of which kysely says what is wrong.
  if (known.some((name) => !done.has(name))) return 'something to do'
  if (newer.length === 0) return 'nothing to do'
  const noted = found[0]!.expanding ? (await sql<{ name: string }>`select name from ${expandingTable} where schema = ${schema}`.execute(database)).rows.map(({ name }) => name) : []
  const contracting = newer.filter((name) => !noted.includes(name))
  if (contracting.length === 0) return 'nothing to do'
  throw new PlatformError(
    'MIGRATION_FAILED',
    `Expected the schema '${schema}' at '${known.toSorted(compareNames).at(-1) ?? 'its beginning'}' or with additions to that, got that of a newer release with ${contracting.map((name) => `'${name}'`).join(', ')}, ` +
      'beside which this one can not work. Start the newer release, or restore a backup from before it.',
    { details: { schema, newer, contracting } },
  )
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
