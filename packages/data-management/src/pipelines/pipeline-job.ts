import { MLError } from '@motadata/core'

/** The kind of jobs that run pipelines. */
export const pipelineJobKind = 'run-pipeline'

/** What such a job carries; the job's id is the run's. */
export interface PipelineJobPayload {
  readonly pipeline: string
  readonly useCache: boolean
}

/** @throws MLError `INPUT_INVALID` */
export function parsePipelineJobPayload(payload: unknown): PipelineJobPayload {
  const { pipeline, useCache } = (typeof payload === 'object' && payload !== null ? payload : {}) as Partial<PipelineJobPayload>
  if (typeof pipeline === 'string' && typeof useCache === 'boolean') return { pipeline, useCache }
  throw new MLError('INPUT_INVALID', 'Expected { pipeline, useCache } as the payload of a job that runs a pipeline, got something else.', { details: { field: 'payload' } })
}
