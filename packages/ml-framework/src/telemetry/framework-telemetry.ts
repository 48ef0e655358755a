import { type Counter, type Histogram, metrics, SpanStatusCode, trace, type Tracer, type UpDownCounter } from '@opentelemetry/api'

const scope = '@motadata/ml-framework'

/**
 * What this package counts and times, through the OpenTelemetry API: nothing happens unless an app has loaded an SDK. No label names
 * a tenant, a model or a ticket.
 */
export class FrameworkTelemetry {
  readonly modelLoads: Counter
  readonly modelEvictions: Counter
  readonly residentBytes: UpDownCounter
  readonly trainingSeconds: Histogram
  readonly #tracer: Tracer

  constructor() {
    const meter = metrics.getMeter(scope)
    this.modelLoads = meter.createCounter('ml.model.loads', { description: 'Models loaded into memory' })
    this.modelEvictions = meter.createCounter('ml.model.evictions', { description: 'Models that left memory to make room' })
    this.residentBytes = meter.createUpDownCounter('ml.model.resident_bytes', { description: 'Bytes of models in memory', unit: 'By' })
    this.trainingSeconds = meter.createHistogram('ml.training.duration', {
      description: 'Time from the start of a fit to a registered version', unit: 's',
    })
    this.#tracer = trace.getTracer(scope)
  }

  /** Runs work within a span, which ends with it and takes its error. */
  span<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    return this.#tracer.startActiveSpan(name, async (span) => {
      try {
        return await work()
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, ...(error instanceof Error ? { message: error.name } : {}) })
        throw error
      } finally {
        span.end()
      }
    })
  }
}
