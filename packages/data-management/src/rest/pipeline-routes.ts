import type { Authenticate } from '@motadata/core'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { DataPipeline } from '../data-pipeline.js'
import type { PipelineStep } from '../pipelines/pipeline-definition.js'
import {
  pipelineAnswer, type PipelineBody, pipelineBody, pipelinePageAnswer, type PipelinePageQuery, pipelinePageQuery, type PipelineParams, pipelineParams, runAnswer, type RunBody, runBody, runHeaders,
  runPageAnswer, type RunParams, runParams, scheduleAnswer, type ScheduleBody, scheduleBody, toPipelineAnswer, toRunAnswer, toScheduleAnswer,
} from './pipeline-schemas.js'
import { problemAnswers } from './problem-answers.js'
import './route-declaration.js'

export interface PipelineRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  /** Opened with a job queue; `workOnPipelineJobs` of `./jobs` works on it. */
  readonly pipelines: DataPipeline
}

const tags = ['data-pipelines']
const deleted = Type.Null({ description: 'Deleted' })

/**
 * The routes of data pipelines: `/v1/data-pipelines` with their schedules. Failures are thrown as MLErrors for the host to answer.
 *
 * @example
 * await server.register(pipelineRoutes, { authenticate, pipelines: await DataPipeline.open(platform) })
 */
export const pipelineRoutes: FastifyPluginAsync<PipelineRoutesOptions> = (server: FastifyInstance, options: PipelineRoutesOptions): Promise<void> => {
  const { authenticate, pipelines } = options
  server.addHook('onRequest', async (request) => void (await authenticate(request)))

  server.get<{ Querystring: PipelinePageQuery }>('/v1/data-pipelines', {
    config: { access: 'viewer' },
    schema: { tags, operationId: 'listDataPipelines', summary: 'List data pipelines by name', querystring: pipelinePageQuery, response: { 200: pipelinePageAnswer, ...problemAnswers() } },
  }, async (request) => {
    const page = await pipelines.listPipelines(await authenticate(request), request.query)
    return { ...page, pipelines: page.pipelines.map((pipeline) => toPipelineAnswer(pipeline)) }
  })

  server.put<{ Params: PipelineParams; Body: PipelineBody }>('/v1/data-pipelines/:name', {
    config: { access: 'trainer' },
    schema: {
      tags, operationId: 'defineDataPipeline', summary: 'Define a data pipeline, or change it: steps are checked by name and column', params: pipelineParams, body: pipelineBody,
      response: { 200: pipelineAnswer, ...problemAnswers(404) },
    },
  }, async (request) => {
    const { description, steps } = request.body
    return toPipelineAnswer(await pipelines.define(await authenticate(request), {
      name: request.params.name, steps: steps as unknown as PipelineStep[], ...(description === undefined ? {} : { description }),
    }))
  })

  server.get<{ Params: PipelineParams }>('/v1/data-pipelines/:name', {
    config: { access: 'viewer' },
    schema: { tags, operationId: 'getDataPipeline', summary: 'Show a data pipeline: its steps, their columns, its schedule', params: pipelineParams, response: { 200: pipelineAnswer, ...problemAnswers(404) } },
  }, async (request) => {
    const context = await authenticate(request)
    return toPipelineAnswer(await pipelines.getPipeline(context, request.params.name), await pipelines.findSchedule(context, request.params.name))
  })

  server.put<{ Params: PipelineParams; Body: ScheduleBody }>('/v1/data-pipelines/:name/schedule', {
    config: { access: 'trainer' },
    schema: {
      tags, operationId: 'scheduleDataPipeline', summary: 'Run a data pipeline each time that cron says', params: pipelineParams, body: scheduleBody,
      response: { 200: scheduleAnswer, ...problemAnswers(404) },
    },
  }, async (request) => toScheduleAnswer(await pipelines.schedule(await authenticate(request), request.params.name, request.body)))

  server.delete<{ Params: PipelineParams }>('/v1/data-pipelines/:name/schedule', {
    config: { access: 'trainer' },
    schema: { tags, operationId: 'unscheduleDataPipeline', summary: 'Run a data pipeline on request only', params: pipelineParams, response: { 204: deleted, ...problemAnswers(404) } },
  }, async (request, reply) => {
    await pipelines.unschedule(await authenticate(request), request.params.name)
    return reply.code(204).send()
  })

  server.delete<{ Params: PipelineParams }>('/v1/data-pipelines/:name', {
    config: { access: 'admin' },
    schema: { tags, operationId: 'deleteDataPipeline', summary: 'Delete a data pipeline with its runs and its schedule; the datasets stay', params: pipelineParams, response: { 204: deleted, ...problemAnswers(404) } },
  }, async (request, reply) => {
    await pipelines.deletePipeline(await authenticate(request), request.params.name)
    return reply.code(204).send()
  })

  runRoutes(server, options)
  return Promise.resolve()
}

/** Runs of a pipeline. */
function runRoutes(server: FastifyInstance, { authenticate, pipelines }: PipelineRoutesOptions): void {
  server.post<{ Params: PipelineParams; Body: RunBody | null }>('/v1/data-pipelines/:name/runs', {
    config: { access: 'trainer' },
    schema: {
      tags, operationId: 'runDataPipeline', summary: 'Run a data pipeline', params: pipelineParams, headers: runHeaders, body: Type.Union([runBody, Type.Null()]),
      response: { 202: runAnswer, ...problemAnswers(404) },
    },
  }, async (request, reply) => {
    const key = request.headers['idempotency-key']
    const run = await pipelines.start(await authenticate(request), request.params.name, { ...request.body, ...(typeof key === 'string' ? { idempotencyKey: key } : {}) })
    return reply.code(202).send(toRunAnswer(run))
  })

  server.get<{ Params: PipelineParams; Querystring: PipelinePageQuery }>('/v1/data-pipelines/:name/runs', {
    config: { access: 'viewer' },
    schema: { tags, operationId: 'listDataPipelineRuns', summary: 'List the runs of a data pipeline, newest first', params: pipelineParams, querystring: pipelinePageQuery, response: { 200: runPageAnswer, ...problemAnswers(404) } },
  }, async (request) => {
    const page = await pipelines.listRuns(await authenticate(request), request.params.name, request.query)
    return { ...page, runs: page.runs.map(toRunAnswer) }
  })

  server.get<{ Params: RunParams }>('/v1/data-pipelines/:name/runs/:runId', {
    config: { access: 'viewer' },
    schema: { tags, operationId: 'getDataPipelineRun', summary: 'Show a run: how far it is, what each step did, which versions it read and made', params: runParams, response: { 200: runAnswer, ...problemAnswers(404) } },
  }, async (request) => toRunAnswer(await pipelines.getRun(await authenticate(request), request.params.name, request.params.runId)))

  server.post<{ Params: RunParams }>('/v1/data-pipelines/:name/runs/:runId/cancel', {
    config: { access: 'trainer' },
    schema: { tags, operationId: 'cancelDataPipelineRun', summary: 'End a run that has not ended', params: runParams, response: { 200: runAnswer, ...problemAnswers(404, 409) } },
  }, async (request) => toRunAnswer(await pipelines.cancelRun(await authenticate(request), request.params.name, request.params.runId)))
}
