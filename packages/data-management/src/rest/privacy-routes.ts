import type { Authenticate, RequestContext } from '@motadata/core'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Erasures } from '../erasures.js'
import type { PiiKind } from '../privacy/pii-kind.js'
import type { Redactor } from '../redactor.js'
import {
  erasedTenantParams, type ErasedTenantParams, erasureAnswer, type ErasureBody, erasureBody, erasureHeaders, erasurePageAnswer, type ErasurePageQuery, erasurePageQuery, type ErasureParams,
  erasureParams, redactionAnswer, type RedactionBody, redactionBody, restorationAnswer, type RestorationBody, restorationBody, toErasureAnswer,
} from './privacy-schemas.js'
import { problemAnswers } from './problem-answers.js'
import './route-declaration.js'

export interface PrivacyRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly redactor: Redactor
  readonly erasures: Erasures
  /** Rejects when there is no such tenant: for operators, who erase tenants. */
  readonly checkTenant: (context: RequestContext, tenantId: string) => Promise<unknown>
}

/**
 * Redaction of texts, and erasure of persons and tenants, over HTTP. What asks for an erasure answers at once; a job does it.
 *
 * @example
 * await server.register(privacyRoutes, { authenticate, redactor, erasures, checkTenant: (context, id) => access.tenants.get(context, id) })
 */
export const privacyRoutes: FastifyPluginAsync<PrivacyRoutesOptions> = async (server, options) => {
  server.addHook('onRequest', async (request) => void (await options.authenticate(request)))
  redactionRoutes(server, options)
  erasureRoutes(server, options)
  tenantErasureRoutes(server, options)
}

function redactionRoutes(server: FastifyInstance, { authenticate, redactor }: PrivacyRoutesOptions): void {
  const tags = ['privacy']
  server.post<{ Body: RedactionBody }>('/v1/redactions', {
    config: { access: 'trainer' },
    schema: { tags, operationId: 'redactTexts', summary: 'Replace personal data in texts by tokens', body: redactionBody, response: { 200: redactionAnswer, ...problemAnswers(413) } },
  }, async (request) => {
    const { texts, kinds } = request.body
    return redactor.redact(await authenticate(request), texts, kinds === undefined ? {} : { kinds: kinds as PiiKind[] })
  })

  server.post<{ Body: RestorationBody }>('/v1/redactions/restore', {
    config: { access: 'admin' },
    schema: { tags, operationId: 'restoreTexts', summary: 'Put back what tokens stand for', body: restorationBody, response: { 200: restorationAnswer, ...problemAnswers(413) } },
  }, async (request) => ({ texts: await redactor.restore(await authenticate(request), request.body.texts) }))
}

function erasureRoutes(server: FastifyInstance, { authenticate, erasures }: PrivacyRoutesOptions): void {
  const [tags, config] = [['privacy'], { access: 'admin' } as const]
  server.post<{ Body: ErasureBody }>('/v1/erasures', {
    config,
    schema: { tags, operationId: 'erasePerson', summary: 'Erase a person from everything the tenant has', headers: erasureHeaders, body: erasureBody, response: { 202: erasureAnswer, ...problemAnswers() } },
  }, async (request, reply) => {
    const erasure = await erasures.request(await authenticate(request), { subject: { kind: 'person', identifiers: request.body.identifiers }, ...keyOf(request) })
    return reply.status(202).header('location', `/v1/erasures/${erasure.id}`).send(toErasureAnswer(erasure))
  })

  server.get<{ Querystring: ErasurePageQuery }>('/v1/erasures', {
    config, schema: { tags, operationId: 'listErasures', summary: 'List erasures, newest first', querystring: erasurePageQuery, response: { 200: erasurePageAnswer, ...problemAnswers() } },
  }, async (request) => pageOf(await erasures.list(await authenticate(request), request.query)))

  server.get<{ Params: ErasureParams }>('/v1/erasures/:erasureId', {
    config, schema: { tags, operationId: 'getErasure', summary: 'Show an erasure, and its certificate once it is completed', params: erasureParams, response: { 200: erasureAnswer, ...problemAnswers(404) } },
  }, async (request) => toErasureAnswer(await erasures.get(await authenticate(request), request.params.erasureId)))
}

function tenantErasureRoutes(server: FastifyInstance, { authenticate, erasures, checkTenant }: PrivacyRoutesOptions): void {
  const [tags, config] = [['privacy'], { access: 'operator' } as const]
  server.post<{ Params: ErasedTenantParams }>('/v1/tenants/:tenantId/erasures', {
    config,
    schema: { tags, operationId: 'eraseTenant', summary: 'Suspend a tenant and erase everything it has', headers: erasureHeaders, params: erasedTenantParams, response: { 202: erasureAnswer, ...problemAnswers(404) } },
  }, async (request, reply) => {
    const context = await authenticate(request)
    await checkTenant(context, request.params.tenantId)
    const erasure = await erasures.request(context, { subject: { kind: 'tenant' }, tenantId: request.params.tenantId, ...keyOf(request) })
    return reply.status(202).header('location', `/v1/tenant-erasures/${erasure.id}`).send(toErasureAnswer(erasure))
  })

  server.get<{ Querystring: ErasurePageQuery }>('/v1/tenant-erasures', {
    config, schema: { tags, operationId: 'listTenantErasures', summary: 'List erasures of tenants, newest first', querystring: erasurePageQuery, response: { 200: erasurePageAnswer, ...problemAnswers() } },
  }, async (request) => pageOf(await erasures.list(await authenticate(request), request.query)))

  server.get<{ Params: ErasureParams }>('/v1/tenant-erasures/:erasureId', {
    config, schema: { tags, operationId: 'getTenantErasure', summary: "Show a tenant's erasure, and its certificate once it is completed", params: erasureParams, response: { 200: erasureAnswer, ...problemAnswers(404) } },
  }, async (request) => toErasureAnswer(await erasures.get(await authenticate(request), request.params.erasureId)))
}

function keyOf(request: FastifyRequest): { readonly idempotencyKey?: string } {
  const key = request.headers['idempotency-key']
  return typeof key === 'string' ? { idempotencyKey: key } : {}
}

function pageOf({ erasures, nextPageToken }: Awaited<ReturnType<Erasures['list']>>) {
  return { erasures: erasures.map(toErasureAnswer), ...(nextPageToken === undefined ? {} : { nextPageToken }) }
}
