import { type Authenticate, MLError, toRecords } from '@motadata/core'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { DatasetReference } from '../catalogue/dataset-version.js'
import type { DataManager } from '../data-manager.js'
import { boundedStream } from './bounded-stream.js'
import {
  datasetAnswer, datasetPageAnswer, type DatasetParams, datasetParams, ingestBody, type IngestBody, ingestedAnswer, ingestHeaders, type IngestQuery, ingestQuery, type PageQuery,
  pageQuery, rowsAnswer, type RowsQuery, rowsQuery, toDatasetAnswer, toIngestedAnswer, toVersionAnswer, versionAnswer, versionPageAnswer, type VersionParams, versionParams,
} from './dataset-schemas.js'
import { problemAnswers } from './problem-answers.js'
import { quarantineRoutes } from './quarantine-routes.js'
import { requestOfBody, requestOfUpload, uploadTypes } from './read-ingest-request.js'
import './route-declaration.js'
import { profileRoutes } from './profile-routes.js'
import { validationRoutes } from './validation-routes.js'

export interface DatasetRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly datasets: DataManager
  /** The largest body of an upload; default 64 MiB. */
  readonly uploadLimitBytes?: number
}

const defaultUploadLimitBytes = 64 * 1024 * 1024
const tags = ['datasets']
const upload = Type.Unsafe<unknown>({ description: 'The file as it is' })
const ingestContent = { content: { 'application/json': { schema: ingestBody }, ...Object.fromEntries(uploadTypes.map((type) => [type, { schema: upload }])) } }

/**
 * The routes of data: `/v1/datasets` with versions, rows and quarantine, and what is expected of them. The caller is asked for before anything of a body is
 * read, and files are read as they come in; failures are thrown as MLErrors for the host to answer.
 *
 * @example
 * await server.register(datasetRoutes, { authenticate, datasets: await DataManager.open(platform) })
 */
