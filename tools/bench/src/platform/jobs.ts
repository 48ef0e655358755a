import { setTimeout as pause } from 'node:timers/promises'
import { openPlatform } from '@motadata/adapters/postgresql'
import { parseTenantId, type Platform, platformContext, type RequestContext } from '@motadata/core'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { median, quantile, rounded } from '../median.js'
import { JobWorkers } from './job-workers.js'
import type { Services } from './services.js'
import { silentLogger } from './silent-logger.js'

const pickUpRow = { task: 'a job begins in another process after it was enqueued, p50', unit: 'ms', better: 'lower', bar: 50 } as const
const throughputRow = { task: 'jobs that do nothing through two worker processes', unit: 'jobs/s', better: 'higher', bar: 500 } as const

export const jobRows = [pickUpRow, throughputRow] as const

const tenants = 10
const workerProcesses = 2
const concurrency = 8

/** How soon a job begins, and how many get through. */
export async function benchmarkJobs({ databaseUrl, dataFolder }: Services, { quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  log('jobs')
  const platform = await openPlatform({ databaseUrl, dataFolder, logger: silentLogger })
  const contexts = Array.from({ length: tenants }, (_, index) => platformContext(parseTenantId(`bench-${index}`), `bench-${index}`))
  const workers = await JobWorkers.start(workerProcesses, concurrency, { databaseUrl, dataFolder })
  try {
    return [
      await measurePickUp(platform, contexts[0]!, workers, quick ? 10 : 60),
      await measureThroughput(platform, contexts, workers, quick ? 500 : 3_000),
    ]
  } finally {
    await workers.stop()
    await platform.close()
  }
}

/** One job after the other, with pauses of all lengths between them, so that no rhythm of the queue's is met by chance. */
async function measurePickUp({ jobs }: Platform, context: RequestContext, workers: JobWorkers, count: number): Promise<BenchmarkRow> {
  const kind = 'bench-pick-up'
  await workers.workOn(kind)
  const waits: number[] = []
  for (let index = 0; index < count; index++) {
    await pause(20 + ((index * 37) % 200))
    const begun = workers.began(1)
    const enqueuedMs = performance.timeOrigin + performance.now()
    await jobs.enqueue(context, { kind, payload: { index } })
    waits.push((await begun)[0]! - enqueuedMs)
  }
  const value = rounded(median(waits), 3)
  return { ...pickUpRow, value, ours: value, note: `from the call of enqueue; p99 ${rounded(quantile(waits, 0.99), 3)} ms` }
}

/** Of a queue that is full when the workers begin; over all of them but the first tenth. */
async function measureThroughput({ jobs }: Platform, contexts: readonly RequestContext[], workers: JobWorkers, count: number): Promise<BenchmarkRow> {
  const kind = 'bench-throughput'
  const enqueuing = performance.now()
  for (let index = 0; index < count; index += contexts.length) await Promise.all(contexts.map((context) => jobs.enqueue(context, { kind, payload: { index } })))
  const enqueuedPerSecond = Math.round((count * 1000) / (performance.now() - enqueuing))
  const begun = workers.began(count)
  await workers.workOn(kind)
  const times = [...(await begun)].sort((a, b) => a - b)
  const from = count / 10
  const value = Math.round(((count - 1 - from) * 1000) / (times.at(-1)! - times[from]!))
  return { ...throughputRow, value, ours: value, note: `${concurrency} at once in each process, of ${contexts.length} tenants; enqueued by one process at ${enqueuedPerSecond} jobs/s before` }
}
