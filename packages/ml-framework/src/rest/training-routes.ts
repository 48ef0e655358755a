import {
  type ArtifactStore, type Authenticate, type DatasetSource, type ErrorCode, type Job, type JobQueue, MLError, type RequestContext, type
  TrainingSpec,
} from '@motadata/core'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { keepArtifact } from '../artifact/keep-artifact.js'
import { trainingJobKind, type TrainingJobPayload } from '../jobs/training-job.js'
import { checkSpec } from '../training/check-spec.js'
import { problemAnswers } from './problem-answers.js'
import { requestOfBody, requestOfQuery, sourceForm } from './read-training-request.js'
import { readUpload } from './read-upload.js'
import './route-declaration.js'
import { specOf, type TrainingPreset } from './training-preset.js'
import {
  jobAnswer, toJobAnswer, trainingBody, type TrainingBody, trainingHeaders, trainingQuery, type TrainingQuery,
} from './training-schemas.js'

export interface TrainingRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly jobs: JobQueue
  readonly artifacts: ArtifactStore
  readonly presets: ReadonlyMap<string, TrainingPreset>
  readonly uploadLimitBytes: number
}

const uploadTypes = ['text/csv', 'application/x-ndjson', 'application/gzip']
const upload = Type.Unsafe<unknown>({ description: 'The file as it is' })
const trainingContent = {
  content: { 'application/json': { schema: trainingBody }, ...Object.fromEntries(uploadTypes.map((type) => [type, { schema: upload }])) },
}

/**
 * `POST /v1/training-jobs`: rows in JSON, or a file with the spec in the query string. The rows are kept as an artifact and a job is
 * queued; the answer does not wait for it.
 */
export function trainingRoutes(server: FastifyInstance, options: TrainingRoutesOptions): void {
  const { authenticate, jobs, artifacts, presets, uploadLimitBytes } = options
  // Files are handed to the handler as streams, unread, so that a caller who may not train sends nothing.
  for (const type of uploadTypes) server.addContentTypeParser(type, (_request, payload, done) => done(null, payload))

  server.post<{ Body: TrainingBody | AsyncIterable<Uint8Array> | undefined; Querystring: TrainingQuery }>(
    '/v1/training-jobs',
    {
      config: { access: 'trainer' },
      bodyLimit: uploadLimitBytes,
      schema: {
        tags: ['training'],
        operationId: 'createTrainingJob',
        summary: 'Train a model on rows: a job is queued, and the answer says where to ask for it',
        headers: trainingHeaders,
        querystring: trainingQuery,
        body: trainingContent,
        response: { 202: jobAnswer, ...problemAnswers(413, 415) },
      },
    },
    async (request, reply) => {
      const context = await authenticate(request)
      const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
      const isUpload = uploadTypes.includes(mediaType)
      return accepted(reply, await (isUpload ? trainOnUpload(context, request, mediaType) : trainOnRows(context, request)))
    },
  )

  async function trainOnUpload(context: RequestContext, request: FastifyRequest, mediaType: string): Promise<Job> {
    const query = request.query as TrainingQuery
    const spec = specOf(requestOfQuery(query), presets)
    checkSpec(spec)
    const form = sourceForm(mediaType, request.headers['content-encoding'], query.format)
    const said = request.headers['content-length']
    const saidBytes = said === undefined ? undefined : Number(said)
    const bytes = await readUpload(request.body as AsyncIterable<Uint8Array>, uploadLimitBytes, saidBytes)
    return enqueue(context, request, spec, bytes, form)
  }

  async function trainOnRows(context: RequestContext, request: FastifyRequest): Promise<Job> {
    const body = request.body as TrainingBody | undefined
    const [beside] = Object.keys(request.query as TrainingQuery)
    if (!body) throw refusal('REQUEST_INVALID', 'body', `Expected a body: JSON with rows, or a file of ${uploadTypes.join(', ')}, got none.`)
    if (beside !== undefined) {
      const field = beside.slice(0, 80)
      throw refusal('INPUT_INVALID', field, `Expected '${field}' in the JSON body, got it in the query string, which is for files.`)
    }
    const spec = specOf(requestOfBody(body), presets)
    checkSpec(spec)
    if (body.rows.length === 0) throw refusal('DATA_EMPTY', 'rows', 'Expected rows to learn from, got none.')
    const bytes = Buffer.from(`${body.rows.map((row) => JSON.stringify(row)).join('\n')}\n`)
    return enqueue(context, request, spec, bytes, { format: 'ndjson', compression: 'none' })
  }

  async function enqueue(
    context: RequestContext, request: FastifyRequest, spec: TrainingSpec, bytes: Uint8Array, form: Omit<DatasetSource, 'artifactSha256'>,
  ): Promise<Job> {
    const key = request.headers['idempotency-key']
    return keepArtifact(artifacts, context.tenantId, bytes, ({ sha256: artifactSha256 }) => {
      const payload: TrainingJobPayload = { spec, source: { artifactSha256, ...form } }
      return jobs.enqueue(context, { kind: trainingJobKind, payload, ...(typeof key === 'string' ? { idempotencyKey: key } : {}) })
    })
  }
}

function refusal(code: ErrorCode, field: string, message: string): MLError {
  return new MLError(code, message, { details: { field } })
}

function accepted(reply: FastifyReply, job: Job): FastifyReply {
  return reply.code(202).header('location', `/v1/jobs/${job.id}`).send(toJobAnswer(job))
}
