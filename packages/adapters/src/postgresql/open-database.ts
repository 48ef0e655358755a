import { type Logger, PlatformError } from '@motadata/core'
import { sql } from 'kysely'
import { Client } from 'pg'
import { errorCode } from '../filesystem/durable-file.js'
import { KyselyDatabase } from '../sql/kysely-database.js'
import { prepareRoles, systemRole, tenantRole } from '../sql/roles.js'
import { type PoolLimits, createPoolDialect } from './connection-pool.js'
import type { CheckedPostgresqlOptions } from './postgresql-options.js'

export type OpenDatabaseOptions = Pick<CheckedPostgresqlOptions, 'databaseUrl' | 'migrationDatabaseUrl'> & PoolLimits

/**
 * The database on a server: units of work as one login, migrations as the owner, and the roles made and granted. Migrations may take as
 * long as they need, and wait for those of another process.
 */
export async function openPostgresqlDatabase(options: OpenDatabaseOptions, logger: Logger): Promise<KyselyDatabase> {
  const { databaseUrl, migrationDatabaseUrl, connectionTimeoutMs } = options
  const database = new KyselyDatabase({
    engine: 'postgresql',
    dialect: createPoolDialect(databaseUrl, options, logger),
    owner: createPoolDialect(migrationDatabaseUrl, { maxConnections: 1, connectionTimeoutMs }, logger),
  })
  try {
    await database.asOwnerLocked(prepareRoles)
    await grantRoles(database, options)
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
async function grantRoles(database: KyselyDatabase, { databaseUrl, connectionTimeoutMs }: OpenDatabaseOptions): Promise<void> {
  const login = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: connectionTimeoutMs })
  const question = "select current_user as name, pg_has_role($1, 'member') and pg_has_role($2, 'member') as member"
  await login.connect()
  const { rows } = await login.query(question, [tenantRole, systemRole]).finally(() => login.end())
  const { name, member } = rows[0] as { name: string; member: boolean }
  if (member) return
  await database.asOwnerLocked((transaction) => sql`grant ${sql.id(tenantRole)}, ${sql.id(systemRole)} to ${sql.id(name)}`.execute(transaction))
}
