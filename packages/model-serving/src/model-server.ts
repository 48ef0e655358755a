import { createServer, type RequestListener } from 'node:http'
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest, type onResponseHookHandler, type RouteOptions } from 'fastify'
import { type Logger, type RouteAccess, ServerError } from '@motadata/core'
import { problemDetails, sendProblem } from './rest/problem-details.js'
import { problemOf } from './rest/problem.js'
import './rest/route-declarations.js'
import { strictJson } from './rest/strict-json.js'
import { answerMalformedRequest } from './server/malformed-request.js'
import { serializersWhenAsked } from './server/compile-when-asked.js'
import { DirectRoutes } from './server/direct-routes.js'
import { createRequestIds } from './server/request-id.js'
import { RequestMetrics } from './server/request-metrics.js'

/** Adds routes or hooks to the server: `async (server) => { await server.register(predictRoutes, { authenticate, predictor }) }`. */
export type ServerPlugin = (server: FastifyInstance) => void | Promise<void>

export interface ModelServerOptions {
  /** Default 127.0.0.1: nobody else's machine. */
  readonly host?: string
  /** 0 takes a free one; default 8080. */
  readonly port?: number
  /** The largest body of a route that does not set its own limit; default 4 MiB. */
  readonly bodyLimitBytes?: number
  /** How long a client may take to send a whole request; default 120 000. */
  readonly requestTimeoutMs?: number
  readonly logger: Logger
  /** Whether each request is logged at debug level; default no, since a line a request costs a quarter of the throughput. */
  readonly logRequests?: boolean
  /** Run in order, before the server listens. */
  readonly plugins: readonly ServerPlugin[]
}

/** Where the server listens. */
export interface ServerAddress {
  readonly address: string
  readonly port: number
}

/** A route, and what it asks of its caller. */
export interface ServerRoute {
  readonly method: string
  readonly url: string
  readonly access: RouteAccess
}

/**
 * The HTTP server: what every route has in common. Strict JSON, problem details for every failure, request ids in and out, metrics, and an
 * end that lets requests finish. The routes themselves come as plugins; each says in `config.access` who may call it, or the server
 * does not start.
 *
 * @example
 * const server = new ModelServer({ port: 0, logger, plugins: [async (fastify) => { await fastify.register(predictRoutes, { authenticate, predictor }) }] })
 * const { port } = await server.startServer()
 * await server.stopServer()
 */
export class ModelServer {
  readonly #options: ModelServerOptions
  readonly #declared: RouteOptions[] = []
  #routes: readonly ServerRoute[] = []
  #fastify: FastifyInstance | undefined
  #draining = false
  #stopped: Promise<void> | undefined

  constructor(options: ModelServerOptions) {
    this.#options = options
  }

  /** Every route there is; complete once the server has started. */
  get routes(): readonly ServerRoute[] {
    return this.#routes
  }

  /** Whether the server takes requests: it has started and is not about to stop. */
  get accepting(): boolean {
    return this.#fastify !== undefined && !this.#draining
  }

  /**
   * Registers the plugins and listens.
   *
   * @throws ServerError `CONFIGURATION_INVALID` when a route does not say who may call it, or when the address can't be had
   */
  async startServer(): Promise<ServerAddress> {
    if (this.#fastify) throw new ServerError('CONFIGURATION_INVALID', 'Expected a server that has not been started, got one that has. Make a new one.')
    const { host = '127.0.0.1', port = 8080, plugins } = this.#options
    const server = this.#create()
    try {
      for (const plugin of plugins) await plugin(server)
      await server.ready()
      this.#routes = this.#declared.flatMap(routesOf)
      await server.listen({ host, port, backlog: 1024 })
    } catch (error) {
      await server.close()
      throw addressError(error, host, port)
    }
    this.#fastify = server
    const bound = server.server.address()
    return bound !== null && typeof bound === 'object' ? { address: bound.address, port: bound.port } : { address: host, port }
  }

  /**
   * Stops taking requests, lets the ones under way finish, and closes. What is still under way at the deadline is cut off.
   *
   * @param options.deadlineMs - Default 10 000.
   */
  stopServer(options: { readonly deadlineMs?: number } = {}): Promise<void> {
    this.#stopped ??= this.#stop(options.deadlineMs ?? 10_000)
    return this.#stopped
  }

  async #stop(deadlineMs: number): Promise<void> {
    this.#draining = true
    const server = this.#fastify
    if (!server) return
    // Connections kept alive become idle only after their last answer, so they are looked for until none is left.
    const idle = setInterval(() => server.server.closeIdleConnections(), 50)
    const deadline = setTimeout(() => server.server.closeAllConnections(), deadlineMs)
    try {
      await server.close()
    } finally {
      clearInterval(idle)
      clearTimeout(deadline)
    }
  }

