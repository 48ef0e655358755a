import fastify, { type FastifyInstance, type InjectOptions, type LightMyRequestResponse, type RouteOptions } from 'fastify'
import { type ErrorCode, isMLError } from '@motadata/core'
import { accessRoutes, createAuthenticate } from '../../src/rest/index.js'
import type { Access } from '../../src/index.js'

const statusOfCode: Partial<Record<ErrorCode, number>> = {
  INPUT_INVALID: 400, TENANT_ID_INVALID: 400, UNAUTHENTICATED: 401, PERMISSION_DENIED: 403, TENANT_SUSPENDED: 403,
  TENANT_NOT_FOUND: 404, API_KEY_NOT_FOUND: 404, TENANT_EXISTS: 409,
}

export interface Answer {
  readonly status: number
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever came; the tests say what it should be
  readonly body: any
  readonly headers: LightMyRequestResponse['headers']
}

/** The routes of access on a server as small as one can be, with every route that was added. */
export class ServedAccess {
  readonly server: FastifyInstance
  readonly routes: RouteOptions[] = []

  constructor(access: Access) {
    this.server = fastify({ genReqId: () => 'request-1', exposeHeadRoutes: false })
    this.server.addHook('onRoute', (route) => void this.routes.push(route))
    this.server.setErrorHandler((error: Error & { readonly statusCode?: number }, _request, reply) => {
      const status = isMLError(error) ? (statusOfCode[error.code] ?? 500) : (error.statusCode ?? 500)
      const code = isMLError(error) ? error.code : status < 500 ? 'REQUEST_INVALID' : 'INTERNAL'
      void reply.code(status).type('application/problem+json').send({ status, code, title: code, detail: error.message })
    })
    const authenticate = createAuthenticate(access)
    void this.server.register(accessRoutes, { authenticate, access })
  }

  async ask(
    method: InjectOptions['method'],
    url: string,
    key?: string,
    payload?: InjectOptions['payload'],
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await this.server.inject({
      method,
      url,
      headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers },
      ...(payload === undefined ? {} : { payload }),
    } as InjectOptions)
    return { status: response.statusCode, body: response.body === '' ? undefined : response.json(), headers: response.headers }
  }
}
