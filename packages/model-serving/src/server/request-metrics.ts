import { type Attributes, type Histogram, metrics } from '@opentelemetry/api'

/** Measures requests as OpenTelemetry's conventions name it: `http.server.request.duration` by method, route and status. */
export class RequestMetrics {
  readonly #duration: Histogram

  constructor() {
    this.#duration = metrics.getMeter('@motadata/model-serving').createHistogram('http.server.request.duration', {
      description: 'Time from a request to the end of its answer',
      unit: 's',
      advice: { explicitBucketBoundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
    })
  }

  /** Records for one route. Attributes are made once: asking a request for its route is dear, and methods and statuses are few. */
  forRoute(route: string): (method: string, status: number, durationMs: number) => void {
    const known = new Map<string, Map<number, Attributes>>()
    return (method, status, durationMs) => {
      let byStatus = known.get(method)
      if (!byStatus) known.set(method, (byStatus = new Map()))
      let attributes = byStatus.get(status)
      if (!attributes) {
        attributes = { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status }
        byStatus.set(status, attributes)
      }
      this.#duration.record(durationMs / 1000, attributes)
    }
  }
}
