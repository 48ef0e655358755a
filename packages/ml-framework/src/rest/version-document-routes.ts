import type { FastifyInstance } from 'fastify'
import { type CompareQuery, compareQuery, type VersionParams, versionParams } from './model-schemas.js'
import { problemAnswers } from './problem-answers.js'
import type { RegistryRoutesOptions } from './registry-routes.js'
import './route-declaration.js'
import { cardAnswer, comparisonAnswer, lineageAnswer } from './version-document-schemas.js'

const tags = ['models']

/** What is known of a version: its card, its lineage, and how it compares with another. */
export function versionDocumentRoutes(server: FastifyInstance, { authenticate, system }: RegistryRoutesOptions): void {
  server.get<{ Params: VersionParams }>(
    '/v1/models/:name/versions/:version/card',
    {
      config: { access: 'viewer' },
      schema: {
        tags, operationId: 'getModelCard', summary: 'What a version is, how it came about and how good it is', params: versionParams,
        response: { 200: cardAnswer, ...problemAnswers(404) },
      },
    },
    async (request) => system.getCard(await authenticate(request), request.params),
  )

  server.get<{ Params: VersionParams }>(
    '/v1/models/:name/versions/:version/lineage',
    {
      config: { access: 'viewer' },
      schema: {
        tags, operationId: 'getModelLineage', summary: 'Where a version comes from and where it went', params: versionParams,
        response: { 200: lineageAnswer, ...problemAnswers(404) },
      },
    },
    async (request) => system.getLineage(await authenticate(request), request.params),
  )

  server.get<{ Params: VersionParams; Querystring: CompareQuery }>(
    '/v1/models/:name/versions/:version/compare',
    {
      config: { access: 'viewer' },
      schema: {
        tags, operationId: 'compareModelVersions', summary: 'Compare a version with another on the held-out rows that both were measured on',
        params: versionParams, querystring: compareQuery,
        response: { 200: comparisonAnswer, ...problemAnswers(404, 409) },
      },
    },
    async (request) => {
      const { name, version } = request.params
      return system.compareVersions(await authenticate(request), { name, version }, { name, version: request.query.with })
    },
  )
}
