import { type Logger, PlatformError } from '@motadata/core'
import { type PostgresPool, PostgresDialect, sql } from 'kysely'
import { Client, Pool } from 'pg'
import { errorCode } from '../filesystem/durable-file.js'
import { KyselyDatabase } from '../sql/kysely-database.js'
import { prepareRoles, systemRole, tenantRole } from '../sql/roles.js'
import type { CheckedPostgresqlOptions } from './postgresql-options.js'

/** The database on a server: units of work as one login, migrations as the owner, and the roles made and granted. */
export async function openPostgresqlDatabase(
  options: Pick<CheckedPostgresqlOptions, 'databaseUrl' | 'migrationDatabaseUrl' | 'maxConnections'>,
  logger: Logger,
): Promise<KyselyDatabase> {
  const pool = (connectionString: string, max: number): PostgresDialect => {
    const opened = new Pool({ connectionString, max, connectionTimeoutMillis: 10_000, idleTimeoutMillis: 30_000, application_name: 'motadata' })
    opened.on('error', (error) => logger.warn({ error }, 'an idle connection to the database was lost'))
    return new PostgresDialect({ pool: opened as unknown as PostgresPool })
  }
  const database = new KyselyDatabase({
    engine: 'postgresql',
    dialect: pool(options.databaseUrl, options.maxConnections),
    owner: pool(options.migrationDatabaseUrl, 1),
  })
  try {
    await database.asOwnerLocked(prepareRoles)
    await grantRoles(database, options.databaseUrl)
    return database
  } catch (error) {
    await database.close()
    if (errorCode(error) !== '42501') throw error
    throw new PlatformError(
      'MIGRATION_FAILED',
      `Expected the login of migrationDatabaseUrl to be allowed to make schemas and roles and to grant them, got a refusal. ` +
        `Give it the right (create on the database, createrole), or make the roles ${tenantRole} and ${systemRole} beforehand.`,
      { cause: error },
    )
  }
}

/** The login must be allowed to take on the roles; the server tells who it is, since a URL may leave that to it. */
async function grantRoles(database: KyselyDatabase, databaseUrl: string): Promise<void> {
  const login = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 })
  const question = "select current_user as name, pg_has_role($1, 'member') and pg_has_role($2, 'member') as member"
  await login.connect()
  const { rows } = await login.query(question, [tenantRole, systemRole]).finally(() => login.end())
  const { name, member } = rows[0] as { name: string; member: boolean }
  if (member) return
  await database.asOwnerLocked((transaction) => sql`grant ${sql.id(tenantRole)}, ${sql.id(systemRole)} to ${sql.id(name)}`.execute(transaction))
}
