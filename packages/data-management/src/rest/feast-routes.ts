import { type Authenticate, type CellValue, type DataRecord, MLError, parseInstant, type RequestContext } from '@motadata/core'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { FeatureStore } from '../feature-store.js'
import { answerAsFeast } from './feast-errors.js'
import { problemAnswers } from './problem-answers.js'
import './route-declaration.js'

export interface FeastRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly features: FeatureStore
  readonly uploadLimitBytes: number
}

const tags = ['feast']
const cell = Type.Unsafe<CellValue>({ type: ['string', 'number', 'boolean', 'null'] })
const columns = Type.Record(Type.String(), Type.Array(cell, { maxItems: 100_000 }), { description: 'Values by column name' })
// what our server has no use for is let through: clients send what their release has
const lenient = { additionalProperties: true } as const

const onlineBody = Type.Object({
  entities: Type.Record(Type.String(), Type.Array(cell, { maxItems: 10_000 })),
  features: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
  feature_service: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  full_feature_names: Type.Optional(Type.Boolean()),
}, lenient)
const onlineAnswer = Type.Object({
  metadata: Type.Object({ feature_names: Type.Array(Type.String()) }),
  results: Type.Array(Type.Object({ values: Type.Array(cell), statuses: Type.Array(Type.String()), event_timestamps: Type.Array(Type.String()) })),
}, { title: 'FeastOnlineFeatures' })
const pushBody = Type.Object({
  push_source_name: Type.String(), df: columns, to: Type.Optional(Type.String({ enum: ['online', 'offline', 'online_and_offline'] })),
}, lenient)
const writeBody = Type.Object({ feature_view_name: Type.String(), df: columns }, lenient)
const views = Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()]))
const materializeBody = Type.Object({
  start_ts: Type.Optional(Type.Union([Type.String(), Type.Null()])), end_ts: Type.Optional(Type.Union([Type.String(), Type.Null()])), feature_views: views,
  disable_event_timestamp: Type.Optional(Type.Boolean()),
}, lenient)
const incrementalBody = Type.Object({ end_ts: Type.String(), feature_views: views }, lenient)
const done = Type.Object({}, { description: 'Done' })
/** Where there is no event. */
const noTime = '1970-01-01T00:00:00Z'

