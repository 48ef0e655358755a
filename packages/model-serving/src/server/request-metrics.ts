import { type Attributes, type Histogram, metrics } from '@opentelemetry/api'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Measures requests as OpenTelemetry's conventions name it: `http.server.request.duration` by method, route and status. */
export class RequestMetrics {
  readonly #duration: Histogram
  readonly #attributes = new Map<string, Attributes>()

  constructor() {
    this.#duration = metrics.getMeter('@motadata/model-serving').createHistogram('http.server.request.duration', {
      description: 'Time from a request to the end of its answer',
      unit: 's',
      advice: { explicitBucketBoundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
    })
  }

  record(request: FastifyRequest, reply: FastifyReply): void {
    this.#duration.record(reply.elapsedTime / 1000, this.#attributesOf(request.method, request.routeOptions.url ?? 'unmatched', reply.statusCode))
  }

  /** One object a combination: routes and statuses are few, and a caller can't make more. */
  #attributesOf(method: string, route: string, status: number): Attributes {
    const key = `${method} ${route} ${status}`
    let attributes = this.#attributes.get(key)
    if (!attributes) {
      attributes = { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status }
      this.#attributes.set(key, attributes)
    }
    return attributes
  }
}
