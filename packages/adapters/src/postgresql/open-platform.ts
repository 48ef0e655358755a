import { join, resolve } from 'node:path'
import type { Clock, Logger, Platform } from '@motadata/core'
import { openArtifactStore } from '../artifacts/open-artifact-store.js'
import { Closing } from '../closing.js'
import { DerivedKeyRing } from '../key-ring/derived-key-ring.js'
import { agreeOnMasterKeys } from '../key-ring/master-key-agreement.js'
import { openMasterKeys } from '../key-ring/open-master-keys.js'
import { MemoryCache } from '../memory/memory-cache.js'
import { MemoryRateLimiter } from '../memory/memory-rate-limiter.js'
import { createStderrLogger } from '../node/stderr-logger.js'
import { SystemClock } from '../node/system-clock.js'
import { TimeSortableIds } from '../node/time-sortable-ids.js'
import { SqlOnlineStore } from '../online/sql-online-store.js'
import { PgBossJobQueue, type PgBossJobQueueOptions } from '../pg-boss/pg-boss-job-queue.js'
import type { KyselyDatabase } from '../sql/kysely-database.js'
import { refuseUnfinishedRestore } from '../sql/restore-marker.js'
import { systemRole } from '../sql/roles.js'
import { prepareSettings } from '../sql/setting-table.js'
import { asStorageError } from '../sql/storage-error.js'
import { connectionConfig } from './connection-pool.js'
import { type OpenDatabaseOptions, openPostgresqlDatabase } from './open-database.js'
import { PostgresqlChangeSignal } from './postgresql-change-signal.js'
import { type OpenPostgresqlPlatformOptions, checkPostgresqlOptions } from './postgresql-options.js'

/** A killed process's job is tried again after so long. */
const heartbeatSeconds = 20

/**
 * The outside world on a PostgreSQL server, for any number of processes. Tables and jobs are there. Artifacts and keys are in the data
 * folder, which processes on several machines would have to share, unless `artifacts` and `masterKeys` say otherwise. Changes and online
 * values go through the database, cache and limits are each process's own, unless there is Redis.
 *
 * @returns the ports; close the platform when done
 * @throws MLError `CONFIGURATION_INVALID`, `STORAGE_UNAVAILABLE` when the server does not answer, `RESTORE_UNFINISHED` when a restore was cut off
 * @example
 * const platform = await openPlatform({ databaseUrl: 'postgres://motadata@db.internal/motadata', dataFolder: '/var/lib/motadata' })
 */
export async function openPlatform(options: OpenPostgresqlPlatformOptions): Promise<Platform> {
  const { dataFolder, forRestore, cacheBytes, jobGraceMs, redis, ...checked } = checkPostgresqlOptions(options)
  const clock = checked.clock ?? new SystemClock()
  const logger = checked.logger ?? createStderrLogger()
  const ids = checked.ids ?? new TimeSortableIds({ clock })
  const folder = resolve(dataFolder)
  const closing = new Closing()
  try {
    const database = await openPostgresqlDatabase(checked, logger)
    closing.add(() => database.close())
    await database.asOwnerLocked(prepareSettings)
    if (!forRestore) await refuseUnfinishedRestore(database)
    const { masterKeys, from } = await openMasterKeys(checked.masterKeys, folder, { mayCreate: true })
    await agreeOnMasterKeys(database, masterKeys, from)
    const artifacts = await openArtifactStore(checked.artifacts ?? `file:${join(folder, 'artifacts')}`, { database, clock, logger, closing })
    const shared = redis ?? (await openSharedPorts({ database, databaseUrl: checked.databaseUrl, cacheBytes, clock, logger, closing }))
    const jobs = new PgBossJobQueue({ database, clock, logger, ids, heartbeatSeconds, closeGraceMs: jobGraceMs, ...engineConnections(checked) })
    closing.add(() => jobs.close())
    await jobs.open({ sole: false })
    return {
      database, jobs, artifacts, clock, ids, logger,
      cache: shared.cache,
      changes: shared.changes,
      rateLimiter: shared.rateLimiter,
      onlineStore: shared.onlineStore,
      keys: new DerivedKeyRing({ masterKeys }),
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

interface SharedPortsOptions {
  readonly database: KyselyDatabase
  readonly databaseUrl: string
  readonly cacheBytes: number
  readonly clock: Clock
  readonly logger: Logger
  readonly closing: Closing
}

/** What Redis would do: changes and online values through the database, cache and limits in each process. */
async function openSharedPorts({ database, databaseUrl, cacheBytes, clock, logger, closing }: SharedPortsOptions): Promise<Pick<Platform, 'cache' | 'changes' | 'rateLimiter' | 'onlineStore'>> {
  const onlineStore = new SqlOnlineStore({ database, clock })
  await onlineStore.open()
  const changes = new PostgresqlChangeSignal({ databaseUrl, logger })
  await changes.open()
  closing.add(() => changes.close())
  return { onlineStore, changes, cache: new MemoryCache({ maxBytes: cacheBytes, clock }), rateLimiter: new MemoryRateLimiter({ clock }) }
}

/** The queue's engine works as the system and is made by the owner. */
export function engineConnections(options: OpenDatabaseOptions): Pick<PgBossJobQueueOptions, 'connection' | 'ownerConnection'> {
  const { databaseUrl, migrationDatabaseUrl, connectionTimeoutMs } = options
  return {
    connection: { ...connectionConfig(databaseUrl, { ...options, maxConnections: 4 }), options: `-c role=${systemRole}`, application_name: 'motadata-jobs' },
    ownerConnection: { ...connectionConfig(migrationDatabaseUrl, { maxConnections: 1, connectionTimeoutMs }), application_name: 'motadata-jobs' },
  }
}