  #create(): FastifyInstance {
    const { logger, logRequests = false, bodyLimitBytes = 4 * 1024 * 1024, requestTimeoutMs = 120_000 } = this.#options
    const metrics = new RequestMetrics()
    const requestIds = createRequestIds()
    const direct = new DirectRoutes({
      requestId: requestIds, isAccepting: () => this.accepting && !logRequests, bodyLimitBytes, recorderOf: (url) => metrics.forRoute(url),
    })
    const server = fastify({
      logger: false,
      serverFactory: (framework, { keepAliveTimeout, requestTimeout }) => {
        const listener = createServer(direct.before(framework as RequestListener))
        return Object.assign(listener, { keepAliveTimeout, requestTimeout })
      },
      schemaController: { compilersFactory: { buildSerializer: serializersWhenAsked as never } },
      genReqId: requestIds,
      bodyLimit: bodyLimitBytes,
      requestTimeout: requestTimeoutMs,
      return503OnClosing: false,
      forceCloseConnections: 'idle',
      routerOptions: { maxParamLength: 300 },
      frameworkErrors: (error, request: FastifyRequest, reply: FastifyReply) => sendProblem(reply, problemOf(error, request.id)),
      clientErrorHandler: answerMalformedRequest,
    })
    server.decorate('directRoutes', direct)
    // a hook of a plugin may still add to what a route says of itself, so it is read when all are there
    server.addHook('onRoute', (route) => {
      this.#declared.push(route)
      const record = metrics.forRoute(route.url)
      const measure: onResponseHookHandler = (request, reply, done) => {
        record(request.method, reply.statusCode, reply.elapsedTime)
        done()
      }
      route.onResponse = [measure, ...[route.onResponse ?? []].flat()]
    })
    server.register(problemDetails, { logger })
    server.register(strictJson)

    server.addHook('onRequest', (request, reply, done) => {
      reply.header('x-request-id', request.id)
      if (this.#draining) done(new ServerError('SERVER_CLOSING', 'The server is shutting down. Ask again in a moment.'))
      else done()
    })
    const recordUnmatched = metrics.forRoute('unmatched')
    server.addHook('onResponse', (request, reply, done) => {
      if (request.is404) recordUnmatched(request.method, reply.statusCode, reply.elapsedTime)
      if (logRequests) {
        const { method, id: requestId, routeOptions } = request
        logger.debug({ requestId, method, route: routeOptions.url, status: reply.statusCode, durationMs: reply.elapsedTime }, 'request answered')
      }
      done()
    })
    return server
  }
}

function routesOf(route: RouteOptions): ServerRoute[] {
  const access = route.config?.access
  if (access === undefined) {
    throw new ServerError(
      'CONFIGURATION_INVALID',
      `Expected the route ${String(route.method)} ${route.url} to say who may call it, got nothing. Give it config: { access: 'viewer' } or another role, or 'public'.`,
    )
  }
  return [route.method].flat().map((method) => ({ method, url: route.url, access }))
}

function addressError(error: unknown, host: string, port: number): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  const reason = { EADDRINUSE: 'it is in use', EACCES: 'this user may not open it', EADDRNOTAVAIL: 'this machine has no such address' }[String(code)]
  if (!reason) return error
  return new ServerError('CONFIGURATION_INVALID', `Expected to listen on ${host}:${port}, but ${reason}. Set another HOST or PORT, or stop what holds it.`, {
    details: { host, port },
    cause: error,
  })
}
