import { join, resolve } from 'node:path'
import type { Platform } from '@motadata/core'
import { Closing } from '../closing.js'
import { FileArtifactStore } from '../filesystem/file-artifact-store.js'
import { loadMasterKeys } from '../filesystem/master-key-file.js'
import { DerivedKeyRing } from '../key-ring/derived-key-ring.js'
import { MemoryCache } from '../memory/memory-cache.js'
import { MemoryRateLimiter } from '../memory/memory-rate-limiter.js'
import { createStderrLogger } from '../node/stderr-logger.js'
import { SystemClock } from '../node/system-clock.js'
import { TimeSortableIds } from '../node/time-sortable-ids.js'
import { SqlOnlineStore } from '../online/sql-online-store.js'
import { PgBossJobQueue, type PgBossJobQueueOptions } from '../pg-boss/pg-boss-job-queue.js'
import { systemRole } from '../sql/roles.js'
import { asStorageError } from '../sql/storage-error.js'
import { agreeOnMasterKeys } from './key-agreement.js'
import { openPostgresqlDatabase } from './open-database.js'
import { PostgresqlChangeSignal } from './postgresql-change-signal.js'
import { type OpenPostgresqlPlatformOptions, checkPostgresqlOptions } from './postgresql-options.js'

/** A killed process's job is tried again after so long. */
const heartbeatSeconds = 20

/**
 * The outside world on a PostgreSQL server, for any number of processes: tables, jobs and changes there, artifacts and keys in the data
 * folder, which processes on several machines share or copy the keys of.
 *
 * @returns the ports; close the platform when done
 * @throws MLError `CONFIGURATION_INVALID`, `STORAGE_UNAVAILABLE` when the server does not answer
 * @example
 * const platform = await openPlatform({ databaseUrl: 'postgres://motadata@db.internal/motadata', dataFolder: '/var/lib/motadata' })
 */
export async function openPlatform(options: OpenPostgresqlPlatformOptions): Promise<Platform> {
  const { dataFolder, cacheBytes, jobGraceMs, databaseUrl, migrationDatabaseUrl, maxConnections, ...given } = checkPostgresqlOptions(options)
  const clock = given.clock ?? new SystemClock()
  const logger = given.logger ?? createStderrLogger()
  const ids = given.ids ?? new TimeSortableIds({ clock })
  const folder = resolve(dataFolder)
  const closing = new Closing()
  try {
    const database = await openPostgresqlDatabase({ databaseUrl, migrationDatabaseUrl, maxConnections }, logger)
    closing.add(() => database.close())
    const keyPath = join(folder, 'keys', 'master-keys.json')
    const masterKeys = await loadMasterKeys(keyPath, { mayCreate: true })
    await agreeOnMasterKeys(database, masterKeys, keyPath)
    const artifacts = new FileArtifactStore({ folder: join(folder, 'artifacts'), clock })
    await artifacts.open()
    const changes = new PostgresqlChangeSignal({ databaseUrl, logger })
    await changes.open()
    closing.add(() => changes.close())
    const connections = engineConnections(databaseUrl, migrationDatabaseUrl)
    const jobs = new PgBossJobQueue({ database, clock, logger, ids, heartbeatSeconds, closeGraceMs: jobGraceMs, ...connections })
    closing.add(() => jobs.close())
    await jobs.open({ sole: false })
    const onlineStore = new SqlOnlineStore({ database, clock })
    await onlineStore.open()
    return {
      database, jobs, onlineStore, changes, artifacts, clock, ids, logger,
      keys: new DerivedKeyRing({ masterKeys }),
      cache: new MemoryCache({ maxBytes: cacheBytes, clock }),
      rateLimiter: new MemoryRateLimiter({ clock }),
      async close() {
        database.refuseInsideUnit()
        await closing.run()
      },
    }
  } catch (error) {
    await closing.run().catch((closingError: unknown) => logger.error({ error: closingError }, 'what was opened could not be closed'))
    throw asStorageError(error)
  }
}

/** The queue's engine works as the system and is made by the owner. */
export function engineConnections(databaseUrl: string, migrationDatabaseUrl: string): Pick<PgBossJobQueueOptions, 'connection' | 'ownerConnection'> {
  return {
    connection: { connectionString: databaseUrl, max: 4, options: `-c role=${systemRole}`, application_name: 'motadata-jobs' },
    ownerConnection: { connectionString: migrationDatabaseUrl, max: 1, application_name: 'motadata-jobs' },
  }
}
