import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPlatform } from '@motadata/adapters'
import { parseTenantId, type Platform, platformContext } from '@motadata/core'
import { DataManager, FeatureStore } from '@motadata/data-management'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { interleave } from '../interleave.js'
import { median, rounded } from '../median.js'
import { silentLogger } from '../platform/silent-logger.js'
import { callerRows, featureNames, registerCallerHistory, viewName } from './feature-rows.js'

const context = platformContext(parseTenantId('bench'), 'bench')
const featureCount = 5
const million = 1_000_000
const gibibytes4 = 4_295

/** Rows joined with what was known at their instants, beside a bare ASOF join over the same Parquet that gives the same columns; and the memory that many rows take. */
export async function benchmarkPointInTime(options: BenchmarkOptions): Promise<BenchmarkRow[]> {
  return [await benchmarkSpeed(options), ...(options.quick ? [] : [await benchmarkMemory(options)])]
}

async function benchmarkSpeed({ quick, log }: BenchmarkOptions): Promise<BenchmarkRow> {
  log('point-in-time join of 100k rows with 1M')
  const folder = mkdtempSync(join(tmpdir(), 'motadata-bench-'))
  const platform = await openPlatform({ dataFolder: join(folder, 'data'), logger: silentLogger })
  try {
    const datasets = await DataManager.open(platform)
    const features = await FeatureStore.open(platform, { datasets })
    await registerCallerHistory(context, { datasets, features }, { rowCount: million, featureCount })
    await datasets.ingestData(context, { name: 'asked', source: { rows: callerRows(100_000, { features: 0, seed: 0 }) } })
    const files = { asked: await exportParts(platform, datasets, 'asked', folder), rows: await exportParts(platform, datasets, viewName, folder) }
    const names = featureNames(featureCount)
    const references = names.map((name) => `${viewName}:${name}`)
    const ours = async (): Promise<number> => {
      const startedMs = performance.now()
      const joined = await features.getHistoricalFeatures(context, { features: references, rows: { dataset: 'asked' } })
      if (joined.rowCount !== 100_000) throw new Error('Expected all rows.')
      return performance.now() - startedMs
    }
    const times = await interleave(quick ? 1 : 9, ours, () => bareJoin(files, names))
    return {
      task: 'point-in-time join of 100k rows with 1M, against a bare DuckDB ASOF join', value: rounded(median(times.ours) / median(times.peer), 3), unit: '×', better: 'lower', bar: 1.5,
      ours: rounded(median(times.ours), 3), peer: rounded(median(times.peer), 3),
      note: `milliseconds; ${featureCount} features, both from Parquet to columns in memory; ours also checks hashes, decides ties and keeps the order of rows`,
    }
  } finally {
    await platform.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The parts of a dataset's newest version as files. */
async function exportParts(platform: Platform, datasets: DataManager, name: string, folder: string): Promise<string[]> {
  const { fingerprint } = await datasets.getDataset(context, { name })
  const { parts } = JSON.parse(new TextDecoder().decode(await platform.artifacts.get(context.tenantId, fingerprint))) as { readonly parts: readonly { readonly sha256: string }[] }
  return Promise.all(parts.map(async ({ sha256 }, at) => {
    const path = join(folder, `${name}-${at}.parquet`)
    writeFileSync(path, await platform.artifacts.get(context.tenantId, sha256))
    return path
  }))
}

async function bareJoin({ asked, rows }: { readonly asked: readonly string[]; readonly rows: readonly string[] }, names: readonly string[]): Promise<number> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const list = (paths: readonly string[]): string => `[${paths.map((path) => `'${path}'`).join(', ')}]`
  const startedMs = performance.now()
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  const reader = await connection.runAndReadAll(`select a.*, ${names.map((name) => `f.${name}`).join(', ')}
    from read_parquet(${list(asked)}) a asof left join read_parquet(${list(rows)}) f on a.caller_id = f.caller_id and a.event_time >= f.event_time`)
  if (reader.getColumns()[0]!.length !== 100_000) throw new Error('Expected all rows.')
  connection.closeSync()
  instance.closeSync()
  return performance.now() - startedMs
}

async function benchmarkMemory({ log }: BenchmarkOptions): Promise<BenchmarkRow> {
  log('point-in-time join of 1M rows with 10M')
  const folder = mkdtempSync(join(tmpdir(), 'motadata-bench-'))
  try {
    await run('prepare', folder)
    const { elapsedMs, peakMegabytes } = await run('join', folder)
    return {
      task: 'resident memory at its peak while 1M rows are joined with 10M', value: rounded(peakMegabytes, 4), unit: 'MB', better: 'lower', bar: gibibytes4,
      note: `the whole process, with the embedded database; ${rounded(elapsedMs / 1_000, 3)} s, ${featureCount} features`,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** In a process of its own, so that its memory is its own. */
async function run(step: 'prepare' | 'join', folder: string): Promise<{ readonly elapsedMs: number; readonly peakMegabytes: number }> {
  const child = fork(join(import.meta.dirname, 'join-once.ts'), [step, folder, String(featureCount)], { execArgv: ['--conditions=@motadata/source', '--import', 'tsx'] })
  const measured = await Promise.race([
    once(child, 'message').then(([message]) => message as Awaited<ReturnType<typeof run>>),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`Expected a measured join, got exit code ${String(code)}.`))),
  ])
  if (child.exitCode === null) await once(child, 'exit')
  return measured
}
