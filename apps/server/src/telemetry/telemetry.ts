import { metrics } from '@opentelemetry/api'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { HeldHistograms } from './held-histograms.js'

/** The process's metrics. Libraries speak OpenTelemetry's API only; here it gets a backend. */
export interface Telemetry {
  /** Everything measured so far, in Prometheus' text format. */
  prometheusText(): Promise<string>
  stop(): Promise<void>
}

/** Starts measuring; to be called before anything that measures is made, and once at a time in a process. */
export function startTelemetry(): Telemetry {
  const histograms = new HeldHistograms(() => provider)
  const exporter = new PrometheusExporter({ preventServerStart: true, metricProducers: [histograms] })
  const provider: MeterProvider = new MeterProvider({ readers: [exporter] })
  metrics.setGlobalMeterProvider(histograms)
  observeProcess(provider)
  // Prometheus names its targets itself, and which library measured is in the name of the metric
  const [withoutTargetInfo, withoutScopeInfo] = [true, true]
  const serializer = new PrometheusSerializer(undefined, false, undefined, withoutTargetInfo, withoutScopeInfo)
  return {
    async prometheusText() {
      const { resourceMetrics } = await exporter.collect()
      return serializer.serialize(resourceMetrics)
    },
    async stop() {
      metrics.disable()
      await provider.shutdown()
    },
  }
}

function observeProcess(provider: MeterProvider): void {
  const meter = provider.getMeter('@motadata/server')
  meter.createObservableGauge('process.memory.usage', { description: 'Resident memory of the process', unit: 'By' })
    .addCallback((result) => result.observe(process.memoryUsage.rss()))
  meter.createObservableCounter('process.cpu.time', { description: 'Processor time the process has taken', unit: 's' })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage()
      result.observe((user + system) / 1e6)
    })
}
