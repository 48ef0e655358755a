import type { DatasetReader, Platform, TrainingService } from '@motadata/core'
import { workOnTrainingJobs } from '@motadata/ml-framework/jobs'

export interface WorkerCollaborators {
  readonly platform: Pick<Platform, 'jobs' | 'ids' | 'logger'>
  readonly training: TrainingService
  readonly datasets: DatasetReader
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
export function createWorker({ platform, training, datasets }: WorkerCollaborators): Worker {
  let isWorking = false
  return {
    async start() {
      await workOnTrainingJobs(platform.jobs, { training, datasets, ids: platform.ids, logger: platform.logger })
      isWorking = true
      platform.logger.info({}, 'worker started')
    },
    get isWorking() {
      return isWorking
    },
  }
}