export const datasetRoutes: FastifyPluginAsync<DatasetRoutesOptions> = (server: FastifyInstance, options: DatasetRoutesOptions): Promise<void> => {
  const { authenticate, datasets, uploadLimitBytes = defaultUploadLimitBytes } = options
  server.addHook('onRequest', async (request) => void (await authenticate(request)))
  for (const type of uploadTypes) server.addContentTypeParser(type, (_request, payload, done) => done(null, payload))

  server.get<{ Querystring: PageQuery }>('/v1/datasets', {
    config: { access: 'viewer' },
    schema: { tags, operationId: 'listDatasets', summary: 'List datasets by name', querystring: pageQuery, response: { 200: datasetPageAnswer, ...problemAnswers() } },
  }, async (request) => {
    const page = await datasets.listDatasets(await authenticate(request), request.query)
    return { ...page, datasets: page.datasets.map(toDatasetAnswer) }
  })

  server.get<{ Params: DatasetParams }>('/v1/datasets/:name', {
    config: { access: 'viewer' },
    schema: { tags, operationId: 'getDataset', summary: "Show a dataset's newest version", params: datasetParams, response: { 200: versionAnswer, ...problemAnswers(404) } },
  }, async (request) => toVersionAnswer(await datasets.getDataset(await authenticate(request), request.params)))

  server.get<{ Params: DatasetParams; Querystring: PageQuery }>('/v1/datasets/:name/versions', {
    config: { access: 'viewer' },
    schema: {
      tags, operationId: 'listDatasetVersions', summary: 'List the versions of a dataset, newest first', params: datasetParams, querystring: pageQuery,
      response: { 200: versionPageAnswer, ...problemAnswers(404) },
    },
  }, async (request) => {
    const page = await datasets.listVersions(await authenticate(request), request.params.name, request.query)
    return { ...page, versions: page.versions.map(toVersionAnswer) }
  })

  server.get<{ Params: VersionParams }>('/v1/datasets/:name/versions/:version', {
    config: { access: 'viewer' },
    schema: { tags, operationId: 'getDatasetVersion', summary: 'Show a version: its columns, rows and origin', params: versionParams, response: { 200: versionAnswer, ...problemAnswers(404) } },
  }, async (request) => toVersionAnswer(await datasets.getDataset(await authenticate(request), request.params)))

  server.post<{ Querystring: IngestQuery; Body: IngestBody | AsyncIterable<Uint8Array> | undefined }>('/v1/datasets', {
    config: { access: 'trainer' },
    bodyLimit: uploadLimitBytes,
    schema: {
      tags, operationId: 'ingestDataset', summary: 'Keep rows as the next version of a dataset, which is made if it is new', querystring: ingestQuery,
      headers: ingestHeaders, body: ingestContent, response: { 201: ingestedAnswer, ...problemAnswers(409, 410, 413, 415) },
    },
  }, async (request, reply) => {
    const context = await authenticate(request)
    const ingested = await datasets.ingestData(context, { ...ingestRequest(request), ...idempotency(request) })
    return reply.code(201).send(toIngestedAnswer(ingested))
  })

  server.get<{ Params: DatasetParams; Querystring: RowsQuery }>('/v1/datasets/:name/rows', {
    config: { access: 'trainer' },
    schema: {
      tags, operationId: 'readDatasetRows', summary: 'Read rows of a version, as of a number or an instant', params: datasetParams, querystring: rowsQuery,
      response: { 200: rowsAnswer, ...problemAnswers(404) },
    },
  }, async (request) => {
    const context = await authenticate(request)
    const { asOf, version, column, offset, limit } = request.query
    const reference: DatasetReference = { name: request.params.name, ...(version === undefined ? {} : { version }), ...(asOf === undefined ? {} : { asOf: new Date(asOf) }) }
    const found = await datasets.getDataset(context, reference)
    const rows = await datasets.readData(context, { name: found.name, version: found.version }, {
      limit: limit ?? 100, ...(offset === undefined ? {} : { offset }), ...(column === undefined ? {} : { columns: column }),
    })
    return { version: found.version, rowCount: found.rowCount, rows: toRecords(rows) }
  })

  quarantineRoutes(server, { authenticate, datasets })

  server.post<{ Params: DatasetParams }>('/v1/datasets/:name/archive', {
    config: { access: 'trainer' },
    schema: { tags, operationId: 'archiveDataset', summary: 'Take a dataset out of use; it stays readable', params: datasetParams, response: { 200: datasetAnswer, ...problemAnswers(404) } },
  }, async (request) => toDatasetAnswer(await datasets.archiveData(await authenticate(request), request.params.name)))

  server.delete<{ Params: DatasetParams }>('/v1/datasets/:name', {
    config: { access: 'admin' },
    schema: {
      tags, operationId: 'deleteDataset', summary: 'Delete a dataset with all its versions and rows', params: datasetParams,
      response: { 204: Type.Null({ description: 'Deleted' }), ...problemAnswers(404) },
    },
  }, async (request, reply) => {
    await datasets.deleteData(await authenticate(request), request.params.name)
    return reply.code(204).send()
  })

  profileRoutes(server, { authenticate, datasets })
  validationRoutes(server, { authenticate, datasets })
  return Promise.resolve()

  function ingestRequest(request: FastifyRequest) {
    const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
    if (uploadTypes.includes(mediaType)) {
      const stream = boundedStream(request.body as AsyncIterable<Uint8Array>, uploadLimitBytes)
      return requestOfUpload({ stream, mediaType, encoding: request.headers['content-encoding'], query: request.query as IngestQuery })
    }
    if (!request.body) {
      throw new MLError('REQUEST_INVALID', `Expected a body: JSON with rows, or a file of ${uploadTypes.join(', ')}, got none.`, { details: { field: 'body' } })
    }
    const [beside] = Object.keys(request.query as IngestQuery)
    if (beside !== undefined) {
      throw new MLError('INPUT_INVALID', `Expected '${beside.slice(0, 80)}' in the JSON body, got it in the query string, which is for files.`, { details: { field: beside.slice(0, 80) } })
    }
    return requestOfBody(request.body as IngestBody)
  }
}

function idempotency(request: FastifyRequest): { readonly idempotencyKey?: string } {
  const key = request.headers['idempotency-key']
  return typeof key === 'string' ? { idempotencyKey: key } : {}
}
