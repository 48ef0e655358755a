import type { Authenticate } from '@motadata/core'
import type { MLSystem } from '@motadata/ml-framework'
import { Type } from '@sinclair/typebox'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'

export interface ModelCardPageOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly system: MLSystem
}

const cardParams = Type.Object({
  name: Type.String({ description: "A model's name", examples: ['ticket_classifier'] }),
  version: Type.Integer({ minimum: 1, maximum: 999_999_999 }),
})

/** `GET …/card.html`: a version's card as a page with pictures; its numbers are at `…/card`. */
export const modelCardPage: FastifyPluginAsync<ModelCardPageOptions> = async (server, { authenticate, system }) => {
  server.addHook('onRequest', async (request) => void (await authenticate(request)))
  server.get<{ Params: { name: string; version: number } }>('/v1/models/:name/versions/:version/card.html', {
    config: { access: 'viewer' },
    schema: {
      tags: ['models'], operationId: 'getModelCardPage', summary: "A version's card as a page with pictures", params: cardParams, produces: ['text/html'],
      response: { 200: Type.String() },
    },
  }, async (request, reply) => {
    const card = await system.getCard(await authenticate(request), request.params)
    const { modelCardReport, renderHtml } = await import('@motadata/reports') // a charting library: only who looks at pictures loads it
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'")
      .serializer((page: string) => page)
    return renderHtml(modelCardReport(card))
  })
}
