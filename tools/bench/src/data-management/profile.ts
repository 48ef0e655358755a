import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPlatform } from '@motadata/adapters'
import { parseTenantId, platformContext } from '@motadata/core'
import { DataManager } from '@motadata/data-management'
import { DuckDBInstance } from '@duckdb/node-api'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { interleave } from '../interleave.js'
import { median, rounded } from '../median.js'
import { silentLogger } from '../platform/silent-logger.js'
import { writeCsv } from './csv-file.js'

const million = 1_000_000
const context = platformContext(parseTenantId('bench'), 'bench')

/** A profile of a version beside the bare engine's SUMMARIZE of the same rows, out of one Parquet file. */
export async function benchmarkProfile({ quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'motadata-bench-'))
  const platform = await openPlatform({ inMemory: true, logger: silentLogger })
  try {
    log('1M × 20')
    const file = join(folder, 'million.csv')
    await writeCsv(file, million)
    const datasets = await DataManager.open(platform, { limits: { maximumRows: 2 * million, maximumCells: 40 * million } })
    await datasets.ingestData(context, { name: 'tickets', source: { file } })
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect()
    const parquet = join(folder, 'million.parquet')
    await connection.run(`copy (select * from read_csv('${file}')) to '${parquet}' (format parquet, compression zstd)`)
    const times = await interleave(quick ? 1 : 5, async () => {
      const startedMs = performance.now()
      const { rowCount } = await datasets.profileData(context, { name: 'tickets' })
      if (rowCount !== million) throw new Error('Expected a profile of all rows.')
      return performance.now() - startedMs
    }, async () => {
      const startedMs = performance.now()
      await (await connection.runAndReadAll(`summarize select * from read_parquet('${parquet}')`)).getRows()
      return performance.now() - startedMs
    })
    const [ourMs, peerMs] = [median(times.ours), median(times.peer)]
    return [{
      task: 'profile of 1M × 20, against SUMMARIZE of bare DuckDB', value: rounded(ourMs / peerMs, 3), unit: '×', better: 'lower', bar: 3,
      ours: rounded(ourMs, 3), peer: rounded(peerMs, 3), note: 'milliseconds; also frequent values, correlations, languages and personal data of a sample',
    }]
  } finally {
    await platform.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
