import { openPlatform } from '@motadata/adapters/postgresql'
import type { Logger } from '@motadata/core'
import { DataLoader } from '@motadata/data-management'
import { MLSystem } from '@motadata/ml-framework'
import type { WorkerConfig } from './config.js'
import { createWorker } from './create-worker.js'

/** A worker on a platform of its own; jobs are being taken when it resolves. */
export async function compose(config: WorkerConfig, logger: Logger): Promise<{ close(): Promise<void> }> {
  const platform = await openPlatform({
    databaseUrl: config.DATABASE_URL,
    ...(config.DATABASE_MIGRATION_URL === undefined ? {} : { migrationDatabaseUrl: config.DATABASE_MIGRATION_URL }),
    dataFolder: config.DATA_FOLDER,
    jobGraceMs: config.SHUTDOWN_DEADLINE_MS,
    logger,
  })
  try {
    const system = await MLSystem.open(platform)
    const worker = createWorker({ platform, training: system, datasets: new DataLoader({ artifacts: platform.artifacts }) })
    await worker.start()
    return {
      async close() {
        await platform.close()
        await system.close()
      },
    }
  } catch (error) {
    await platform.close()
    throw error
  }
}
