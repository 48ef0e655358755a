import { type Authenticate, type JobQueue, MLError } from '@motadata/core'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { FeatureStore, PushRequest } from '../feature-store.js'
import { type MaterializeJobPayload, materializeJobKind } from '../jobs/materialize-job.js'
import {
  entityAnswer, type EntityBody, entityBody, entityPageAnswer, type FeatureBody, featureBody, type FeatureParams, featureParams, featureAnswer, featureViewAnswer, type FeatureViewBody,
  featureViewBody, featureViewPageAnswer, freshnessAnswer, jobAnswer, type MaterializeBody, materializeBody, type NamePageQuery, type NameParams, nameParams, pageQuery, pushAnswer, type PushBody, pushBody,
  pushHeaders, serviceAnswer, type ServiceBody, serviceBody, servicePageAnswer, skewAnswer, type SkewQuery, skewQuery, toFeatureAnswer, toFreshnessAnswer, toSkewAnswer, toViewAnswer,
} from './feature-schemas.js'
import { problemAnswers } from './problem-answers.js'
import './route-declaration.js'

export interface FeatureViewRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly features: FeatureStore
  readonly jobs: JobQueue
  /** The largest body of rows to push. */
  readonly uploadLimitBytes: number
}

const tags = ['features']
const deleted = Type.Null({ description: 'Deleted' })

