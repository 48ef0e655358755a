import type { RouteAccess } from '@motadata/core'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route asks of its caller. */
    access?: RouteAccess
  }
  /** What @fastify/swagger reads for the API's description, with its types: it need not be there. */
  interface FastifySchema {
    tags?: readonly string[]
    summary?: string
    operationId?: string
  }
}
