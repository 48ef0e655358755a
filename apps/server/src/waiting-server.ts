import { type Logger, PlatformError } from '@motadata/core'
import { ModelServer } from '@motadata/model-serving'
import { health } from './plugins/health.js'
import { retryAfter } from './plugins/retry-after.js'

export interface WaitingServer {
  readonly port: number
  /** Gives the address free. */
  close(): Promise<void>
}

/**
 * Holds the server's address until what it stands on answers: alive, not ready, and 503 with Retry-After to everything else.
 *
 * @throws ServerError `CONFIGURATION_INVALID` when the address can't be had
 */
export async function startWaitingServer({ host, port, logger }: { readonly host: string; readonly port: number; readonly logger: Logger }): Promise<WaitingServer> {
  const notYet = (): PlatformError => new PlatformError('STORAGE_UNAVAILABLE', 'The server waits for its database. Ask again in a moment.')
  const server = new ModelServer({
    host,
    port,
    // each of them would be an error in the log, which has the reason already
    logger: { ...logger, error: (fields, message) => logger.debug(fields, message) },
    plugins: [
      async (fastify) => {
        await fastify.register(retryAfter)
        fastify.addHook('onRequest', (request, _reply, done) => (request.is404 ? done(notYet()) : done()))
        await fastify.register(health, { database: { ping: () => Promise.reject(notYet()) }, isAccepting: () => false })
      },
    ],
  })
  const address = await server.startServer()
  return { port: address.port, close: () => server.stopServer({ deadlineMs: 1_000 }) }
}