/** What features there are: entities, feature views and services, and what brings views online. */
export function featureViewRoutes(server: FastifyInstance, { authenticate, features, jobs, uploadLimitBytes }: FeatureViewRoutesOptions): void {
  server.get<{ Querystring: NamePageQuery }>('/v1/feature-services', {
    config: { access: 'viewer' },
    schema: { tags, operationId: 'listFeatureServices', summary: 'List feature services by name', querystring: pageQuery, response: { 200: servicePageAnswer, ...problemAnswers() } },
  }, async (request) => ({ featureServices: await features.listFeatureServices(await authenticate(request), request.query) }))

  server.get<{ Params: NameParams }>('/v1/feature-services/:name', {
    config: { access: 'viewer' },
    schema: { tags, operationId: 'getFeatureService', summary: 'Show a feature service', params: nameParams, response: { 200: serviceAnswer, ...problemAnswers(404) } },
  }, async (request) => features.getFeatureService(await authenticate(request), request.params.name))

  server.put<{ Params: NameParams; Body: ServiceBody }>('/v1/feature-services/:name', {
    config: { access: 'trainer' },
    schema: {
      tags, operationId: 'registerFeatureService', summary: 'Name features that are asked for together', params: nameParams, body: serviceBody,
      response: { 200: serviceAnswer, ...problemAnswers(404) },
    },
  }, async (request) => features.registerFeatureService(await authenticate(request), { ...request.body, name: request.params.name }))

  server.delete<{ Params: NameParams }>('/v1/feature-services/:name', {
    config: { access: 'trainer' },
    schema: { tags, operationId: 'deleteFeatureService', summary: 'Delete a feature service', params: nameParams, response: { 204: deleted, ...problemAnswers(404) } },
  }, async (request, reply) => {
    await features.deleteFeatureService(await authenticate(request), request.params.name)
    return reply.code(204).send()
  })

  server.get<{ Querystring: NamePageQuery }>('/v1/feature-views', {
    config: { access: 'viewer' },
    schema: { tags, operationId: 'listFeatureViews', summary: 'List feature views by name', querystring: pageQuery, response: { 200: featureViewPageAnswer, ...problemAnswers() } },
  }, async (request) => ({ featureViews: (await features.listFeatureViews(await authenticate(request), request.query)).map(toViewAnswer) }))

  server.get<{ Params: NameParams }>('/v1/feature-views/:name', {
    config: { access: 'viewer' },
    schema: { tags, operationId: 'getFeatureView', summary: "Show a feature view's newest version", params: nameParams, response: { 200: featureViewAnswer, ...problemAnswers(404) } },
  }, async (request) => toViewAnswer(await features.getFeatureView(await authenticate(request), request.params.name)))

  server.put<{ Params: NameParams; Body: FeatureViewBody }>('/v1/feature-views/:name', {
    config: { access: 'trainer' },
    schema: {
      tags, operationId: 'registerFeatureView', summary: 'Declare a feature view, or another version of it', params: nameParams, body: featureViewBody,
      response: { 200: featureViewAnswer, ...problemAnswers(404, 409) },
    },
  }, async (request) => toViewAnswer(await features.registerFeatureView(await authenticate(request), { ...request.body, name: request.params.name })))

  server.delete<{ Params: NameParams }>('/v1/feature-views/:name', {
    config: { access: 'trainer' },
    schema: { tags, operationId: 'deleteFeatureView', summary: 'Delete a feature view; what is under way for it stops', params: nameParams, response: { 204: deleted, ...problemAnswers(404, 409) } },
  }, async (request, reply) => {
    await features.deleteFeatureView(await authenticate(request), request.params.name)
    return reply.code(204).send()
  })

  server.put<{ Params: FeatureParams; Body: FeatureBody }>('/v1/feature-views/:name/features/:feature', {
    config: { access: 'trainer' },
    schema: {
      tags, operationId: 'registerFeature', summary: 'Add a feature to a view, or change it: the next version of the view', params: featureParams, body: featureBody,
      response: { 200: featureAnswer, ...problemAnswers(404, 409) },
    },
  }, async (request) => {
    const { name, feature } = request.params
    return toFeatureAnswer(await features.registerFeature(await authenticate(request), name, { ...(request.body as Omit<Parameters<FeatureStore['registerFeature']>[2], 'name'>), name: feature }))
  })

  server.post<{ Params: NameParams; Body: PushBody }>('/v1/feature-views/:name/push', {
    config: { access: 'trainer' },
    bodyLimit: uploadLimitBytes,
    schema: {
      tags, operationId: 'pushFeatures', summary: 'Take rows as they happen: all of them or, where one is wrong, none', params: nameParams, headers: pushHeaders, body: pushBody,
      response: { 200: pushAnswer, ...problemAnswers(404, 409, 413) },
    },
  }, async (request) => {
    const key = request.headers['idempotency-key']
    const { rows, to } = request.body as Pick<PushRequest, 'rows' | 'to'>
    return features.push(await authenticate(request), { view: request.params.name, rows, ...(to === undefined ? {} : { to }), ...(typeof key === 'string' ? { idempotencyKey: key } : {}) })
  })

  server.post<{ Params: NameParams; Body: MaterializeBody | undefined }>('/v1/feature-views/:name/materialize', {
    config: { access: 'trainer' },
    schema: {
      tags, operationId: 'materializeFeatureView', summary: "Bring the newest rows of a view's dataset online, by a job", params: nameParams, body: Type.Optional(materializeBody),
      response: { 202: jobAnswer, ...problemAnswers(404) },
    },
  }, async (request, reply) => {
    const context = await authenticate(request)
    const { definition: { name } } = await features.getFeatureView(context, request.params.name)
    const { start, end, incremental } = request.body ?? {}
    const payload: MaterializeJobPayload = {
      view: name, ...(start === undefined ? {} : { startMs: instantMs('start', start) }), ...(end === undefined ? {} : { endMs: instantMs('end', end) }), ...(incremental === undefined ? {} : { incremental }),
    }
    const { id, kind, state } = await jobs.enqueue(context, { kind: materializeJobKind, payload })
    return reply.code(202).header('location', `/v1/jobs/${id}`).send({ id, kind, state })
  })

  server.get<{ Params: NameParams; Querystring: SkewQuery }>('/v1/feature-views/:name/skew', {
    config: { access: 'trainer' },
    schema: {
      tags, operationId: 'reportFeatureSkew', summary: 'Hold what is online against the dataset, for a sample of keys', params: nameParams, querystring: skewQuery,
      response: { 200: skewAnswer, ...problemAnswers(404, 409) },
    },
  }, async (request) => toSkewAnswer(await features.reportSkew(await authenticate(request), request.params.name, request.query)))

  server.get<{ Params: NameParams }>('/v1/feature-views/:name/freshness', {
    config: { access: 'viewer' },
    schema: {
      tags, operationId: 'reportFeatureFreshness', summary: 'How old what is online of a view is, against what it promises', params: nameParams,
      response: { 200: freshnessAnswer, ...problemAnswers(404) },
    },
  }, async (request) => toFreshnessAnswer(await features.reportFreshness(await authenticate(request), request.params.name)))

  server.get<{ Querystring: NamePageQuery }>('/v1/entities', {
    config: { access: 'viewer' },
    schema: { tags, operationId: 'listEntities', summary: 'List entities by name', querystring: pageQuery, response: { 200: entityPageAnswer, ...problemAnswers() } },
  }, async (request) => ({ entities: await features.listEntities(await authenticate(request), request.query) }))

  server.get<{ Params: NameParams }>('/v1/entities/:name', {
    config: { access: 'viewer' },
    schema: { tags, operationId: 'getEntity', summary: 'Show an entity', params: nameParams, response: { 200: entityAnswer, ...problemAnswers(404) } },
  }, async (request) => features.getEntity(await authenticate(request), request.params.name))

  server.put<{ Params: NameParams; Body: EntityBody }>('/v1/entities/:name', {
    config: { access: 'trainer' },
    schema: { tags, operationId: 'registerEntity', summary: 'Declare what features can be about', params: nameParams, body: entityBody, response: { 200: entityAnswer, ...problemAnswers(409) } },
  }, async (request) => features.registerEntity(await authenticate(request), { ...request.body, name: request.params.name }))

  server.delete<{ Params: NameParams }>('/v1/entities/:name', {
    config: { access: 'trainer' },
    schema: { tags, operationId: 'deleteEntity', summary: 'Delete an entity that no feature view relies on', params: nameParams, response: { 204: deleted, ...problemAnswers(404, 409) } },
  }, async (request, reply) => {
    await features.deleteEntity(await authenticate(request), request.params.name)
    return reply.code(204).send()
  })
}

function instantMs(field: string, text: string): number {
  const ms = Date.parse(text)
  if (Number.isSafeInteger(ms) && ms >= 0) return ms
  throw new MLError('INPUT_INVALID', `Expected '${field}' to be an instant from 1970 on, got another text.`, { details: { field, expected: 'an instant from 1970 on' } })
}
