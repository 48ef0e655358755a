import type { FastifyRequest } from 'fastify'
import { AccessError, type Authenticate, parseTenantId, type RequestContext } from '@motadata/core'
import { CollectingLogger, FixedClock } from '@motadata/testing'
import { ModelServer, type ModelServerOptions, RealtimePredictor } from '../src/index.js'
import { predictRoutes, type RequestHead } from '../src/rest/index.js'
import { EchoInference, PromptEchoInference } from './echo-inference.js'

export interface ServedEcho {
  readonly server: ModelServer
  readonly inference: EchoInference
  readonly logger: CollectingLogger
  readonly port: number
  readonly url: string
}

const tenantId = parseTenantId('acme')

/** Who calls, by the words `Bearer good`. */
const authenticate: Authenticate<FastifyRequest> = async (request) => contextOf(request)

/** The same, without a promise for who is known. */
const authenticateDirectly: Authenticate<RequestHead> = (request) => {
  try {
    return contextOf(request)
  } catch (error) {
    return Promise.reject(error as Error)
  }
}

function contextOf(request: Pick<RequestHead, 'id' | 'headers'>): RequestContext {
  if (request.headers.authorization !== 'Bearer good') throw new AccessError('UNAUTHENTICATED', 'Expected a key, got none.')
  return { tenantId, requestId: request.id, principal: { kind: 'api-key', id: 'k1', role: 'predictor' } }
}

/** How predictions are answered: by Fastify, or where they can be before it. */
export const ways = ['through Fastify', 'directly'] as const

/** A server on a free port, predicting with an {@link EchoInference}. */
export async function serveEcho(options: Partial<ModelServerOptions> = {}, way: (typeof ways)[number] = 'through Fastify'): Promise<ServedEcho> {
  const inference = way === 'directly' ? new PromptEchoInference() : new EchoInference()
  const logger = new CollectingLogger()
  const predictor = new RealtimePredictor({ inference, clock: new FixedClock(), limits: { maximumInstances: 5 } })
  const server = new ModelServer({
    port: 0,
    logger,
    bodyLimitBytes: 10_000,
    ...options,
    plugins: [async (fastify) => void (await fastify.register(predictRoutes, { authenticate, predictor, ...(way === 'directly' ? { authenticateDirectly } : {}) })), ...(options.plugins ?? [])],
  })
  const { port } = await server.startServer()
  return { server, inference, logger, port, url: `http://127.0.0.1:${port}` }
}

export const goodHeaders = { 'authorization': 'Bearer good', 'content-type': 'application/json' }

/** Posts a body as it is, as the good caller. */
export function post(url: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { ...goodHeaders, ...headers }, body })
}
