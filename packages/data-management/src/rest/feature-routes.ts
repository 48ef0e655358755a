import { type Authenticate, type FeatureSelection, type JobQueue, MLError, toRecords } from '@motadata/core'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { FeatureStore } from '../feature-store.js'
import { toVersionAnswer } from './dataset-schemas.js'
import { feastRoutes } from './feast-routes.js'
import {
  featureAnswer, featureListAnswer, type FeatureListQuery, featureListQuery, historicalAnswer, type HistoricalBody, historicalBody, nearestAnswer, type NearestBody, nearestBody, onlineAnswer,
  type OnlineBody, onlineBody, type ReferenceParams, referenceParams, toFeatureAnswer,
} from './feature-schemas.js'
import { featureViewRoutes } from './feature-view-routes.js'
import { problemAnswers } from './problem-answers.js'
import './route-declaration.js'

export interface FeatureRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly features: FeatureStore
  /** Where materializing goes; `workOnMaterializeJobs` of `./jobs` works on it. */
  readonly jobs: JobQueue
  /** The largest body of rows to push or to join; default 64 MiB. */
  readonly uploadLimitBytes?: number
}

const defaultUploadLimitBytes = 64 * 1024 * 1024
const tags = ['features']

/**
 * The routes of features: `/v1/entities`, `/v1/feature-views`, `/v1/feature-services`, `/v1/features`, and those of Feast's feature server under
 * `/feast`. Failures are thrown as MLErrors for the host to answer.
 *
 * @example
 * await server.register(featureRoutes, { authenticate, features: await FeatureStore.open(platform), jobs: platform.jobs })
 */
export const featureRoutes: FastifyPluginAsync<FeatureRoutesOptions> = async (server: FastifyInstance, options: FeatureRoutesOptions): Promise<void> => {
  const { authenticate, features, jobs, uploadLimitBytes = defaultUploadLimitBytes } = options
  await server.register(feastRoutes, { authenticate, features, uploadLimitBytes })
  await server.register((own, _, done) => {
    own.addHook('onRequest', async (request) => void (await authenticate(request)))
    featureViewRoutes(own, { authenticate, features, jobs, uploadLimitBytes })
    readingRoutes(own, { authenticate, features, uploadLimitBytes })
    done()
  })
}

function readingRoutes(server: FastifyInstance, { authenticate, features, uploadLimitBytes }: Omit<FeatureRoutesOptions, 'jobs'> & { readonly uploadLimitBytes: number }): void {
  server.get<{ Querystring: FeatureListQuery }>('/v1/features', {
    config: { access: 'viewer' },
    schema: { tags, operationId: 'listFeatures', summary: 'List the features of a page of views, or of one', querystring: featureListQuery, response: { 200: featureListAnswer, ...problemAnswers(404) } },
  }, async (request) => ({ features: (await features.listFeatures(await authenticate(request), request.query)).map(toFeatureAnswer) }))

  server.get<{ Params: ReferenceParams }>('/v1/features/:reference', {
    config: { access: 'viewer' },
    schema: { tags, operationId: 'getFeature', summary: 'Show a feature', params: referenceParams, response: { 200: featureAnswer, ...problemAnswers(404) } },
  }, async (request) => toFeatureAnswer(await features.getFeature(await authenticate(request), request.params.reference)))

  server.post<{ Body: OnlineBody }>('/v1/features/online', {
    config: { access: 'predictor' },
    schema: { tags, operationId: 'getOnlineFeatures', summary: 'The newest values, one column a feature', body: onlineBody, response: { 200: onlineAnswer, ...problemAnswers(404, 413) } },
  }, async (request) => {
    const { entities, fullNames } = request.body
    const columns = await features.getOnlineFeatures(await authenticate(request), { features: selectionOf(request.body), entities, ...(fullNames === undefined ? {} : { fullNames }) })
    // features of one view share their times
    const written = new Map<readonly (number | null)[], (string | null)[]>()
    return {
      features: columns.map(({ name, values, statuses, eventTimesMs }) => {
        let eventTimes = written.get(eventTimesMs)
        if (!eventTimes) written.set(eventTimesMs, (eventTimes = eventTimesMs.map((ms) => (ms === null ? null : new Date(ms).toISOString()))))
        return { name, values, statuses, eventTimes }
      }),
    }
  })

  server.post<{ Body: HistoricalBody }>('/v1/features/historical', {
    config: { access: 'trainer' },
    bodyLimit: uploadLimitBytes,
    schema: {
      tags, operationId: 'getHistoricalFeatures', summary: 'Rows with the features as they were known at their instants, in their order', body: historicalBody,
      response: { 200: historicalAnswer, ...problemAnswers(404, 409, 413) },
    },
  }, async (request) => {
    const context = await authenticate(request)
    const { rows, dataset, eventTime, into, fullNames } = request.body
    if ((rows === undefined) === (dataset === undefined)) throw refusal('rows', "Expected 'rows' or 'dataset', and one of them only.")
    if (dataset && into === undefined) throw refusal('into', "Expected 'into' beside 'dataset': the rows are kept, not answered.")
    const asked = {
      features: selectionOf(request.body),
      rows: rows ?? { dataset: dataset!.name, ...(dataset!.version === undefined ? {} : { version: dataset!.version }) },
      ...(eventTime === undefined ? {} : { eventTime }), ...(fullNames === undefined ? {} : { fullNames }),
    }
    if (into !== undefined) {
      const version = await features.createTrainingSet(context, { ...asked, into })
      return { rowCount: version.rowCount, version: toVersionAnswer(version) }
    }
    const joined = await features.getHistoricalFeatures(context, asked)
    return { rowCount: joined.rowCount, rows: toRecords(joined) }
  })

  server.post<{ Body: NearestBody }>('/v1/features/nearest', {
    config: { access: 'predictor' },
    schema: { tags, operationId: 'findNearestTexts', summary: 'What has the texts most like a text', body: nearestBody, response: { 200: nearestAnswer, ...problemAnswers(404, 409, 413) } },
  }, async (request) => {
    const neighbours = await features.findNearest(await authenticate(request), request.body)
    return { neighbours: neighbours.map(({ eventTimeMs, ...rest }) => ({ ...rest, eventTime: new Date(eventTimeMs).toISOString() })) }
  })

  server.get('/v1/features/feast-definitions', {
    config: { access: 'viewer' },
    schema: {
      tags, operationId: 'exportFeastDefinitions', summary: 'All definitions as a Python file that feast apply takes',
      response: { 200: Type.String({ description: 'Python' }), ...problemAnswers() },
    },
  }, async (request, reply) => reply.type('text/x-python; charset=utf-8').send(await features.exportFeastDefinitions(await authenticate(request))))
}

function selectionOf({ features, featureService }: Pick<OnlineBody, 'features' | 'featureService'>): FeatureSelection {
  if ((features === undefined) === (featureService === undefined)) throw refusal('features', "Expected 'features' or 'featureService', and one of them only.")
  return features ?? { service: featureService! }
}

function refusal(field: string, message: string): MLError {
  return new MLError('INPUT_INVALID', message, { details: { field } })
}
