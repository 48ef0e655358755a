import type { Authenticate } from '@motadata/core'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Tenant, Tenants } from '../tenants.js'
import { neverCached } from './key-routes.js'
import { issuedKeyAnswer, toIssuedKeyAnswer } from './key-schemas.js'
import { type PageQuery, pageQuery } from './page-query.js'
import { problemAnswers } from './problem-answers.js'
import './route-declaration.js'

export interface TenantRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly tenants: Tenants
}

const tenantParams = Type.Object({ tenantId: Type.String() })
type TenantParams = Static<typeof tenantParams>

const createTenantBody = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 63, description: 'a-z, 0-9, - and _; it can not be changed', examples: ['acme'] }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'What people call it; default the id' })),
  },
  { additionalProperties: false },
)
type CreateTenantBody = Static<typeof createTenantBody>

const tenantAnswer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  suspendedAt: Type.Optional(Type.String({ format: 'date-time', description: 'Since when its keys are refused' })),
})
const createdTenantAnswer = Type.Object({ tenant: tenantAnswer, adminKey: issuedKeyAnswer })
const tenantPageAnswer = Type.Object({ tenants: Type.Array(tenantAnswer), nextPageToken: Type.Optional(Type.String()) })

/** `/v1/tenants`: the platform's customers, for its operators. */
export function tenantRoutes(server: FastifyInstance, { authenticate, tenants }: TenantRoutesOptions): void {
  const config = { access: 'operator' } as const
  const tags = ['tenants']

  server.post<{ Body: CreateTenantBody }>(
    '/v1/tenants',
    {
      config,
      schema: {
        tags,
        operationId: 'createTenant',
        summary: 'Make a tenant and its first admin key, whose secret is shown this once',
        body: createTenantBody,
        response: { 201: createdTenantAnswer, ...problemAnswers(400, 409) },
      },
    },
    async (request, reply) => {
      const { tenant, adminKey } = await tenants.create(await authenticate(request), request.body)
      return neverCached(reply).code(201).send({ tenant: toTenantAnswer(tenant), adminKey: toIssuedKeyAnswer(adminKey) })
    },
  )

  server.get<{ Querystring: PageQuery }>(
    '/v1/tenants',
    {
      config,
      schema: {
        tags,
        operationId: 'listTenants',
        summary: 'List tenants by id',
        querystring: pageQuery,
        response: { 200: tenantPageAnswer, ...problemAnswers(400) },
      },
    },
    async (request) => {
      const { tenants: page, nextPageToken } = await tenants.list(await authenticate(request), request.query)
      return { tenants: page.map(toTenantAnswer), ...(nextPageToken !== undefined && { nextPageToken }) }
    },
  )

  server.get<{ Params: TenantParams }>(
    '/v1/tenants/:tenantId',
    {
      config,
      schema: {
        tags,
        operationId: 'getTenant',
        summary: 'Show a tenant',
        params: tenantParams,
        response: { 200: tenantAnswer, ...problemAnswers(400, 404) },
      },
    },
    async (request) => toTenantAnswer(await tenants.get(await authenticate(request), request.params.tenantId)),
  )

  const changes = [
    { verb: 'suspend', summary: "Refuse a tenant's keys from now on; nothing of it is lost" },
    { verb: 'resume', summary: "Take a suspended tenant's keys again" },
  ] as const
  for (const { verb, summary } of changes) {
    server.post<{ Params: TenantParams }>(
      `/v1/tenants/:tenantId/${verb}`,
      {
        config,
        schema: {
          tags,
          operationId: `${verb}Tenant`,
          summary,
          params: tenantParams,
          response: { 200: tenantAnswer, ...problemAnswers(400, 404) },
        },
      },
      async (request) => toTenantAnswer(await tenants[verb](await authenticate(request), request.params.tenantId)),
    )
  }
}

function toTenantAnswer({ id, name, createdAt, suspendedAt }: Tenant): Static<typeof tenantAnswer> {
  return { id, name, createdAt: createdAt.toISOString(), ...(suspendedAt && { suspendedAt: suspendedAt.toISOString() }) }
}
