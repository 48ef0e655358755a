import type { Authenticate } from '@motadata/core'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Tokens } from '../tokens.js'
import { identifierMaximumLength } from '../tokens/read-claims.js'
import { problemAnswers } from './problem-answers.js'
import './route-declaration.js'

export interface TokenRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly tokens: Tokens
}

const identifier = (description: string) => Type.String({ minLength: 1, maxLength: identifierMaximumLength, description })
const revokeBody = Type.Object(
  {
    subject: Type.Optional(identifier('`sub` of the tokens: all that it has been given so far')),
    tokenId: Type.Optional(identifier('`jti` of the token')),
  },
  { additionalProperties: false, minProperties: 1, maxProperties: 1, description: 'Either of the two', examples: [{ subject: 'user-4711' }] },
)

/** `/v1/token-revocations`: an end to tokens of the identity provider before their time, for a tenant's admins. */
export function tokenRoutes(server: FastifyInstance, { authenticate, tokens }: TokenRoutesOptions): void {
  server.post<{ Body: Static<typeof revokeBody> }>(
    '/v1/token-revocations',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['tokens'],
        operationId: 'revokeTokens',
        summary: 'Refuse the tokens that a subject has been given so far, or one token',
        body: revokeBody,
        response: { 204: { type: 'null', description: 'Revoked' }, ...problemAnswers(400) },
      },
    },
    async (request, reply) => {
      const context = await authenticate(request)
      const { subject, tokenId } = request.body
      if (subject !== undefined) await tokens.revokeSubject(context, subject)
      if (tokenId !== undefined) await tokens.revokeToken(context, tokenId)
      return reply.code(204).send()
    },
  )
}
