import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const wellFormed = /^[\w.:-]{1,128}$/

/**
 * Names requests: by what the caller sent as `x-request-id` when that is 1 to 128 letters, digits, `_`, `.`, `:` or `-`, else by an id of
 * our own, which is a counter behind a random prefix of the process, as cheap as an id gets.
 */
export function createRequestIds(): (request: Pick<IncomingMessage, 'headers'>) => string {
  const prefix = randomBytes(6).toString('hex')
  let count = 0
  // kept on the request: who looks at it before the framework does calls it the same
  const named = Symbol('request id')
  return (request) => ((request as { [named]?: string })[named] ??= nameOf(request))

  function nameOf(request: Pick<IncomingMessage, 'headers'>): string {
    const sent = request.headers['x-request-id']
    return typeof sent === 'string' && wellFormed.test(sent) ? sent : `${prefix}-${(++count).toString(36)}`
  }
}
