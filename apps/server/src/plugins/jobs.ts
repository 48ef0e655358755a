import type { Authenticate, Job, JobFilter, JobQueue, JobState } from '@motadata/core'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'

export interface JobRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly jobs: JobQueue
}

const state = Type.Unsafe<JobState>({ type: 'string', enum: ['queued', 'running', 'succeeded', 'failed', 'cancelled'] })
const jobAnswer = Type.Object({
  id: Type.String(),
  kind: Type.String({ description: 'What is done, such as train' }),
  state,
  progress: Type.Object({ stage: Type.String(), share: Type.Number({ description: 'Of the whole job, 0 to 1' }) }),
  attempt: Type.Integer({ description: 'Above 1 after a worker died or the outside world failed' }),
  createdAt: Type.String({ format: 'date-time' }),
  startedAt: Type.Optional(Type.String({ format: 'date-time' })),
  endedAt: Type.Optional(Type.String({ format: 'date-time' })),
  result: Type.Optional(Type.Unknown({ description: 'Once succeeded; its form belongs to the kind' })),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
})
const jobPage = Type.Object({ jobs: Type.Array(jobAnswer), nextPageToken: Type.Optional(Type.String()) })
const jobParams = Type.Object({ jobId: Type.String({ minLength: 1, maxLength: 64 }) })
const jobQuery = Type.Object({
  kind: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  state: Type.Optional(state),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  pageToken: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
}, { additionalProperties: false })

/** Jobs of all kinds: how far they are, and an end to them. They come into being where their kind belongs, as training jobs do. */
export const jobRoutes: FastifyPluginAsync<JobRoutesOptions> = async (server, { authenticate, jobs }) => {
  server.addHook('onRequest', async (request) => {
    await authenticate(request)
  })

  server.get<{ Querystring: JobFilter }>('/v1/jobs', {
    config: { access: 'viewer' },
    schema: { tags: ['jobs'], operationId: 'listJobs', summary: 'Jobs, newest first', querystring: jobQuery, response: { 200: jobPage } },
  }, async (request): Promise<Static<typeof jobPage>> => {
    const page = await jobs.list(await authenticate(request), request.query)
    return { ...page, jobs: page.jobs.map(toAnswer) }
  })

  server.get<{ Params: Static<typeof jobParams> }>('/v1/jobs/:jobId', {
    config: { access: 'viewer' },
    schema: { tags: ['jobs'], operationId: 'getJob', summary: 'One job and how far it is', params: jobParams, response: { 200: jobAnswer } },
  }, async (request) => toAnswer(await jobs.get(await authenticate(request), request.params.jobId)))

  server.post<{ Params: Static<typeof jobParams> }>('/v1/jobs/:jobId/cancel', {
    config: { access: 'trainer' },
    schema: { tags: ['jobs'], operationId: 'cancelJob', summary: 'End a job that has not ended', params: jobParams, response: { 200: jobAnswer } },
  }, async (request) => toAnswer(await jobs.cancel(await authenticate(request), request.params.jobId)))
}

function toAnswer(job: Job): Static<typeof jobAnswer> {
  const { createdAt, startedAt, endedAt, ...rest } = job
  return {
    ...rest,
    createdAt: createdAt.toISOString(),
    ...(startedAt ? { startedAt: startedAt.toISOString() } : {}),
    ...(endedAt ? { endedAt: endedAt.toISOString() } : {}),
  }
}
