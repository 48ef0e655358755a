import { type ErrorCode, isMLError } from '@motadata/core'
import type { FastifyInstance } from 'fastify'

/** How Feast's clients know what is not there. */
const classes: Partial<Record<ErrorCode, string>> = {
  FEATURE_VIEW_NOT_FOUND: 'FeatureViewNotFoundException',
  FEATURE_SERVICE_NOT_FOUND: 'FeatureServiceNotFoundException',
  ENTITY_NOT_FOUND: 'EntityNotFoundException',
}

/** Failures that Feast has a class for are answered as its server does, as a text of JSON within JSON; all others are the host's to answer. */
export function answerAsFeast(server: FastifyInstance): void {
  server.setErrorHandler((error, _request, reply) => {
    const name = isMLError(error) ? classes[error.code] : undefined
    if (name === undefined) throw error
    const detail = JSON.stringify({ module: 'feast.errors', class: name, message: (error as Error).message })
    return reply.code(404).type('application/json; charset=utf-8').serializer((text: unknown) => JSON.stringify(text)).send(detail)
  })
}
