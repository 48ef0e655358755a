import type { Authenticate } from '@motadata/core'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Access } from '../access.js'
import { auditRoutes } from './audit-routes.js'
import { apiKeyRoutes, operatorKeyRoutes } from './key-routes.js'
import { meRoute } from './me-route.js'
import { tenantRoutes } from './tenant-routes.js'
import { tokenRoutes } from './token-routes.js'

export interface AccessRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly access: Pick<Access, 'tenants' | 'apiKeys' | 'tokens' | 'auditTrail' | 'takesTokens'>
}

/**
 * Tenants, API keys and operator keys over HTTP, `/v1/me` and, where an issuer is known, revocations of tokens. Failures are thrown as MLErrors; the host answers them.
 *
 * @example
 * await server.register(accessRoutes, { access, authenticate: createAuthenticate(access) })
 */
export const accessRoutes: FastifyPluginAsync<AccessRoutesOptions> = async (server, { authenticate, access }) => {
  // Before the body is read: who may not call learns nothing about what the route takes.
  server.addHook('onRequest', async (request) => void (await authenticate(request)))
  tenantRoutes(server, { authenticate, tenants: access.tenants })
  apiKeyRoutes(server, { authenticate, apiKeys: access.apiKeys })
  operatorKeyRoutes(server, { authenticate, apiKeys: access.apiKeys })
  if (access.takesTokens) tokenRoutes(server, { authenticate, tokens: access.tokens })
  auditRoutes(server, { authenticate, auditTrail: access.auditTrail })
  meRoute(server, { authenticate })
}
