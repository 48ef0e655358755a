import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import { type Platform, PlatformError, isMLError } from '@motadata/core'
import { PGliteDialect } from 'kysely'
import { openArtifactStore } from './artifacts/open-artifact-store.js'
import { Closing } from './closing.js'
import { errorCode } from './filesystem/durable-file.js'
import { DerivedKeyRing } from './key-ring/derived-key-ring.js'
import { agreeOnMasterKeys } from './key-ring/master-key-agreement.js'
import { type OpenedMasterKeys, openMasterKeys } from './key-ring/open-master-keys.js'
import { MemoryArtifactStore } from './memory/memory-artifact-store.js'
import { MemoryCache } from './memory/memory-cache.js'
import { MemoryChangeSignal } from './memory/memory-change-signal.js'
import { MemoryRateLimiter } from './memory/memory-rate-limiter.js'
import { createStderrLogger } from './node/stderr-logger.js'
import { SystemClock } from './node/system-clock.js'
import { TimeSortableIds } from './node/time-sortable-ids.js'
import { SqlOnlineStore } from './online/sql-online-store.js'
import { PgBossJobQueue } from './pg-boss/pg-boss-job-queue.js'
import { acquireFolderLock } from './pglite/folder-lock.js'
import { startHousekeeping } from './pglite/housekeeping.js'
import { createPGliteQueueConnection } from './pglite/pglite-queue-connection.js'
import { type OpenPlatformOptions, checkPlatformOptions } from './platform-options.js'
import { KyselyDatabase } from './sql/kysely-database.js'
import { refuseUnfinishedRestore } from './sql/restore-marker.js'
import { prepareRoles } from './sql/roles.js'
import { prepareSettings } from './sql/setting-table.js'

/**
 * The outside world with nothing installed: PostgreSQL in this process (PGlite), jobs on it, files for artifacts and keys.
 *
 * A data folder serves one process at a time. Closing lets running jobs end for a while, then aborts them; they run again after the
 * next start.
 *
 * @returns the ports; close the platform when done
 * @throws MLError `CONFIGURATION_INVALID`, `STORAGE_LOCKED` when another process holds the folder, `STORAGE_UNAVAILABLE`,
 * `RESTORE_UNFINISHED` when a restore was cut off
 * @example
 * const platform = await openPlatform({ inMemory: true })
 * await platform.close()
 */
export async function openPlatform(options: OpenPlatformOptions = {}): Promise<Platform> {
  const { dataFolder, inMemory, forRestore, cacheBytes, jobGraceMs, masterKeys, artifacts, ...given } = checkPlatformOptions(options)
  const clock = given.clock ?? new SystemClock()
  const logger = given.logger ?? createStderrLogger()
  const ids = given.ids ?? new TimeSortableIds({ clock })
  const closing = new Closing()
  try {
    const stores = inMemory ? await openMemoryStores(masterKeys) : await openFolderStores(resolve(dataFolder), masterKeys, closing)
    const database = new KyselyDatabase({ engine: 'pglite', dialect: new PGliteDialect({ pglite: stores.pglite }) })
    closing.add(() => database.close())
    await database.asOwnerLocked(prepareRoles)
    await database.asOwnerLocked(prepareSettings)
    if (!forRestore) await refuseUnfinishedRestore(database)
    if (!inMemory) await agreeOnMasterKeys(database, stores.masterKeys, stores.from)
    const place = artifacts ?? (inMemory ? new MemoryArtifactStore({ clock }) : `file:${join(resolve(dataFolder), 'artifacts')}`)
    const artifactStore = await openArtifactStore(place, { database, clock, logger, closing })
    const connection = { db: createPGliteQueueConnection({ pglite: stores.pglite, database }), backend: 'pglite' as const }
    const jobs = new PgBossJobQueue({ database, connection, clock, logger, ids, closeGraceMs: jobGraceMs })
    closing.add(() => jobs.close())
    await jobs.open({ sole: true })
    const onlineStore = new SqlOnlineStore({ database, clock })
    await onlineStore.open()
    closing.add(startHousekeeping({ database, logger }))
    return {
      database, jobs, onlineStore, clock, ids, logger,
      artifacts: artifactStore,
      keys: new DerivedKeyRing({ masterKeys: stores.masterKeys }),
      cache: new MemoryCache({ maxBytes: cacheBytes, clock }),
      changes: new MemoryChangeSignal({ logger }),
      rateLimiter: new MemoryRateLimiter({ clock }),
      async close() {
        database.refuseInsideUnit()
        await closing.run()
      },
    }
  } catch (error) {
    await closing.run().catch((closingError: unknown) => logger.error({ error: closingError }, 'what was opened could not be closed'))
    throw error
  }
}

/** Only where it is used: a process on a PostgreSQL server, which takes other ports from here, is smaller without it. */
const loadPGlite = () => import('./pglite/open-pglite.js')

interface Stores extends OpenedMasterKeys {
  readonly pglite: PGlite
}

async function openMemoryStores(masterKeys: OpenPlatformOptions['masterKeys']): Promise<Stores> {
  const { openPGliteInMemory } = await loadPGlite()
  return { pglite: await openPGliteInMemory(), masterKeys: masterKeys ?? [randomBytes(32)], from: 'nowhere' }
}

async function openFolderStores(folder: string, masterKeys: OpenPlatformOptions['masterKeys'], closing: Closing): Promise<Stores> {
  try {
    return await openFolder(folder, masterKeys, closing)
  } catch (cause) {
    if (isMLError(cause)) throw cause
    const reason = errorCode(cause) ?? 'an error'
    throw new PlatformError(
      'STORAGE_UNAVAILABLE',
      `Expected to read and write the data folder ${folder}, got ${reason}. Look at its owner, its rights and the room left.`,
      { cause },
    )
  }
}

async function openFolder(folder: string, given: OpenPlatformOptions['masterKeys'], closing: Closing): Promise<Stores> {
  const lock = await acquireFolderLock(folder)
  closing.add(() => lock.release())
  const databaseFolder = join(folder, 'database')
  // The keys come first, so that a database without them means that they were lost.
  const keys = await openMasterKeys(given, folder, { mayCreate: !existsSync(databaseFolder) })
  const { openPGliteFolder } = await loadPGlite()
  return { ...keys, pglite: await openPGliteFolder(databaseFolder) }
}
