import { createStderrLogger, openPlatform, readMasterKeyFile, SystemClock } from '@motadata/adapters'
import type { RedisConnection } from '@motadata/adapters/redis'
import type { Logger, Platform } from '@motadata/core'
import type { PlatformConfig } from './platform-settings.js'

export interface OpenConfiguredPlatformOptions {
  readonly logger?: Logger
  /** How long closing lets running jobs end before it hands them back. */
  readonly jobGraceMs?: number
  /** Opens also what holds only a part of a backup, for the restore that goes on with it. */
  readonly forRestore?: boolean
}

/**
 * The platform that the settings name: on PostgreSQL with `DATABASE_URL`, else embedded. The one place where settings become engines.
 *
 * @throws MLError `CONFIGURATION_INVALID`, `STORAGE_LOCKED`, `STORAGE_UNAVAILABLE`, `MIGRATION_FAILED`, `RESTORE_UNFINISHED`
 * @example
 * const platform = await openConfiguredPlatform(readConfig(platformSettings, process.env, platformFaults), { logger })
 * await platform.close()
 */
export async function openConfiguredPlatform(config: PlatformConfig, options: OpenConfiguredPlatformOptions = {}): Promise<Platform> {
  const { DATABASE_URL: databaseUrl, DATABASE_MIGRATION_URL: migrationDatabaseUrl, ARTIFACT_URL: artifacts, REDIS_URL: redisUrl } = config
  const masterKeys = await configuredMasterKeys(config)
  const shared = {
    dataFolder: config.DATA_FOLDER, ...options, ...(artifacts === undefined ? {} : { artifacts }), ...(masterKeys === undefined ? {} : { masterKeys }),
  }
  if (databaseUrl === undefined) return openPlatform(shared)
  // a client is loaded only where it is used
  const postgresql = await import('@motadata/adapters/postgresql')
  const redis = redisUrl === undefined ? undefined : await openRedis(redisUrl, options.logger)
  try {
    const platform = await postgresql.openPlatform({
      ...shared,
      databaseUrl,
      ...(migrationDatabaseUrl === undefined ? {} : { migrationDatabaseUrl }),
      ...(redis ? { redis } : {}),
      maxConnections: config.DATABASE_POOL_SIZE,
      connectionTimeoutMs: config.DATABASE_POOL_TIMEOUT_MS,
      statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
      lockTimeoutMs: config.DATABASE_LOCK_TIMEOUT_MS,
    })
    return redis ? { ...platform, close: () => platform.close().finally(() => redis.close()) } : platform
  } catch (error) {
    await redis?.close()
    throw error
  }
}

/** Undefined where they are the data folder's. */
async function configuredMasterKeys({ MASTER_KEYS: given, MASTER_KEYS_FILE: path }: PlatformConfig): Promise<readonly Uint8Array[] | undefined> {
  return given ?? (path === undefined ? undefined : readMasterKeyFile(path))
}

async function openRedis(url: string, logger: Logger = createStderrLogger()): Promise<RedisConnection> {
  const { connectRedis } = await import('@motadata/adapters/redis')
  return connectRedis({ url, logger, clock: new SystemClock() })
}
