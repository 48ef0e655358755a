import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { openPlatform } from '@motadata/adapters'
import { openPlatform as openPostgresqlPlatform } from '@motadata/adapters/postgresql'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { interleave } from '../interleave.js'
import type { LabelledTickets } from '../main-job/labelled-tickets.js'
import { prepareServing, typicalTicket } from '../main-job/prepare-serving.js'
import { median, rounded } from '../median.js'
import { isServerBuilt, notBuilt, startServerProcess } from '../server-process.js'
import { noRedis, type Services } from './services.js'

export const predictionRow = {
  task: 'HTTP predict of one ticket on PostgreSQL and Redis against the embedded database, 8 connections', unit: 'ratio of throughput', better: 'higher', bar: 0.95,
} as const

/** The same model served by two processes, one on services, one on its own database; a prediction asks neither. */
export async function benchmarkPredictions(services: Services, tickets: LabelledTickets, { quick, log }: BenchmarkOptions): Promise<BenchmarkRow> {
  if (!isServerBuilt()) return { ...predictionRow, value: null, note: notBuilt }
  if (services.redisUrl === undefined) return { ...predictionRow, value: null, note: noRedis }
  log('HTTP predict on PostgreSQL and Redis')
  const { dataFolder, databaseUrl } = services
  const embeddedFolder = mkdtempSync(join(tmpdir(), 'motadata-bench-'))
  const keys = {
    services: await prepareServing(await openPostgresqlPlatform({ dataFolder, databaseUrl }), tickets),
    embedded: await prepareServing(await openPlatform({ dataFolder: embeddedFolder }), tickets),
  }
  const onServices = await startServerProcess(dataFolder, services.settings)
  const embedded = await startServerProcess(embeddedFolder)
  try {
    const body = JSON.stringify({ instances: [{ text: typicalTicket(tickets) }] })
    const load = async (url: string, apiKey: string): Promise<number> => {
      const result = await autocannon({
        url: `${url}/v1/models/ticket_classifier/predict`, method: 'POST', body, connections: 8, duration: quick ? 1 : 3,
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      })
      if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} answers of ${url} were no success, ${result.errors} requests failed.`)
      return result.requests.average
    }
    const times = await interleave(quick ? 1 : 7, () => load(onServices.url, keys.services), () => load(embedded.url, keys.embedded))
    return {
      ...predictionRow,
      value: rounded(median(times.ours) / median(times.peer), 3), ours: Math.round(median(times.ours)), peer: Math.round(median(times.peer)),
      note: 'ours and peer in requests/s',
    }
  } finally {
    await Promise.all([onServices.stop(), embedded.stop()])
    rmSync(embeddedFolder, { recursive: true, force: true })
  }
}
