import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { interleave } from '../interleave.js'
import { median, rounded } from '../median.js'
import { createDatabase } from '../platform/services.js'
import { writeCsv } from './csv-file.js'

interface Measured {
  readonly elapsedMs: number
  readonly rowCount: number
  readonly peakMegabytes: number
}

const million = 1_000_000
const gibibyte = 1_074

/** CSV to a version of a dataset, beside what the bare engine needs from CSV to Parquet; memory as the rows grow tenfold. */
export async function benchmarkIngest({ quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'motadata-bench-'))
  try {
    log('1M × 20 CSV')
    const file = join(folder, 'million.csv')
    await writeCsv(file, million)
    const ours: Measured[] = []
    const times = await interleave(quick ? 1 : 5, async () => {
      ours.push(await ingest(folder, file))
      return ours.at(-1)!.elapsedMs
    }, async () => (await run('copy-once.ts', [file, join(folder, 'peer.parquet')])).elapsedMs)
    if (ours.some(({ rowCount }) => rowCount !== million)) throw new Error('Expected all rows in the version.')
    const [ourMs, peerMs] = [median(times.ours), median(times.peer)]
    const smallPeak = median(ours.map(({ peakMegabytes }) => peakMegabytes))
    const rows: BenchmarkRow[] = [
      {
        task: '1M × 20 CSV to a version of a dataset, against COPY of bare DuckDB to Parquet', value: rounded(ourMs / peerMs, 3), unit: '×', better: 'lower', bar: 2.5,
        ours: rounded(ourMs, 3), peer: rounded(peerMs, 3), note: 'milliseconds; kinds inferred over all rows, UTF-8 checked, kept under their hash and entered in PostgreSQL',
      },
      { task: 'resident memory at its peak while 1M × 20 CSV are taken in', value: rounded(smallPeak, 3), unit: 'MB', better: 'lower', bar: gibibyte, note: 'the whole process' },
    ]
    if (quick) return rows
    log('10M × 20 CSV')
    rmSync(file)
    const large = join(folder, 'ten-million.csv')
    await writeCsv(large, 10 * million)
    const tenfold = await ingest(folder, large)
    return [...rows, {
      task: 'resident memory at its peak for ten times the rows', value: rounded(tenfold.peakMegabytes / smallPeak, 3), unit: '× of 1M rows', better: 'lower', bar: 1.25,
      ours: rounded(tenfold.peakMegabytes, 3), peer: rounded(smallPeak, 3), note: `MB; ${rounded(tenfold.rowCount / tenfold.elapsedMs * 1_000, 3)} rows/s`,
    }]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function ingest(folder: string, file: string): Promise<Measured> {
  const database = await createDatabase()
  const dataFolder = mkdtempSync(join(folder, 'data-'))
  try {
    return await run('ingest-once.ts', [file, dataFolder, database?.url ?? ''])
  } finally {
    await database?.drop()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

async function run(script: string, args: readonly string[]): Promise<Measured> {
  const child = fork(join(import.meta.dirname, script), args, { execArgv: ['--conditions=@motadata/source', '--import', 'tsx'] })
  const measured = await Promise.race([
    once(child, 'message').then(([message]) => message as Measured),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`Expected ${script} to measure, got exit code ${String(code)}.`))),
  ])
  if (child.exitCode === null) await once(child, 'exit')
  return measured
}
