import { type OpenPlatformOptions, checkPlatformOptions } from '../platform-options.js'

export interface OpenPostgresqlPlatformOptions extends Omit<OpenPlatformOptions, 'inMemory'> {
  /** Of the login that the work runs as, `postgres://user:password@host:port/database`; in production not the owner of the tables. */
  readonly databaseUrl: string
  /** Of the login that owns the schemas and may make roles; default `databaseUrl`. */
  readonly migrationDatabaseUrl?: string
  /** Connections that this process may hold for units of work at once; default 10. */
  readonly maxConnections?: number
}

export type CheckedPostgresqlOptions = ReturnType<typeof checkPlatformOptions> &
  Required<Pick<OpenPostgresqlPlatformOptions, 'databaseUrl' | 'migrationDatabaseUrl' | 'maxConnections'>>

/**
 * Options with their defaults, or one error that names everything wrong with them; a URL's password is in none of it.
 *
 * @throws MLError `CONFIGURATION_INVALID`
 */
export function checkPostgresqlOptions(options: OpenPostgresqlPlatformOptions): CheckedPostgresqlOptions {
  const { databaseUrl, migrationDatabaseUrl, maxConnections, ...others } = { ...options }
  const problems: string[] = []
  if (!isPostgresqlUrl(databaseUrl)) problems.push("'databaseUrl' must be a URL like postgres://user:password@host:5432/database")
  if (migrationDatabaseUrl !== undefined && !isPostgresqlUrl(migrationDatabaseUrl)) {
    problems.push("'migrationDatabaseUrl' must be a URL like postgres://owner:password@host:5432/database")
  }
  if (!Number.isInteger(maxConnections ?? 1) || (maxConnections ?? 1) < 1) problems.push("'maxConnections' must be a whole number above 0")
  if ('inMemory' in others) problems.push("'inMemory' goes with the embedded database only")
  const checked = checkPlatformOptions(others, problems)
  return { ...checked, databaseUrl, migrationDatabaseUrl: migrationDatabaseUrl ?? databaseUrl, maxConnections: maxConnections ?? 10 }
}

function isPostgresqlUrl(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const { protocol, hostname, searchParams } = new URL(value)
  return /^postgres(ql)?:$/.test(protocol) && (hostname !== '' || searchParams.has('host'))
}
