import { isMLError } from '@motadata/core'
import type { FastifyPluginAsync } from 'fastify'

const retryAfterSeconds = 1

/** Says with every answer for want of a storage engine when to ask again. Costs nothing where nothing fails. */
export const retryAfter: FastifyPluginAsync = async (server) => {
  server.addHook('onError', (_request, reply, error, done) => {
    if (isMLError(error, 'STORAGE_UNAVAILABLE')) reply.header('retry-after', String(retryAfterSeconds))
    done()
  })
}
Object.assign(retryAfter, { [Symbol.for('skip-override')]: true })
