import { Readable } from 'node:stream'
import type { Authenticate, RequestContext } from '@motadata/core'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { DataManager } from '../data-manager.js'
import type { QuarantinedRow } from '../quarantine/quarantined-row.js'
import { ingestedAnswer, type PageQuery, pageQuery, toIngestedAnswer, type VersionParams, versionParams } from './dataset-schemas.js'
import { problemAnswers } from './problem-answers.js'

const tags = ['datasets']
const pageRows = 200

const quarantinedRow = Type.Object({
  row: Type.Integer({ description: 'Its number among those of its version' }), line: Type.Integer({ description: 'Where it began in the source' }),
  column: Type.Optional(Type.String()), reason: Type.String(), text: Type.Optional(Type.String({ description: 'As it came' })),
  replayedAs: Type.Optional(Type.Integer({ description: 'The version that has it since it was mended' })),
})
const quarantineAnswer = Type.Object({
  rows: Type.Array(quarantinedRow), nextPageToken: Type.Optional(Type.String({ description: 'Where the next page begins; none behind the last' })),
}, { title: 'QuarantinePage' })
const replayBody = Type.Object({
  rows: Type.Array(Type.Object({ row: Type.Integer({ minimum: 1 }), text: Type.String() }), { minItems: 1, maxItems: 10_000, description: 'Rows by their numbers, with their texts mended' }),
}, { examples: [{ rows: [{ row: 1, text: '17;VPN is down;2.5' }] }] })
type ReplayBody = Static<typeof replayBody>

/** Rows of a version's source that could not be used: shown, downloaded, mended and taken in. */
export function quarantineRoutes(server: FastifyInstance, { authenticate, datasets }: { readonly authenticate: Authenticate<FastifyRequest>; readonly datasets: DataManager }): void {
  server.get<{ Params: VersionParams; Querystring: PageQuery }>('/v1/datasets/:name/versions/:version/quarantine', {
    config: { access: 'trainer' },
    schema: {
      tags, operationId: 'listQuarantine', summary: 'List the rows that could not be read into a version, with their reasons', params: versionParams, querystring: pageQuery,
      response: { 200: quarantineAnswer, ...problemAnswers(404) },
    },
  }, async (request) => datasets.listQuarantine(await authenticate(request), request.params, request.query))

  server.get<{ Params: VersionParams }>('/v1/datasets/:name/versions/:version/quarantine.ndjson', {
    config: { access: 'trainer' },
    schema: {
      tags, operationId: 'downloadQuarantine', summary: 'Download those rows, one JSON object a line', params: versionParams,
      response: { 200: { description: 'The rows', content: { 'application/x-ndjson': { schema: Type.String() } } }, ...problemAnswers(404) },
    },
  }, async (request, reply) => {
    const context = await authenticate(request)
    const first = await datasets.listQuarantine(context, request.params, { limit: pageRows })
    return reply.type('application/x-ndjson').send(Readable.from(lines(datasets, { context, params: request.params }, first)))
  })

  server.post<{ Params: VersionParams; Body: ReplayBody }>('/v1/datasets/:name/versions/:version/quarantine/replay', {
    config: { access: 'trainer' },
    schema: {
      tags, operationId: 'replayQuarantine', summary: 'Append rows of the quarantine that were mended, each once', params: versionParams, body: replayBody,
      response: { 201: ingestedAnswer, ...problemAnswers(404, 409, 410) },
    },
  }, async (request, reply) => {
    const ingested = await datasets.replayQuarantine(await authenticate(request), request.params, request.body.rows)
    return reply.code(201).send(toIngestedAnswer(ingested))
  })
}

async function* lines(
  datasets: DataManager, { context, params }: { readonly context: RequestContext; readonly params: VersionParams }, first: { readonly rows: readonly QuarantinedRow[]; readonly nextPageToken?: string },
): AsyncGenerator<string> {
  for (let page = first; ;) {
    for (const row of page.rows) yield `${JSON.stringify(row)}\n`
    if (page.nextPageToken === undefined) return
    page = await datasets.listQuarantine(context, params, { limit: pageRows, pageToken: page.nextPageToken })
  }
}
