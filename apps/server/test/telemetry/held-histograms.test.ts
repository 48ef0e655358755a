import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { HeldHistograms } from '../../src/telemetry/held-histograms.js'

const options = { description: 'How long it took', unit: 's', advice: { explicitBucketBoundaries: [0.1, 1] } }
const withTwoLabels = { route: '/a', status: 200 }
const values = [[0.05, withTwoLabels], [0.1, withTwoLabels], [0.5, { status: 200, route: '/a' }], [7, { route: '/b', status: 500 }], [Number.NaN, withTwoLabels]] as const

/** What Prometheus reads of both: the SDK's own histogram is the reference. */
async function readBoth() {
  const histograms = new HeldHistograms(() => held)
  const heldExporter = new PrometheusExporter({ preventServerStart: true, metricProducers: [histograms] })
  const held: MeterProvider = new MeterProvider({ readers: [heldExporter] })
  const plainExporter = new PrometheusExporter({ preventServerStart: true })
  const plain = new MeterProvider({ readers: [plainExporter] })
  const write = async (exporter: PrometheusExporter) => {
    const { resourceMetrics } = await exporter.collect()
    return new PrometheusSerializer(undefined, false, undefined, true, true).serialize(resourceMetrics)
  }
  return { histograms, plain, readHeld: () => write(heldExporter), readPlain: () => write(plainExporter) }
}

describe('HeldHistograms', () => {
  it('says of a histogram what the SDK says of it', async () => {
    const { histograms, plain, readHeld, readPlain } = await readBoth()
    for (const provider of [histograms, plain]) {
      const histogram = provider.getMeter('test').createHistogram('work.duration', options)
      for (const [value, attributes] of values) histogram.record(value, attributes)
      provider.getMeter('test').createCounter('work.done').add(3)
    }
    const text = await readHeld()
    expect(text).toContain('work_duration_bucket{route="/a",status="200",le="0.1"} 2')
    expect(text.split('\n').sort()).toEqual((await readPlain()).split('\n').sort())
  })

  it('counts on from one reading to the next, and as one where two made the same histogram', async () => {
    const { histograms, readHeld } = await readBoth()
    histograms.getMeter('test').createHistogram('work.duration', options).record(0.5)
    await readHeld()
    histograms.getMeter('test').createHistogram('work.duration', options).record(0.5)
    expect(await readHeld()).toContain('work_duration_count 2')
  })

  it('says nothing of a histogram without values, and lets callers make no more than 2,000 series', async () => {
    const { histograms, readHeld } = await readBoth()
    const histogram = histograms.getMeter('test').createHistogram('work.duration', options)
    expect(await readHeld()).not.toContain('work_duration')
    for (let route = 0; route < 2_500; route++) histogram.record(0.5, { route: `/${route}` })
    const counts = (await readHeld()).split('\n').filter((line) => line.startsWith('work_duration_count'))
    expect(counts).toHaveLength(2_000)
    expect(counts).toContainEqual(expect.stringMatching(/otel_metric_overflow="true".* 501$/))
  })
})
