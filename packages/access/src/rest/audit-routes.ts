import type { Authenticate } from '@motadata/core'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AuditEvent } from '../audit/audit-event.js'
import type { AuditTrail } from '../audit-trail.js'
import { type PageQuery, pageQuery } from './page-query.js'
import { problemAnswers } from './problem-answers.js'
import './route-declaration.js'

export interface AuditRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly auditTrail: AuditTrail
}

const hash = (description: string) => Type.String({ description })
const eventAnswer = Type.Object({
  number: Type.Integer({ description: 'Its place in the trail, from 1' }),
  occurredAt: Type.String({ format: 'date-time' }),
  action: Type.String({ examples: ['api-key.created'] }),
  actor: Type.Object({ kind: Type.String({ description: 'api-key, token or platform' }), id: Type.String() }),
  subject: Type.String({ description: 'What it was done to: the id of a key or tenant, a subject, or the id of a token' }),
  details: Type.Record(Type.String(), Type.String()),
  requestId: Type.String(),
  previousHash: hash('Of the event before; empty for the first'),
  hash: hash('SHA-256 over all of the event and previousHash'),
})
const pageAnswer = Type.Object({ events: Type.Array(eventAnswer), nextPageToken: Type.Optional(Type.String()) })
const verificationAnswer = Type.Object({
  isWhole: Type.Boolean(),
  eventCount: Type.Integer({ description: 'How many events follow each other' }),
  hash: hash('Of the last of them; kept elsewhere it proves later that nothing up to it was changed'),
  brokenAt: Type.Optional(Type.Integer({ description: 'The first event that is missing or not as it was written' })),
})

/** `/v1/audit-events`: who made, changed and ended a tenant's keys and tokens, for its admins. */
export function auditRoutes(server: FastifyInstance, { authenticate, auditTrail }: AuditRoutesOptions): void {
  const config = { access: 'admin' } as const
  const tags = ['audit']

  server.get<{ Querystring: PageQuery }>(
    '/v1/audit-events',
    {
      config,
      schema: {
        tags,
        operationId: 'listAuditEvents',
        summary: 'List who made, changed and ended keys, newest first',
        querystring: pageQuery,
        response: { 200: pageAnswer, ...problemAnswers(400) },
      },
    },
    async (request): Promise<Static<typeof pageAnswer>> => {
      const { events, nextPageToken } = await auditTrail.list(await authenticate(request), request.query)
      return { events: events.map(toAnswer), ...(nextPageToken !== undefined && { nextPageToken }) }
    },
  )

  server.get(
    '/v1/audit-events/verification',
    { config, schema: { tags, operationId: 'verifyAuditEvents', summary: 'Look through all of them for one that was changed or is missing', response: { 200: verificationAnswer, ...problemAnswers() } } },
    async (request) => auditTrail.verify(await authenticate(request)),
  )
}

function toAnswer({ number, occurredAt, action, actor, subject, details, requestId, previousHash, hash: own }: AuditEvent): Static<typeof eventAnswer> {
  return { number, occurredAt: occurredAt.toISOString(), action, actor, subject, details: { ...details }, requestId, previousHash, hash: own }
}
