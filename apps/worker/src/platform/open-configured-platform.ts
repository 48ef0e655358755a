import { openPlatform } from '@motadata/adapters'
import type { Logger, Platform } from '@motadata/core'
import type { PlatformConfig } from './platform-settings.js'

export interface OpenConfiguredPlatformOptions {
  readonly logger?: Logger
  /** How long closing lets running jobs end before it hands them back. */
  readonly jobGraceMs?: number
}

/**
 * The platform that the settings name: on PostgreSQL with `DATABASE_URL`, else embedded. The one place where settings become engines.
 *
 * @throws MLError `CONFIGURATION_INVALID`, `STORAGE_LOCKED`, `STORAGE_UNAVAILABLE`, `MIGRATION_FAILED`
 * @example
 * const platform = await openConfiguredPlatform(readConfig(platformSettings, process.env, platformFaults), { logger })
 * await platform.close()
 */
export async function openConfiguredPlatform(config: PlatformConfig, options: OpenConfiguredPlatformOptions = {}): Promise<Platform> {
  const shared = { dataFolder: config.DATA_FOLDER, ...options }
  const { DATABASE_URL: databaseUrl, DATABASE_MIGRATION_URL: migrationDatabaseUrl } = config
  if (databaseUrl === undefined) return openPlatform(shared)
  // its client is loaded only where it is used
  const postgresql = await import('@motadata/adapters/postgresql')
  return postgresql.openPlatform({
    ...shared,
    databaseUrl,
    ...(migrationDatabaseUrl === undefined ? {} : { migrationDatabaseUrl }),
    maxConnections: config.DATABASE_POOL_SIZE,
  })
}
