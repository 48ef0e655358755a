import { type Attributes, type Counter, type Histogram, metrics } from '@opentelemetry/api'
import type { ErrorCode } from '@motadata/core'

interface Counted {
  readonly attributes: Attributes
  predictions: number
}

const namedModels = 100

/**
 * Counts predictions and how long requests for them took.
 *
 * `motadata.predictions` and `motadata.prediction.failures` count, `motadata.prediction.duration` is a histogram in seconds. The label `model`
 * names the first hundred models asked and calls the rest `other`, so that no tenant can grow the number of series; tenants and tickets
 * are never labels. Attributes are made once a model, and predictions are counted here and read when somebody asks: telling OpenTelemetry of
 * each one costs a prediction two microseconds.
 */
export class PredictionMetrics {
  readonly #failures: Counter
  readonly #duration: Histogram
  readonly #byModel = new Map<string, Counted>()
  readonly #otherModels: Counted = { attributes: { model: 'other' }, predictions: 0 }
  readonly #byCode = new Map<ErrorCode, Attributes>()

  constructor() {
    const meter = metrics.getMeter('@motadata/model-serving')
    meter.createObservableCounter('motadata.predictions', { description: 'Predictions made', unit: '{prediction}' }).addCallback((result) => {
      for (const { attributes, predictions } of [...this.#byModel.values(), this.#otherModels]) if (predictions > 0) result.observe(predictions, attributes)
    })
    this.#failures = meter.createCounter('motadata.prediction.failures', { description: 'Prediction requests that failed', unit: '{request}' })
    this.#duration = meter.createHistogram('motadata.prediction.duration', {
      description: 'Time from a prediction request to its answer, without transport',
      unit: 's',
      advice: { explicitBucketBoundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5] },
    })
  }

  answered(model: string, predictions: number, durationMs: number): void {
    const counted = this.#countedOf(model)
    counted.predictions += predictions
    this.#duration.record(durationMs / 1000, counted.attributes)
  }

  failed(code: ErrorCode): void {
    let attributes = this.#byCode.get(code)
    if (!attributes) this.#byCode.set(code, (attributes = { 'error.type': code }))
    this.#failures.add(1, attributes)
  }

  #countedOf(model: string): Counted {
    const known = this.#byModel.get(model)
    if (known) return known
    if (this.#byModel.size >= namedModels) return this.#otherModels
    const counted = { attributes: { model }, predictions: 0 }
    this.#byModel.set(model, counted)
    return counted
  }
}
