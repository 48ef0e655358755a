import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGliteDialect } from 'kysely'
import { CollectingLogger, FixedClock, type OpenedDatabase, type OpenedJobQueue, SequentialIds } from '@motadata/testing'
import { PgBossJobQueue } from '../src/pg-boss/pg-boss-job-queue.js'
import { openPGliteFolder, openPGliteInMemory } from '../src/pglite/open-pglite.js'
import { createPGliteQueueConnection } from '../src/pglite/pglite-queue-connection.js'
import { type OpenDatabaseOptions, openPostgresqlDatabase } from '../src/postgresql/open-database.js'
import { engineConnections } from '../src/postgresql/open-platform.js'
import { KyselyDatabase } from '../src/sql/kysely-database.js'
import { prepareRoles } from '../src/sql/roles.js'
import { type TestDatabase, createTestDatabase, serverAnswers } from './postgresql/server.js'

/** A folder that is gone after the tests of this file. */
export async function temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'adapters-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

export interface Engine {
  readonly name: string
  openDatabase(): Promise<OpenedDatabase>
  openJobQueue(): Promise<OpenedJobQueue>
}

const inMemory = pgliteEngine('PGlite in memory', false)

const postgresql = serverAnswers ? [postgresqlEngine()] : []

/** The engines that the suite of SQL runs on. */
export const databaseEngines: readonly Engine[] = [inMemory, pgliteEngine('PGlite in a folder', true), ...postgresql]

/** The engines that the suites of what stands on SQL run on: to that, a folder is the same engine but slower. */
export const storeEngines: readonly Engine[] = [inMemory, ...postgresql]

/** As in production: work runs as a login that owns nothing. */
function postgresqlEngine(): Engine {
  const open = async () => {
    const created = await createTestDatabase()
    const database = await openPostgresqlDatabase(optionsOf(created), new CollectingLogger())
    return { created, database }
  }
  return {
    name: 'PostgreSQL',
    async openDatabase() {
      const { created, database } = await open()
      return {
        database,
        close: async () => {
          await database.close()
          await created.drop()
        },
      }
    },
    async openJobQueue() {
      const { created, database } = await open()
      const clock = new FixedClock()
      const logger = new CollectingLogger()
      const jobs = new PgBossJobQueue({
        database, clock, logger, ids: new SequentialIds(), retryDelaySeconds: 0, closeGraceMs: 100, scheduleEveryMs: 20, ...engineConnections(optionsOf(created)),
      })
      await jobs.open({ sole: false })
      return {
        jobs, clock, logger,
        close: async () => {
          await jobs.close()
          await database.close()
          await created.drop()
        },
      }
    },
  }
}

function optionsOf({ url, ownerUrl }: TestDatabase): OpenDatabaseOptions {
  return { databaseUrl: url, migrationDatabaseUrl: ownerUrl, maxConnections: 5, connectionTimeoutMs: 10_000, statementTimeoutMs: 30_000, lockTimeoutMs: 10_000 }
}

function pgliteEngine(name: string, inFolder: boolean): Engine {
  const open = async () => {
    const folder = inFolder ? await temporaryFolder() : undefined
    const pglite = folder ? await openPGliteFolder(join(folder.path, 'database')) : await openPGliteInMemory()
    const database = new KyselyDatabase({ engine: 'pglite', dialect: new PGliteDialect({ pglite }) })
    await database.asOwnerLocked(prepareRoles)
    return { pglite, database, folder }
  }
  return {
    name,
    async openDatabase() {
      const { database, folder } = await open()
      return {
        database,
        close: async () => {
          await database.close()
          await folder?.remove()
        },
      }
    },
    async openJobQueue() {
      const { pglite, database, folder } = await open()
      const clock = new FixedClock()
      const logger = new CollectingLogger()
      const connection = { db: createPGliteQueueConnection({ pglite, database }), backend: 'pglite' as const }
      const jobs = new PgBossJobQueue({ database, connection, clock, logger, ids: new SequentialIds(), retryDelaySeconds: 0, closeGraceMs: 100, scheduleEveryMs: 20 })
      await jobs.open({ sole: true })
      return {
        jobs, clock, logger,
        close: async () => {
          await jobs.close()
          await database.close()
          await folder?.remove()
        },
      }
    },
  }
}
