import { AccessError, type Authenticate, type RequestContext } from '@motadata/core'
import type { FastifyRequest } from 'fastify'
import type { Access } from '../access.js'
import './route-declaration.js'

/** What finding out a caller needs of a request. */
export type RequestHead = Pick<FastifyRequest, 'raw' | 'id' | 'headers' | 'routeOptions'>

const bearer = 'bearer '

/**
 * Finds out whose a request is, by the API key or token in `Authorization: Bearer …` or `x-api-key`, and whether its role suffices for the
 * route's `config.access`. Asked again for the same request it gives the same answer. The request's id is Fastify's: set `genReqId`.
 *
 * Throws AccessError `UNAUTHENTICATED`, `PERMISSION_DENIED`, `TENANT_SUSPENDED`, `ISSUER_UNAVAILABLE`; `INTERNAL` for a route that does not say who may
 * call it, or that says `public` and asks all the same.
 *
 * @example
 * await server.register(accessRoutes, { access, authenticate: createAuthenticate(access) })
 */
export function createAuthenticate(access: Pick<Access, 'recognise'>): Authenticate<RequestHead> {
  // kept on Node's own request: a WeakMap costs a prediction a microsecond, and the collector more
  const answer = Symbol('whose request it is')
  return (request) => {
    const answered = request.raw as unknown as Record<typeof answer, ReturnType<Authenticate<RequestHead>> | undefined>
    return (answered[answer] ??= identify(access, request))
  }
}

function identify(access: Pick<Access, 'recognise'>, request: RequestHead): RequestContext | Promise<RequestContext> {
  try {
    return recognise(access, request)
  } catch (error) {
    return Promise.reject(error as Error)
  }
}

function recognise(access: Pick<Access, 'recognise'>, request: RequestHead): RequestContext | Promise<RequestContext> {
  const { config, method, url } = request.routeOptions
  const requiredAccess = config.access
  if (requiredAccess === undefined || requiredAccess === 'public') {
    const said = requiredAccess === undefined ? 'nothing' : "'public', which asks nobody"
    throw new AccessError('INTERNAL', `Expected the route ${String(method)} ${url} to name a role in config.access, got ${said}.`)
  }
  return access.recognise(credentialOf(request), { requestId: request.id, requiredAccess })
}

function credentialOf({ headers }: RequestHead): string {
  const { authorization } = headers
  const isBearer = authorization?.slice(0, bearer.length).toLowerCase() === bearer
  const fromAuthorization = isBearer ? authorization?.slice(bearer.length) : undefined
  const apiKey = headers['x-api-key']
  // Repeated headers come joined or as a list; neither is a key.
  const fromApiKey = apiKey === undefined || typeof apiKey === 'string' ? apiKey : apiKey.join()
  if (fromAuthorization !== undefined && fromApiKey !== undefined && fromAuthorization !== fromApiKey) {
    throw new AccessError('UNAUTHENTICATED', 'Expected one API key, got two: one in Authorization, another in x-api-key. Send one.')
  }
  const key = fromAuthorization ?? fromApiKey
  if (key !== undefined) return key
  const received = authorization === undefined ? 'none' : 'an Authorization of another scheme'
  throw new AccessError('UNAUTHENTICATED', `Expected an API key in Authorization: Bearer <key> or in x-api-key, got ${received}.`)
}
