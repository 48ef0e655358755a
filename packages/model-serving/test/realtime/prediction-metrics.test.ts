import { metrics } from '@opentelemetry/api'
import { AggregationTemporality, type DataPoint, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { PredictionMetrics } from '../../src/realtime/prediction-metrics.js'

describe('PredictionMetrics', () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  let points: Map<string, DataPoint<unknown>[]>

  beforeAll(async () => {
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
    const measured = new PredictionMetrics()
    for (let model = 0; model < 150; model++) measured.answered(`model-${model}`, 2, 3)
    measured.answered('model-7', 1, 250)
    measured.failed('MODEL_NOT_FOUND')
    measured.failed('MODEL_NOT_FOUND')
    await reader.forceFlush()
    const found = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
    points = new Map(found.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints as DataPoint<unknown>[]]))
  })
  afterAll(async () => {
    await reader.shutdown()
    metrics.disable()
  })

  it('counts predictions by model', () => {
    expect(points.get('motadata.predictions')?.find(({ attributes }) => attributes['model'] === 'model-7')?.value).toBe(3)
  })

  it('names a hundred models and calls the rest other', () => {
    const counted = points.get('motadata.predictions') ?? []
    expect(counted).toHaveLength(101)
    expect(counted.find(({ attributes }) => attributes['model'] === 'other')?.value).toBe(100)
  })

  it('measures requests in seconds', () => {
    const ofModel = points.get('motadata.prediction.duration')?.find(({ attributes }) => attributes['model'] === 'model-7')
    expect(ofModel?.value).toMatchObject({ count: 2, sum: expect.closeTo(0.253, 6) })
  })

  it('counts failures by code and nothing else', () => {
    expect(points.get('motadata.prediction.failures')).toEqual([expect.objectContaining({ attributes: { 'error.type': 'MODEL_NOT_FOUND' }, value: 2 })])
  })
})
