import {
  type DatasetReader, type IdSource, type JobQueue, type Logger, platformContext, type RunningJob, type TrainingProgress, type
  TrainingService, type WorkOptions,
} from '@motadata/core'
import { parseTrainingJobPayload, trainingJobKind, type TrainingJobResult } from './training-job.js'

export interface TrainingJobCollaborators {
  readonly training: TrainingService
  readonly datasets: DatasetReader
  readonly ids: IdSource
  /** Told when progress can't be written; the job goes on. */
  readonly logger?: Logger
}

/** Reading the rows takes so much of a job; training the rest. */
const readingShare = 0.05

/**
 * Works on training jobs until the queue stops: reads the rows, trains, registers. The job's id is the idempotency key, so a job that
 * is run again after its process died registers nothing twice.
 *
 * @example
 * await workOnTrainingJobs(platform.jobs, { training: system, datasets: new DataLoader({ … }), ids: platform.ids })
 */
export async function workOnTrainingJobs(queue: JobQueue, collaborators: TrainingJobCollaborators, options?: WorkOptions): Promise<void> {
  await queue.work(trainingJobKind, (job) => train(job, collaborators), options)
}

async function train(job: RunningJob, { training, datasets, ids, logger }: TrainingJobCollaborators): Promise<TrainingJobResult> {
  const { spec, source } = parseTrainingJobPayload(job.payload)
  const context = platformContext(job.tenantId, ids.next(), job.signal)
  await job.reportProgress({ stage: 'reading', share: 0 })
  const { dataset, badRowCount } = await datasets.read(context, source, spec.columnKinds ? { columnKinds: spec.columnKinds } : {})
  const onProgress = ({ stage, share }: TrainingProgress): void => {
    job.reportProgress({ stage, share: readingShare + share * (1 - readingShare) })
      .catch((error: unknown) => logger?.warn({ jobId: job.id, err: error }, 'progress of a training job could not be written'))
  }
  const version = await training.train(context, spec, dataset, { idempotencyKey: job.id, onProgress })
  const { metrics, baseline } = version.report
  return { modelId: version.name, version: version.version, metrics, baseline, badRowCount }
}
