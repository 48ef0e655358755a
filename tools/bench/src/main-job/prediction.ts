import { openPlatform } from '@motadata/adapters'
import { MLSystem } from '@motadata/ml-framework'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { quantile, rounded } from '../median.js'
import type { LabelledTickets } from './labelled-tickets.js'

/** One ticket after another through `predict`, in process. */
export async function benchmarkPrediction(tickets: LabelledTickets, { quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  log('prediction in process')
  const platform = await openPlatform({ inMemory: true })
  try {
    const ml = (await MLSystem.open(platform)).forTenant('bench')
    await ml.trainModel({
      modelId: 'ticket_classifier', modelType: 'classification', target: tickets.target, features: ['text'], columnKinds: { text: 'text' }, trainingData: tickets.dataset,
      test: { kind: 'rule', rule: tickets.testRule },
    })
    const instances = tickets.test.map(([text]) => ({ text }))
    const microseconds: number[] = []
    const count = quick ? 5_000 : 50_000
    for (let index = -count / 5; index < count; index++) {
      const instance = instances[(index + instances.length) % instances.length] ?? instances[0]!
      const startedMs = performance.now()
      await ml.predict('ticket_classifier', instance)
      if (index >= 0) microseconds.push((performance.now() - startedMs) * 1000)
    }
    const p50 = rounded(quantile(microseconds, 0.5), 3)
    return [{
      task: 'one prediction in process, p50', value: p50, unit: 'µs', better: 'lower', bar: 50, aim: 25, ours: p50,
      note: `p99 ${rounded(quantile(microseconds, 0.99), 3)} µs; prediction id and resolution of the champion included`,
    }]
  } finally {
    await platform.close()
  }
}
