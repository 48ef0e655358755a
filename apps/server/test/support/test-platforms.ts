import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPlatform } from '@motadata/adapters'
import { openPlatform as openPostgresqlPlatform } from '@motadata/adapters/postgresql'
import type { OpenTestPlatform } from './running-server.js'
import { createTestDatabase } from './services.js'

/** The embedded database in memory, with everything in tables that can be. */
export const embedded: OpenTestPlatform = (options) => openPlatform({ inMemory: true, artifacts: 'database:', ...options })

/** A PostgreSQL database of its own, worked with by a login that owns nothing, with everything in tables that can be. It is gone once the platform is closed. */
export const onPostgresql: OpenTestPlatform = async (options) => {
  const [database, dataFolder] = await Promise.all([createTestDatabase(), mkdtemp(join(tmpdir(), 'motadata-server-'))])
  const remove = async (): Promise<void> => {
    await database.drop()
    await rm(dataFolder, { recursive: true, force: true })
  }
  try {
    const platform = await openPostgresqlPlatform({
      databaseUrl: database.url, migrationDatabaseUrl: database.ownerUrl, dataFolder, artifacts: 'database:', maxConnections: 5, ...options,
    })
    return { ...platform, close: () => platform.close().finally(remove) }
  } catch (error) {
    await remove()
    throw error
  }
}
