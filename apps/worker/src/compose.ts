import { Access } from '@motadata/access'
import type { Logger } from '@motadata/core'
import { DataLoader, DataManager, Erasures, FeatureStore, Redactor } from '@motadata/data-management'
import { MLSystem } from '@motadata/ml-framework'
import type { WorkerConfig } from './config.js'
import { createWorker } from './create-worker.js'
import { configuredErasables } from './erasure/configured-erasables.js'
import { openConfiguredPipelines } from './pipelines/open-configured-pipelines.js'
import { openConfiguredPlatform } from './platform/open-configured-platform.js'
import { openConfiguredUpkeep } from './upkeep/configured-upkeep.js'

/** A worker on a platform of its own; jobs are being taken when it resolves. */
export async function compose(config: WorkerConfig, logger: Logger): Promise<{ stop(): Promise<void> }> {
  const platform = await openConfiguredPlatform(config, { logger, jobGraceMs: config.SHUTDOWN_DEADLINE_MS })
  try {
    const system = await MLSystem.open(platform)
    const access = await Access.open(platform)
    const upkeep = await openConfiguredUpkeep(config, { platform, access, system })
    const data = await DataManager.open(platform)
    const features = await FeatureStore.open(platform, { datasets: data })
    const owners = configuredErasables({ platform, access, system, datasets: data, features, redactor: await Redactor.open(platform) })
    const erasing = { erasures: await Erasures.open(platform), owners }
    const pipelines = await openConfiguredPipelines(config, platform)
    const worker = createWorker({ platform, training: system, datasets: new DataLoader({ artifacts: platform.artifacts }), features, erasing, pipelines, upkeep })
    await worker.start()
    return {
      async stop() {
        access.close()
        await platform.close()
        await system.close()
      },
    }
  } catch (error) {
    // why it did not start matters more than what then did not close
    await platform.close().catch((closeError: unknown) => logger.error({ error: closeError }, 'what was opened could not be closed'))
    throw error
  }
}
