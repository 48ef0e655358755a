import type { Authenticate } from '@motadata/core'
import { Type } from '@sinclair/typebox'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Telemetry } from '../telemetry/telemetry.js'

export interface PrometheusOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly telemetry: Telemetry
  /** Metrics are of all tenants together and name models: without this they need the operator's key. */
  readonly isPublic: boolean
}

/** `GET /metrics` in Prometheus' text format. */
export const prometheus: FastifyPluginAsync<PrometheusOptions> = async (server, { authenticate, telemetry, isPublic }) => {
  server.get('/metrics', {
    config: { access: isPublic ? 'public' : 'operator' },
    schema: {
      tags: ['health'], operationId: 'metrics', summary: 'Metrics for Prometheus', produces: ['text/plain'], response: { 200: Type.String() },
    },
    onRequest: async (request) => {
      if (!isPublic) await authenticate(request)
    },
  }, async (_request, reply) => {
    reply.type('text/plain; version=0.0.4; charset=utf-8').serializer((text: string) => text)
    return telemetry.prometheusText()
  })
}