/** The routes of Feast's feature server, for its `remote` online store; the tenant is the credential's, whatever project a client thinks it asks. */
export const feastRoutes: FastifyPluginAsync<FeastRoutesOptions> = (server: FastifyInstance, { authenticate, features, uploadLimitBytes }: FeastRoutesOptions): Promise<void> => {
  answerAsFeast(server)
  server.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.access !== 'public') await authenticate(request)
  })

  server.get('/feast/health', {
    config: { access: 'public' },
    schema: { tags, operationId: 'feastHealth', summary: 'Whether features are served', response: { 200: Type.Object({ status: Type.String() }) } },
  }, () => Promise.resolve({ status: 'healthy' }))

  server.post<{ Body: Static<typeof onlineBody> }>('/feast/get-online-features', {
    config: { access: 'predictor' },
    schema: { tags, operationId: 'feastGetOnlineFeatures', summary: 'The newest values, one result a column, keys first', body: onlineBody, response: { 200: onlineAnswer, ...problemAnswers(404, 413) } },
  }, async (request) => {
    const { entities, features: list, feature_service: service, full_feature_names: fullNames = false } = request.body
    if (!list && !service) throw invalid('features', "Expected 'features' or 'feature_service', got neither.")
    const found = await features.getOnlineFeatures(await authenticate(request), { features: list ?? { service: service! }, entities, fullNames })
    const keys = Object.entries(entities)
    return {
      metadata: { feature_names: [...keys.map(([name]) => name), ...found.map(({ name }) => name)] },
      results: [
        ...keys.map(([, values]) => ({ values, statuses: values.map(() => 'PRESENT'), event_timestamps: values.map(() => noTime) })),
        ...found.map(({ values, statuses, eventTimesMs }) => ({
          values: values.map((value) => (value instanceof Date ? value.toISOString() : value)), statuses,
          event_timestamps: eventTimesMs.map((ms) => (ms === null ? noTime : new Date(ms).toISOString())),
        })),
      ],
    }
  })

  server.post<{ Body: Static<typeof pushBody> }>('/feast/push', {
    config: { access: 'trainer' },
    bodyLimit: uploadLimitBytes,
    schema: { tags, operationId: 'feastPush', summary: 'Take rows of a push source, which is named like its view', body: pushBody, response: { 200: done, ...problemAnswers(404, 409, 413) } },
  }, async (request) => {
    const context = await authenticate(request)
    const { push_source_name: view, df, to = 'online' } = request.body
    await features.push(context, { view, rows: await rowsOf(context, view, df), to: to === 'online_and_offline' ? 'online-and-offline' : (to as 'online' | 'offline') })
    return {}
  })

  server.post<{ Body: Static<typeof writeBody> }>('/feast/write-to-online-store', {
    config: { access: 'trainer' },
    bodyLimit: uploadLimitBytes,
    schema: { tags, operationId: 'feastWriteToOnlineStore', summary: 'Take rows of a feature view', body: writeBody, response: { 200: done, ...problemAnswers(404, 413) } },
  }, async (request) => {
    const context = await authenticate(request)
    const { feature_view_name: view, df } = request.body
    await features.push(context, { view, rows: await rowsOf(context, view, df) })
    return {}
  })

  server.post<{ Body: Static<typeof materializeBody> }>('/feast/materialize', {
    config: { access: 'trainer' },
    schema: { tags, operationId: 'feastMaterialize', summary: 'Bring the newest rows of views online, and wait for it', body: materializeBody, response: { 200: done, ...problemAnswers(404, 409) } },
  }, async (request) => {
    const { start_ts: start, end_ts: end, feature_views: names, disable_event_timestamp: all = false } = request.body
    if (!all && (!start || !end)) throw invalid('start_ts', "Expected 'start_ts' and 'end_ts', or 'disable_event_timestamp', got neither.")
    const range = all ? {} : { startMs: instantMs('start_ts', start!), endMs: instantMs('end_ts', end!) }
    const context = await authenticate(request)
    for (const view of await viewsOf(context, names)) await features.materialize(context, view, range)
    return {}
  })

  server.post<{ Body: Static<typeof incrementalBody> }>('/feast/materialize-incremental', {
    config: { access: 'trainer' },
    schema: { tags, operationId: 'feastMaterializeIncremental', summary: 'Bring online what came since the last time, and wait for it', body: incrementalBody, response: { 200: done, ...problemAnswers(404, 409) } },
  }, async (request) => {
    const endMs = instantMs('end_ts', request.body.end_ts)
    const context = await authenticate(request)
    for (const view of await viewsOf(context, request.body.feature_views)) await features.materializeIncremental(context, view, { endMs })
    return {}
  })
  return Promise.resolve()

  async function viewsOf(context: RequestContext, names: readonly string[] | null | undefined): Promise<readonly string[]> {
    if (names) return names
    const all: string[] = []
    for (;;) {
      const page = await features.listFeatureViews(context, { after: all.at(-1) ?? '', limit: 200 })
      all.push(...page.map(({ definition: { name } }) => name))
      if (page.length < 200) return all
    }
  }

  /** Columns as rows. Feast's remote store calls times `event_timestamp` and `created`, whatever they are called here. */
  async function rowsOf(context: RequestContext, view: string, df: Readonly<Record<string, readonly CellValue[]>>): Promise<DataRecord[]> {
    const { definition: { source, features: own } } = await features.getFeatureView(context, view)
    const known = new Set([source.eventTime, source.createdAt, ...own.map(({ name }) => name)])
    const renamed = Object.entries(df).flatMap(([name, values]): [string, readonly CellValue[]][] => {
      if (name === 'event_timestamp' && !known.has(name) && !Object.hasOwn(df, source.eventTime)) return [[source.eventTime, values]]
      if (name === 'created' && !known.has(name)) return source.createdAt === undefined || Object.hasOwn(df, source.createdAt) ? [] : [[source.createdAt, values]]
      return [[name, values]]
    })
    const rowCount = renamed[0]?.[1].length ?? 0
    const other = renamed.find(([, values]) => values.length !== rowCount)
    if (other) throw invalid('df', `Expected ${rowCount} values in every column of 'df' like in the first, got ${other[1].length} in '${other[0].slice(0, 100)}'.`)
    return Array.from({ length: rowCount }, (_, row) => Object.fromEntries(renamed.map(([name, values]) => [name, values[row]])))
  }
}

function instantMs(field: string, text: string): number {
  const ms = parseInstant(text)
  if (ms >= 0) return Math.floor(ms)
  throw invalid(field, `Expected '${field}' to be an ISO 8601 instant from 1970 on, got another text.`)
}

function invalid(field: string, message: string): MLError {
  return new MLError('INPUT_INVALID', message, { details: { field } })
}
