import type { Authenticate } from '@motadata/core'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { MLSystem } from '../ml-system.js'
import {
  type AliasBody, aliasBody, type AliasParams, aliasParams, type DeletionQuery, deletionQuery, modelAnswer, type ModelChangesBody, modelChanges,
  modelPageAnswer, type ModelParams, modelParams, type PageQuery, pageQuery, toModelAnswer, toVersionAnswer, versionAnswer, versionPageAnswer, type VersionParams, versionParams,
} from './model-schemas.js'
import { problemAnswers } from './problem-answers.js'
import './route-declaration.js'

export interface RegistryRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly system: MLSystem
}

const tags = ['models']

/** `/v1/models`: what models and versions there are, which one is champion, and an end for those out of use. */
export function registryRoutes(server: FastifyInstance, { authenticate, system }: RegistryRoutesOptions): void {
  server.get<{ Querystring: PageQuery }>(
    '/v1/models',
    {
      config: { access: 'viewer' },
      schema: {
        tags, operationId: 'listModels', summary: 'List models by name', querystring: pageQuery,
        response: { 200: modelPageAnswer, ...problemAnswers() },
      },
    },
    async (request) => {
      const { models, nextPageToken } = await system.listModels(await authenticate(request), request.query)
      return { models: models.map(toModelAnswer), ...(nextPageToken === undefined ? {} : { nextPageToken }) }
    },
  )

  server.get<{ Params: ModelParams }>(
    '/v1/models/:name',
    {
      config: { access: 'viewer' },
      schema: {
        tags, operationId: 'getModel', summary: 'Show a model', params: modelParams,
        response: { 200: modelAnswer, ...problemAnswers(404) },
      },
    },
    async (request) => toModelAnswer(await system.getModel(await authenticate(request), request.params.name)),
  )

  server.get<{ Params: ModelParams; Querystring: PageQuery }>(
    '/v1/models/:name/versions',
    {
      config: { access: 'viewer' },
      schema: {
        tags, operationId: 'listModelVersions', summary: 'List the versions of a model, newest first',
        params: modelParams, querystring: pageQuery,
        response: { 200: versionPageAnswer, ...problemAnswers(404) },
      },
    },
    async (request) => {
      const { versions, nextPageToken } = await system.listVersions(await authenticate(request), request.params.name, request.query)
      return { versions: versions.map(toVersionAnswer), ...(nextPageToken === undefined ? {} : { nextPageToken }) }
    },
  )

  server.get<{ Params: VersionParams }>(
    '/v1/models/:name/versions/:version',
    {
      config: { access: 'viewer' },
      schema: {
        tags, operationId: 'getModelVersion', summary: 'Show a version: what it takes and gives, and how good it is',
        params: versionParams,
        response: { 200: versionAnswer, ...problemAnswers(404) },
      },
    },
    async (request) => toVersionAnswer(await system.getVersion(await authenticate(request), request.params)),
  )

  server.put<{ Params: AliasParams; Body: AliasBody }>(
    '/v1/models/:name/aliases/:alias',
    {
      config: { access: 'trainer' },
      schema: {
        tags, operationId: 'setModelAlias', summary: 'Make an alias mean a version; champion is the one that answers',
        params: aliasParams, body: aliasBody,
        response: { 200: versionAnswer, ...problemAnswers(404, 409) },
      },
    },
    async (request) => {
      const { name, alias } = request.params
      return toVersionAnswer(await system.promoteVersion(await authenticate(request), name, request.body.version, alias))
    },
  )

  server.patch<{ Params: ModelParams; Body: ModelChangesBody }>(
    '/v1/models/:name',
    {
      config: { access: 'trainer' },
      schema: {
        tags, operationId: 'updateModel', summary: 'Change what a model says of itself', params: modelParams, body: modelChanges,
        response: { 200: modelAnswer, ...problemAnswers(404) },
      },
    },
    async (request) => toModelAnswer(await system.updateModel(await authenticate(request), request.params.name, request.body)),
  )

  server.delete<{ Params: ModelParams; Querystring: DeletionQuery }>(
    '/v1/models/:name',
    {
      config: { access: 'admin' },
      schema: {
        tags, operationId: 'archiveModel', summary: 'Take a model out of use; it stays readable until it is deleted permanently', params: modelParams,
        querystring: deletionQuery,
        response: { 200: modelAnswer, 204: Type.Null({ description: 'Deleted permanently' }), ...problemAnswers(404, 409) },
      },
    },
    async (request, reply) => {
      const context = await authenticate(request)
      const { name } = request.params
      if (!request.query.permanently) return toModelAnswer(await system.archiveModel(context, name))
      await system.deleteModel(context, name)
      return reply.code(204).send(null)
    },
  )
}
