import type { Platform } from '@motadata/core'
import { type OpenPlatformOptions, checkPlatformOptions } from '../platform-options.js'

export interface OpenPostgresqlPlatformOptions extends Omit<OpenPlatformOptions, 'inMemory'> {
  /** Of the login that the work runs as, `postgres://user:password@host:port/database`; in production not the owner of the tables. */
  readonly databaseUrl: string
  /** Of the login that owns the schemas and may make roles; default `databaseUrl`. */
  readonly migrationDatabaseUrl?: string
  /** Connections that this process may hold for units of work at once; default 10. The job queue takes five more, changes one. */
  readonly maxConnections?: number
  /** How long a unit of work waits for a connection, made or handed on, before `STORAGE_UNAVAILABLE`; default 5000. */
  readonly connectionTimeoutMs?: number
  /** How long a statement may take; default 30 000. Migrations may take longer. */
  readonly statementTimeoutMs?: number
  /** How long a statement may wait for a lock; default 10 000. */
  readonly lockTimeoutMs?: number
  /** What `connectRedis` of `@motadata/adapters/redis` gave: cache, changes, limits and online values go there. It is not closed with the platform. */
  readonly redis?: Pick<Platform, 'cache' | 'changes' | 'rateLimiter' | 'onlineStore'>
}

const limits = {
  maxConnections: { fallback: 10, most: 10_000 },
  connectionTimeoutMs: { fallback: 5_000, most: 600_000 },
  statementTimeoutMs: { fallback: 30_000, most: 3_600_000 },
  lockTimeoutMs: { fallback: 10_000, most: 3_600_000 },
} as const

type Limit = keyof typeof limits

export type CheckedPostgresqlOptions = ReturnType<typeof checkPlatformOptions> &
  Required<Pick<OpenPostgresqlPlatformOptions, 'databaseUrl' | 'migrationDatabaseUrl' | Limit>> &
  Pick<OpenPostgresqlPlatformOptions, 'redis'>

/**
 * Options with their defaults, or one error that names everything wrong with them; a URL's password is in none of it.
 *
 * @throws MLError `CONFIGURATION_INVALID`
 */
export function checkPostgresqlOptions(options: OpenPostgresqlPlatformOptions): CheckedPostgresqlOptions {
  const { databaseUrl, migrationDatabaseUrl, maxConnections, connectionTimeoutMs, statementTimeoutMs, lockTimeoutMs, redis, ...others } = { ...options }
  const problems: string[] = []
  if (!isPostgresqlUrl(databaseUrl)) problems.push("'databaseUrl' must be a URL like postgres://user:password@host:5432/database")
  if (migrationDatabaseUrl !== undefined && !isPostgresqlUrl(migrationDatabaseUrl)) {
    problems.push("'migrationDatabaseUrl' must be a URL like postgres://owner:password@host:5432/database")
  }
  const numbers = Object.entries({ maxConnections, connectionTimeoutMs, statementTimeoutMs, lockTimeoutMs }).map(([name, value]) => {
    const { fallback, most } = limits[name as Limit]
    if (value !== undefined && !(Number.isInteger(value) && value >= 1 && value <= most)) problems.push(`'${name}' must be a whole number from 1 to ${most}`)
    return [name, value ?? fallback]
  })
  if (redis !== undefined && !['cache', 'changes', 'rateLimiter', 'onlineStore'].every((port) => port in Object(redis))) {
    problems.push("'redis' must be a connection that connectRedis gave")
  }
  if ('inMemory' in others) problems.push("'inMemory' goes with the embedded database only")
  const checked = checkPlatformOptions(others, problems)
  return {
    ...checked,
    ...(Object.fromEntries(numbers) as Record<Limit, number>),
    databaseUrl,
    migrationDatabaseUrl: migrationDatabaseUrl ?? databaseUrl,
    ...(redis ? { redis } : {}),
  }
}

function isPostgresqlUrl(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const { protocol, hostname, searchParams } = new URL(value)
  return /^postgres(ql)?:$/.test(protocol) && (hostname !== '' || searchParams.has('host'))
}
