import { ServerError } from '@motadata/core'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'

export interface RequestDeadlineOptions {
  /** From the request's head to the end of its answer. */
  readonly deadlineMs: number
  /** The same for routes that take more than this many bytes: sending them may take most of the time. */
  readonly upload: { readonly aboveBytes: number; readonly deadlineMs: number }
}

interface Waiting {
  readonly reply: FastifyReply
  readonly sinceMs: number
  deadlineMs: number
}

const mark = Symbol('deadline')
const lookEveryMs = 100

/**
 * Answers a request that has waited too long with 504, whatever it waits for: who calls, the database, a store. What it began goes on
 * until its own timeouts; its answer is thrown away.
 *
 * One timer looks at all requests, since a timer each would cost a prediction some microseconds.
 */
export const requestDeadline: FastifyPluginAsync<RequestDeadlineOptions> = async (server, { deadlineMs, upload }) => {
  const waiting = new Set<Waiting>()
  const timer = setInterval(() => {
    const nowMs = performance.now()
    for (const entry of waiting) {
      if (nowMs - entry.sinceMs < entry.deadlineMs) continue
      waiting.delete(entry)
      answerTooLate(entry)
    }
  }, lookEveryMs)
  timer.unref()
  server.addHook('onClose', async () => clearInterval(timer))

  server.decorateRequest(mark, null)
  server.addHook('onRequest', (request, reply, done) => {
    const entry: Waiting = { reply, sinceMs: performance.now(), deadlineMs }
    marked(request)[mark] = entry
    waiting.add(entry)
    done()
  })
  const uploadDeadlineMs = Math.max(deadlineMs, upload.deadlineMs)
  const lengthen: onRequestHookHandler = (request, _reply, done) => {
    const entry = marked(request)[mark]
    if (entry) entry.deadlineMs = uploadDeadlineMs
    done()
  }
  // said of a route once: to ask each request for its route is dear
  server.addHook('onRoute', (route) => {
    if ((route.bodyLimit ?? 0) > upload.aboveBytes) route.onRequest = [lengthen, ...[route.onRequest ?? []].flat()]
  })
  server.addHook('onResponse', (request, _reply, done) => {
    const entry = marked(request)[mark]
    if (entry) waiting.delete(entry)
    done()
  })
}
// Fastify's mark of a plugin that acts on the server that registers it, not on a child of it.
Object.assign(requestDeadline, { [Symbol.for('skip-override')]: true })

function answerTooLate({ reply, deadlineMs }: Waiting): void {
  if (reply.sent) return
  if (reply.raw.headersSent) {
    reply.raw.destroy()
    return
  }
  reply.send(new ServerError('DEADLINE_EXCEEDED', `Expected to answer within ${deadlineMs} ms, but could not. Ask again; what was begun may have been done.`))
}

function marked(request: FastifyRequest): { [mark]: Waiting | null } {
  return request as unknown as { [mark]: Waiting | null }
}
