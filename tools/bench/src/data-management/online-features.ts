import { createClient } from 'redis'
import autocannon from 'autocannon'
import { Access } from '@motadata/access'
import { openPlatform } from '@motadata/adapters/postgresql'
import { parseTenantId, type Platform, platformContext, toRecords } from '@motadata/core'
import { DataManager, FeatureStore } from '@motadata/data-management'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { interleave } from '../interleave.js'
import { median, rounded } from '../median.js'
import { createServices, noPostgresql, noRedis, type Services } from '../platform/services.js'
import { silentLogger } from '../platform/silent-logger.js'
import { isServerBuilt, notBuilt, startEchoProcess, startServerProcess } from '../server-process.js'
import { callerRows, featureNames, registerCallerHistory, viewName } from './feature-rows.js'

const tenant = 'bench'
const context = platformContext(parseTenantId(tenant), 'bench')
const featureCount = 30
const one = { task: 'online read of 30 features of one entity, against a raw Redis GET of as many bytes', unit: '× at the median', better: 'lower', bar: 2 } as const
const hundred = { task: 'online read of 30 features of 100 entities, against a raw Redis MGET of as many bytes', unit: '× at the median', better: 'lower', bar: 3 } as const
const http = { task: 'HTTP read of 30 features of one entity against a bare node:http echo, 8 connections', unit: 'ratio of throughput', better: 'higher', bar: 0.3 } as const
const push = { task: 'rows pushed online, 1,000 at once', unit: 'rows/s', better: 'higher', bar: 5_000 } as const

/** Features online on Redis, beside Redis itself. */
export async function benchmarkOnlineFeatures(options: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const services = await createServices()
  const missing = services === undefined ? noPostgresql : services.redisUrl === undefined ? noRedis : undefined
  if (!services || services.redisUrl === undefined) {
    await services?.drop()
    return [one, hundred, http, push].map((row): BenchmarkRow => ({ ...row, value: null, note: missing! }))
  }
  try {
    return await measure(services, services.redisUrl, options)
  } finally {
    await services.drop()
  }
}

async function measure({ dataFolder, databaseUrl, settings }: Services, redisUrl: string, { quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const { connectRedis } = await import('@motadata/adapters/redis')
  const redis = await connectRedis({ url: redisUrl, logger: silentLogger, clock: { nowMs: Date.now } })
  const platform = await openPlatform({ dataFolder, databaseUrl, logger: silentLogger, redis })
  const raw = createClient({ url: redisUrl, RESP: 2 })
  await raw.connect()
  const rows: BenchmarkRow[] = []
  try {
    const datasets = await DataManager.open(platform)
    const features = await FeatureStore.open(platform, { datasets })
    await registerCallerHistory(context, { datasets, features }, { rowCount: 100_000, featureCount })
    await features.materialize(context, viewName)
    const references = featureNames(featureCount).map((name) => `${viewName}:${name}`)
    const callers = Array.from({ length: 20_000 }, (_, at) => `Caller ${at}`)
    const bytes = Buffer.alloc(1 + 4 + 8 * featureCount + 14, 1)
    await Promise.all(callers.map((caller) => raw.set(`raw/${caller}`, bytes)))

    for (const [row, count] of [[one, 1], [hundred, 100]] as const) {
      log(`online read of ${count}`)
      let next = 0
      const pick = (): string[] => Array.from({ length: count }, () => callers[(next = (next + 7_919) % callers.length)]!)
      const ours = (): Promise<number> => medianOf(quick ? 200 : 2_000, async () => {
        const [column] = await features.getOnlineFeatures(context, { features: references, entities: { caller_id: pick() } })
        if (column!.statuses.length !== count) throw new Error('Expected a value for each.')
      })
      const peer = (): Promise<number> => medianOf(quick ? 200 : 2_000, async () => {
        const keys = pick().map((caller) => `raw/${caller}`)
        if (count === 1) await raw.get(keys[0]!)
        else await raw.mGet(keys)
      })
      const times = await interleave(quick ? 1 : 7, ours, peer)
      rows.push({ ...row, value: rounded(median(times.ours) / median(times.peer), 3), ours: rounded(median(times.ours), 3), peer: rounded(median(times.peer), 3), note: 'microseconds; the same client library' })
    }
    rows.push(await benchmarkPush(features, { quick, log }))
    rows.splice(2, 0, await benchmarkHttp(platform, { dataFolder, settings, references }, { quick, log }))
    return rows
  } finally {
    raw.destroy()
    await platform.close()
    await redis.close()
  }
}

/** Microseconds at the median of calls one after the other. */
async function medianOf(calls: number, call: () => Promise<void>): Promise<number> {
  const times: number[] = []
  for (let at = 0; at < calls; at++) {
    const startedMs = performance.now()
    await call()
    times.push((performance.now() - startedMs) * 1_000)
  }
  return median(times)
}

async function benchmarkPush(features: FeatureStore, { quick, log }: Pick<BenchmarkOptions, 'quick' | 'log'>): Promise<BenchmarkRow> {
  log('push')
  const batches = Array.from({ length: quick ? 5 : 40 }, (_, seed) => toRecords(callerRows(1_000, { features: featureCount, seed: 1_000 + seed })))
  const startedMs = performance.now()
  for (const [at, rows] of batches.entries()) await features.push(context, { view: viewName, rows, idempotencyKey: `batch ${at}` })
  const seconds = (performance.now() - startedMs) / 1_000
  return { ...push, value: rounded((batches.length * 1_000) / seconds, 3), note: '30 features a row, with idempotency keys, one push after the other' }
}

async function benchmarkHttp(
  platform: Platform, { dataFolder, settings, references }: { readonly dataFolder: string; readonly settings: Services['settings']; readonly references: readonly string[] }, { quick, log }: Pick<BenchmarkOptions, 'quick' | 'log'>,
): Promise<BenchmarkRow> {
  if (!isServerBuilt()) return { ...http, value: null, note: notBuilt }
  log('HTTP read of features')
  const access = await Access.open(platform)
  const { adminKey } = (await access.bootstrap({ tenantId: tenant }))!
  access.close()
  const server = await startServerProcess(dataFolder, settings)
  const echo = await startEchoProcess()
  try {
    const body = JSON.stringify({ features: references, entities: { caller_id: ['Caller 17'] } })
    const load = async (url: string): Promise<number> => {
      const result = await autocannon({
        url, method: 'POST', body, connections: 8, duration: quick ? 1 : 4, headers: { authorization: `Bearer ${adminKey.key}`, 'content-type': 'application/json' },
      })
      if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} answers of ${url} were no success, ${result.errors} requests failed.`)
      return result.requests.average
    }
    const times = await interleave(quick ? 1 : 5, () => load(`${server.url}/v1/features/online`), () => load(echo.url))
    return { ...http, value: rounded(median(times.ours) / median(times.peer), 3), ours: Math.round(median(times.ours)), peer: Math.round(median(times.peer)), note: 'ours and peer in requests/s; the load generator runs on the same cores' }
  } finally {
    await Promise.all([server.stop(), echo.stop()])
  }
}
