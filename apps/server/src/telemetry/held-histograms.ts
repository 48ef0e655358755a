import { type Attributes, type Histogram, type HrTime, type Meter, type MeterProvider, type MetricOptions, ValueType } from '@opentelemetry/api'
import { AggregationTemporality, type CollectionResult, type DataPoint, DataPointType, type HistogramMetricData, type MetricProducer } from '@opentelemetry/sdk-metrics'

interface Series {
  readonly attributes: Attributes
  readonly counts: number[]
  sum: number
  count: number
}

/** As many as the SDK lets one instrument have; the rest share one series, under the name that the SDK gives it. */
const seriesLimit = 2_000
const overflow: Attributes = { 'otel.metric.overflow': true }

/**
 * A meter provider whose histograms with boundaries of their own are counted here and read when somebody asks; all else is the SDK's. The SDK sorts
 * and writes out the attributes at every value, which costs a prediction, measured twice, four microseconds. Here a series is
 * found by the attributes object, which those who measure make once.
 */
export class HeldHistograms implements MeterProvider, MetricProducer {
  readonly #histograms = new Map<string, HeldHistogram>()
  readonly #provider: () => MeterProvider

  /** @param provider - Of the SDK, asked for when the first meter is. */
  constructor(provider: () => MeterProvider) {
    this.#provider = provider
  }

  getMeter(...given: Parameters<MeterProvider['getMeter']>): Meter {
    const [scope] = given
    const meter = this.#provider().getMeter(...given)
    const held = Object.create(meter) as Meter
    held.createHistogram = (name, options = {}) => {
      const boundaries = options.advice?.explicitBucketBoundaries
      return boundaries ? this.#histogram(scope, name, options, boundaries) : meter.createHistogram(name, options)
    }
    return held
  }

  #histogram(scope: string, name: string, options: MetricOptions, boundaries: readonly number[]): HeldHistogram {
    const key = `${scope}/${name}`
    let histogram = this.#histograms.get(key)
    if (!histogram) this.#histograms.set(key, (histogram = new HeldHistogram(scope, name, options, boundaries)))
    return histogram
  }

  collect(): Promise<CollectionResult> {
    const scopeMetrics = [...this.#histograms.values()].filter(({ isEmpty }) => !isEmpty).map((histogram) => ({ scope: { name: histogram.scope }, metrics: [histogram.read()] }))
    // the reader keeps its own resource
    return Promise.resolve({ resourceMetrics: { resource: undefined as never, scopeMetrics }, errors: [] })
  }
}

class HeldHistogram implements Histogram {
  readonly scope: string
  readonly #name: string
  readonly #options: MetricOptions
  readonly #boundaries: readonly number[]
  readonly #startTime = now()
  readonly #known = new WeakMap<Attributes, Series>()
  readonly #series = new Map<string, Series>()

  constructor(scope: string, name: string, options: MetricOptions, boundaries: readonly number[]) {
    this.scope = scope
    this.#name = name
    this.#options = options
    this.#boundaries = boundaries
  }

  get isEmpty(): boolean {
    return this.#series.size === 0
  }

  record(value: number, attributes: Attributes = {}): void {
    if (Number.isNaN(value)) return
    const series = this.#known.get(attributes) ?? this.#find(attributes)
    let bucket = 0
    while (bucket < this.#boundaries.length && value > this.#boundaries[bucket]!) bucket++
    series.counts[bucket]!++
    series.count++
    series.sum += value
  }

  read(): HistogramMetricData {
    const { description = '', unit = '', valueType = ValueType.DOUBLE } = this.#options
    const endTime = now()
    const dataPoints = [...this.#series.values()].map(({ attributes, counts, sum, count }): DataPoint<HistogramMetricData['dataPoints'][number]['value']> => ({
      startTime: this.#startTime, endTime, attributes,
      value: { buckets: { boundaries: [...this.#boundaries], counts: [...counts] }, sum, count },
    }))
    return {
      descriptor: { name: this.#name, description, unit, valueType },
      aggregationTemporality: AggregationTemporality.CUMULATIVE, dataPointType: DataPointType.HISTOGRAM, dataPoints,
    }
  }

  #find(given: Attributes): Series {
    const name = JSON.stringify(Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1)))
    const isNew = !this.#series.has(name)
    if (isNew && given !== overflow && this.#series.size >= seriesLimit - 1) return this.#find(overflow)
    const series = this.#series.get(name) ?? { attributes: { ...given }, counts: new Array<number>(this.#boundaries.length + 1).fill(0), sum: 0, count: 0 }
    if (isNew) this.#series.set(name, series)
    this.#known.set(given, series)
    return series
  }
}

function now(): HrTime {
  const milliseconds = Date.now()
  return [Math.trunc(milliseconds / 1000), (milliseconds % 1000) * 1e6]
}
