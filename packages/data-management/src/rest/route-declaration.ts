import type { RouteAccess } from '@motadata/core'

// What our routes say about themselves beyond what Fastify knows; the same words as @fastify/swagger's, with its types.
declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route asks of its caller. */
    access?: RouteAccess
  }
  interface FastifySchema {
    tags?: readonly string[]
    summary?: string
    description?: string
    operationId?: string
  }
}
