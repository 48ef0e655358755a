import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/** A request as a direct route sees it: all of it is here. */
export interface DirectRequest {
  readonly raw: IncomingMessage
  readonly id: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A route whose usual answer is so quick that the framework around it would be most of its cost. */
export interface DirectRoute {
  readonly method: string
  /** As the framework names it; metrics do too. */
  readonly url: string
  /** What of a request's path the route needs to answer it; undefined when the path is none of its own, or not a plain one. */
  match(path: string): string | undefined
  /** The JSON to answer with 200; undefined when that is not known at once, or is none: then the framework answers, and nothing was done. */
  answer(request: DirectRequest, matched: string): string | undefined
}

export interface DirectRoutesOptions {
  readonly requestId: (request: IncomingMessage) => string
  readonly isAccepting: () => boolean
  readonly bodyLimitBytes: number
  /** What records a route's answers. */
  readonly recorderOf: (url: string) => (method: string, status: number, durationMs: number) => void
}

interface Answer {
  readonly response: ServerResponse
  readonly id: string
  readonly answer: string
}

const jsonTypes: ReadonlySet<string | undefined> = new Set(['application/json', 'application/json; charset=utf-8'])

/**
 * Stands before the framework and answers what a {@link DirectRoute} knows at once: a small JSON body that came with its head, and an answer
 * that waits for nothing. Every other request, and each that fails, goes to the framework as if nobody had looked at it.
 *
 * Answers that became ready in one turn of the event loop are written at its end, together: written one by one, each wakes a client that has
 * nothing else to do, and under load those wakings cost the server more than the predictions.
 */
export class DirectRoutes {
  readonly #options: DirectRoutesOptions
  #ready: Answer[] = []
  readonly #routes: { readonly route: DirectRoute; readonly record: ReturnType<DirectRoutesOptions['recorderOf']> }[] = []

  constructor(options: DirectRoutesOptions) {
    this.#options = options
  }

  add(route: DirectRoute): void {
    this.#routes.push({ route, record: this.#options.recorderOf(route.url) })
  }

  /** A listener for requests: direct routes first, then the framework. */
  before(framework: RequestListener): RequestListener {
    return (request, response) => {
      for (const { route, record } of this.#routes) {
        const matched = route.method === request.method ? route.match(request.url ?? '') : undefined
        if (matched === undefined) continue
        const startedMs = performance.now()
        // by then, what came of the body in the packet of its head has been read
        process.nextTick(() => {
          if (this.#answer(route, matched, request, response)) record(route.method, 200, performance.now() - startedMs)
          else framework(request, response)
        })
        return
      }
      framework(request, response)
    }
  }

  #answer(route: DirectRoute, matched: string, request: IncomingMessage, response: ServerResponse): boolean {
    const { headers } = request
    if (!this.#options.isAccepting() || !jsonTypes.has(headers['content-type']) || headers['content-encoding'] !== undefined) return false
    const length = request.readableLength
    if (length === 0 || length > this.#options.bodyLimitBytes || headers['content-length'] !== String(length)) return false
    const body = request.read() as Buffer
    const id = this.#options.requestId(request)
    const answer = route.answer({ raw: request, id, headers, body }, matched)
    if (answer === undefined) {
      request.unshift(body)
      return false
    }
    if (this.#ready.push({ response, id, answer }) === 1) setImmediate(this.#write)
    request.resume()
    return true
  }

  readonly #write = (): void => {
    const ready = this.#ready
    this.#ready = []
    for (const { response, id, answer } of ready) {
      response.writeHead(200, ['x-request-id', id, 'content-type', 'application/json; charset=utf-8', 'content-length', String(Buffer.byteLength(answer))])
      response.end(answer)
    }
  }
}
