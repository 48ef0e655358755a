import { type Authenticate, parseInstant, type Role } from '@motadata/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { TSchema } from '@sinclair/typebox'
import type { ApiKeys } from '../api-keys.js'
import { describe, inputInvalid } from '../input/input-invalid.js'
import {
  createApiKeyBody, type CreateKeyBody, createOperatorKeyBody, issuedKeyAnswer, keyAnswer, keyPageAnswer, type KeyParams, keyParams,
  type RotateKeyBody, rotateKeyBody, toIssuedKeyAnswer, toKeyAnswer,
} from './key-schemas.js'
import { type PageQuery, pageQuery } from './page-query.js'
import { problemAnswers } from './problem-answers.js'
import './route-declaration.js'

export interface KeyRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly apiKeys: ApiKeys
}

interface KeyKind {
  readonly path: string
  readonly tag: string
  /** As operation ids end: `createApiKey`. */
  readonly noun: string
  /** As summaries say it: 'Make an API key'. */
  readonly phrase: string
  readonly access: Role
  readonly createBody: TSchema
  /** What a body without a role asks for. */
  readonly role?: Role
}

const tenantKeys: KeyKind = {
  path: '/v1/api-keys',
  tag: 'api-keys',
  noun: 'ApiKey',
  phrase: 'API key',
  access: 'admin',
  createBody: createApiKeyBody,
}
const operatorKeys: KeyKind = {
  path: '/v1/operator-keys',
  tag: 'operator-keys',
  noun: 'OperatorKey',
  phrase: 'operator key',
  access: 'operator',
  createBody: createOperatorKeyBody,
  role: 'operator',
}

/** `/v1/api-keys`: a tenant's keys, for its admins. */
export function apiKeyRoutes(server: FastifyInstance, options: KeyRoutesOptions): void {
  addKeyRoutes(server, options, tenantKeys)
}

/** `/v1/operator-keys`: the platform's own, for its operators. */
export function operatorKeyRoutes(server: FastifyInstance, options: KeyRoutesOptions): void {
  addKeyRoutes(server, options, operatorKeys)
}

function addKeyRoutes(server: FastifyInstance, { authenticate, apiKeys }: KeyRoutesOptions, kind: KeyKind): void {
  const { path, noun, phrase } = kind
  const onKey = `${path}/:keyId`
  const config = { access: kind.access }
  const tags = [kind.tag]

  server.post<{ Body: CreateKeyBody }>(
    path,
    {
      config,
      schema: {
        tags,
        operationId: `create${noun}`,
        summary: `Make an ${phrase}; its secret is shown this once`,
        body: kind.createBody,
        response: { 201: issuedKeyAnswer, ...problemAnswers(400) },
      },
    },
    async (request, reply) => {
      const context = await authenticate(request)
      const { name, role = kind.role, expiresAt } = request.body
      const issued = await apiKeys.create(context, { name, role: role as Role, ...readExpiry(expiresAt) })
      return neverCached(reply).code(201).send(toIssuedKeyAnswer(issued))
    },
  )

  server.get<{ Querystring: PageQuery }>(
    path,
    {
      config,
      schema: {
        tags,
        operationId: `list${noun}s`,
        summary: `List ${phrase}s, newest first, without their secrets`,
        querystring: pageQuery,
        response: { 200: keyPageAnswer, ...problemAnswers(400) },
      },
    },
    async (request) => {
      const { apiKeys: keys, nextPageToken } = await apiKeys.list(await authenticate(request), request.query)
      return { apiKeys: keys.map(toKeyAnswer), ...(nextPageToken !== undefined && { nextPageToken }) }
    },
  )

  server.get<{ Params: KeyParams }>(
    onKey,
    {
      config,
      schema: {
        tags,
        operationId: `get${noun}`,
        summary: `Show an ${phrase} without its secret`,
        params: keyParams,
        response: { 200: keyAnswer, ...problemAnswers(404) },
      },
    },
    async (request) => toKeyAnswer(await apiKeys.get(await authenticate(request), request.params.keyId)),
  )

  server.post<{ Params: KeyParams; Body: RotateKeyBody }>(
    `${onKey}/rotate`,
    {
      config,
      schema: {
        tags,
        operationId: `rotate${noun}`,
        summary: `Give an ${phrase} a new secret, shown this once`,
        params: keyParams,
        body: rotateKeyBody,
        response: { 200: issuedKeyAnswer, ...problemAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const context = await authenticate(request)
      const { gracePeriodMs, expiresAt } = request.body ?? {}
      const issued = await apiKeys.rotate(context, request.params.keyId, {
        ...(gracePeriodMs !== undefined && { gracePeriodMs }),
        ...readExpiry(expiresAt),
      })
      return neverCached(reply).send(toIssuedKeyAnswer(issued))
    },
  )

  server.delete<{ Params: KeyParams }>(
    onKey,
    {
      config,
      schema: {
        tags,
        operationId: `revoke${noun}`,
        summary: `Revoke an ${phrase}, though not the one that asks`,
        params: keyParams,
        response: { 204: { type: 'null', description: 'Revoked' }, ...problemAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      await apiKeys.revoke(await authenticate(request), request.params.keyId)
      return reply.code(204).send()
    },
  )
}

/** Answers that hold a secret stay out of every cache on the way. */
export function neverCached(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store')
}

function readExpiry(text: string | undefined): { readonly expiresAt?: Date } {
  if (text === undefined) return {}
  const ms = parseInstant(text)
  if (Number.isNaN(ms)) throw inputInvalid('expiresAt', 'an ISO 8601 instant such as 2030-01-31T12:00:00Z', describe(text))
  return { expiresAt: new Date(ms) }
}
