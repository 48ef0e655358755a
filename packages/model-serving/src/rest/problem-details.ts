import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { isMLError, type Logger } from '@motadata/core'
import { createProblem, type Problem, problemMediaType, problemOf } from './problem.js'
import { RouteTable } from './route-table.js'

export interface ProblemDetailsOptions {
  /** Where failures of the server itself (5xx) are logged; default the request's own log. */
  readonly logger?: Logger
}

/** A larger body than this is not read to its end for the sake of a polite refusal. */
const politeBytes = 64 * 1024 * 1024

/**
 * Makes a Fastify server answer every failure with problem details (RFC 9457), for the whole of it: errors of this product by their code,
 * bodies and parameters that do not fit their schema with field, expected and received, unknown routes, methods a route does not have
 * (405 with Allow), and whatever else is thrown (500, with only the request id; the log has the rest).
 *
 * Register it before the routes.
 *
 * @example
 * await server.register(problemDetails)
 */
export const problemDetails: FastifyPluginAsync<ProblemDetailsOptions> = async (server: FastifyInstance, options): Promise<void> => {
  const routes = new RouteTable()
  server.addHook('onRoute', (route) => {
    routes.add(route.method, route.url)
  })

  server.setErrorHandler((error, request, reply) => {
    const problem = withRequest(problemOf(error, request.id), request)
    if (problem.status >= 499) {
      const logger = options.logger ?? request.log
      const fields = { requestId: request.id, method: request.method, route: request.routeOptions.url, status: problem.status, code: problem.code }
      if (problem.code === 'CANCELLED') logger.debug(fields, 'the client has gone')
      else logger.error({ ...fields, err: error }, 'request failed')
    }
    setHeaders(error, problem, request, reply)
    sendProblem(reply, problem)
  })

  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? request.url
    const allowed = routes.methodsOf(path)
    if (allowed.length === 0) {
      sendProblem(reply, createProblem('ROUTE_NOT_FOUND', `Expected the path of a route, got ${path.slice(0, 200)}.`, request.id))
      return
    }
    reply.header('allow', allowed.join(', '))
    if (request.method === 'OPTIONS') {
      reply.code(204).send()
      return
    }
    const detail = `Expected one of the methods ${allowed.join(', ')}, got ${request.method}.`
    sendProblem(reply, createProblem('METHOD_NOT_ALLOWED', detail, request.id))
  })
}
// Fastify's mark of a plugin that acts on the server that registers it, not on a child of it.
Object.assign(problemDetails, { [Symbol.for('skip-override')]: true })

/** Answers with problem details. */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  reply.code(problem.status).header('x-request-id', problem.requestId).header('content-type', problemMediaType).send(JSON.stringify(problem))
}

/** Adds what only the request knows: how large or of what type its body was. */
function withRequest(problem: Problem, request: FastifyRequest): Problem {
  if (problem.errors) return problem
  if (problem.code === 'REQUEST_TOO_LARGE') {
    const length = request.headers['content-length']
    const expected = `at most ${request.routeOptions.bodyLimit} bytes`
    const received = length === undefined ? 'more' : `${length} bytes`
    return { ...problem, detail: `Expected a body of ${expected}, got ${received}. Send less at once.`, errors: [{ field: 'body', expected, received }] }
  }
  if (problem.code === 'MEDIA_TYPE_UNSUPPORTED') {
    const received = request.headers['content-type'] ?? 'none'
    return { ...problem, errors: [{ field: 'content-type', expected: 'a type that this route takes, such as application/json', received }] }
  }
  return problem
}

function setHeaders(error: unknown, problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  if (!request.raw.complete) leaveBodyUnread(request, reply)
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  if (problem.code === 'SERVER_CLOSING') reply.header('connection', 'close').header('retry-after', '1')
  const retryAfterMs = isMLError(error) ? error.details['retryAfterMs'] : undefined
  if (typeof retryAfterMs === 'number') reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1000))))
}

/**
 * Refuses a request in the middle of its body. Closing while the client still sends would lose it the answer, so up to a bound the rest is
 * read and thrown away, by Node; a body that nobody can read any more, or one without measure, ends its connection.
 */
function leaveBodyUnread(request: FastifyRequest, reply: FastifyReply): void {
  const said = request.headers['content-length']
  const isBounded = said === undefined || Number(said) <= politeBytes
  if (isBounded && !request.raw.destroyed) reply.removeHeader('connection')
  else reply.header('connection', 'close')
}
