import { type IdSource, type JobQueue, type Logger, platformContext, type RunningJob, type WorkOptions } from '@motadata/core'
import type { FeatureStore } from '../feature-store.js'
import type { Materialized } from '../features/materialization-plan.js'
import { materializeJobKind, parseMaterializeJobPayload } from './materialize-job.js'

export interface MaterializeJobCollaborators {
  readonly features: FeatureStore
  readonly ids: IdSource
  /** Told when progress can't be written, and when a view is older than it promises once its job is done. */
  readonly logger?: Logger
}

/**
 * Works on jobs that bring feature views online until the queue stops. The job's id is the run's: a job that is run again after its process
 * died goes on where it was.
 *
 * @example
 * await workOnMaterializeJobs(platform.jobs, { features: await FeatureStore.open(platform), ids: platform.ids })
 */
export async function workOnMaterializeJobs(queue: JobQueue, collaborators: MaterializeJobCollaborators, options?: WorkOptions): Promise<void> {
  await queue.work(materializeJobKind, (job) => materialize(job, collaborators), options)
}

async function materialize(job: RunningJob, { features, ids, logger }: MaterializeJobCollaborators): Promise<Materialized> {
  const { view, ...request } = parseMaterializeJobPayload(job.payload)
  const context = platformContext(job.tenantId, ids.next(), job.signal)
  await job.reportProgress({ stage: 'reading', share: 0 })
  const result = await features.materialize(context, view, {
    ...request, runId: job.id,
    onProgress: (share) => {
      job.reportProgress({ stage: 'materializing', share }).catch((error: unknown) => logger?.warn({ jobId: job.id, err: error }, 'progress of a job could not be written'))
    },
  })
  const freshness = await features.reportFreshness(context, view)
  if (freshness.isLate) logger?.warn({ view, ageMs: freshness.ageMs, objectiveMs: freshness.objectiveMs }, 'a feature view is older than it promises')
  return result
}
