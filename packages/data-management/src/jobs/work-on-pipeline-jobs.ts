import { type IdSource, type JobQueue, type Logger, platformContext, type WorkOptions } from '@motadata/core'
import type { DataPipeline } from '../data-pipeline.js'
import { parsePipelineJobPayload, pipelineJobKind } from '../pipelines/pipeline-job.js'

export interface PipelineJobCollaborators {
  readonly pipelines: DataPipeline
  readonly ids: IdSource
  /** Told when progress can't be written; the job goes on. */
  readonly logger?: Logger
}

/**
 * Works on jobs that run data pipelines until the queue stops. The job's id is the run's, so one that is run again after its process died goes on
 * behind the last step that finished, and makes no version twice.
 *
 * @example
 * await workOnPipelineJobs(platform.jobs, { pipelines: await DataPipeline.open(platform), ids: platform.ids })
 */
export async function workOnPipelineJobs(queue: JobQueue, { pipelines, ids, logger }: PipelineJobCollaborators, options?: WorkOptions): Promise<void> {
  await queue.work(pipelineJobKind, async (job) => {
    const context = platformContext(job.tenantId, ids.next(), job.signal)
    const run = await pipelines.work(context, job.id, parsePipelineJobPayload(job.payload), ({ step, share }) => {
      job.reportProgress({ stage: step, share }).catch((error: unknown) => logger?.warn({ jobId: job.id, err: error }, 'progress of a pipeline could not be written'))
    })
    return { runId: run.id, state: run.state, steps: run.steps.length }
  }, options)
}
