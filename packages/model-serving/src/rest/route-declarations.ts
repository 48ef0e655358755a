import type { RouteAccess } from '@motadata/core'
import type { DirectRoutes } from '../server/direct-routes.js'

// What our routes say about themselves beyond what Fastify knows; the same words as @fastify/swagger's.
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
  interface FastifyInstance {
    /** Of a ModelServer: what answers before Fastify does. */
    directRoutes: DirectRoutes
  }
}
