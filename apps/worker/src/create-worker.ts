import type { DatasetReader, Erasable, Platform, TrainingService } from '@motadata/core'
import type { DataPipeline, Erasures, FeatureStore } from '@motadata/data-management'
import { workOnErasures, workOnMaterializeJobs, workOnPipelineJobs } from '@motadata/data-management/jobs'
import { workOnTrainingJobs } from '@motadata/ml-framework/jobs'
import type { Upkeep } from './upkeep/upkeep.js'
import { workOnUpkeep } from './upkeep/work-on-upkeep.js'

export interface WorkerCollaborators {
  readonly platform: Pick<Platform, 'clock' | 'jobs' | 'ids' | 'logger'>
  readonly training: TrainingService
  readonly datasets: DatasetReader
  /** Brings feature views online; left out where there are none. */
  readonly features?: FeatureStore
  /** Erases persons and tenants; left out where nothing is to be erased. */
  readonly erasing?: { readonly erasures: Erasures; readonly owners: readonly Erasable[] }
  /** Runs data pipelines; left out where there are none. */
  readonly pipelines?: DataPipeline
  /** Once a day, by one of the workers; left out where nothing is to be cleared away. */
  readonly upkeep?: Upkeep
}

/** Works on jobs from `start` until the platform is closed, which lets running jobs end or hands them on. */
export interface Worker {
  start(): Promise<void>
  /** Whether jobs are being taken. */
  readonly isWorking: boolean
}

/**
 * A worker for every kind of job there is.
 *
 * @example
 * const worker = createWorker({ platform, training: system, datasets: new DataLoader({ artifacts: platform.artifacts }) })
 * await worker.start()
 */
export function createWorker({ platform, training, datasets, features, erasing, pipelines, upkeep }: WorkerCollaborators): Worker {
  let isWorking = false
  return {
    async start() {
      await workOnTrainingJobs(platform.jobs, { training, datasets, ids: platform.ids, logger: platform.logger })
      if (features) await workOnMaterializeJobs(platform.jobs, { features, ids: platform.ids, logger: platform.logger })
      if (erasing) await workOnErasures(platform.jobs, { ...erasing, ids: platform.ids })
      if (pipelines) await workOnPipelineJobs(platform.jobs, { pipelines, ids: platform.ids, logger: platform.logger })
      if (upkeep) await workOnUpkeep(platform, upkeep)
      isWorking = true
      platform.logger.info({}, 'worker started')
    },
    get isWorking() {
      return isWorking
    },
  }
}
