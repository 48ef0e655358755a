import { type Authenticate, type Role, roles } from '@motadata/core'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { problemAnswers } from './problem-answers.js'
import './route-declaration.js'

const meAnswer = Type.Object({
  tenantId: Type.String(),
  role: Type.Unsafe<Role>({ type: 'string', enum: [...roles] }),
  keyId: Type.Optional(Type.String({ description: 'Of the API key, where the request came with one' })),
  subject: Type.Optional(Type.String({ description: 'Of the token, where the request came with one' })),
})

/** `/v1/me`: as whom the caller is known, for every role within a tenant. */
export function meRoute(server: FastifyInstance, { authenticate }: { readonly authenticate: Authenticate<FastifyRequest> }): void {
  server.get(
    '/v1/me',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['me'],
        operationId: 'getMe',
        summary: 'Show as whom the caller is known: tenant, role and key, or subject of the token',
        response: { 200: meAnswer, ...problemAnswers() },
      },
    },
    async (request): Promise<Static<typeof meAnswer>> => {
      const { tenantId, principal } = await authenticate(request)
      return { tenantId, role: principal.role, ...(principal.kind === 'api-key' && { keyId: principal.id }), ...(principal.kind === 'token' && { subject: principal.id }) }
    },
  )
}
