import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { rounded } from '../median.js'
import { isServerBuilt, notBuilt, startServerProcess } from '../server-process.js'
import { createDatabase, type Services } from './services.js'

export const idleMemoryRow = { task: 'resident memory of an idle server on PostgreSQL', unit: 'MB', better: 'lower', bar: 150 } as const

/** How long the server has had nothing to do when it is looked at. */
const idleMs = 15_000

/** The built server as users start it, after its start and some seconds of nothing. */
export async function benchmarkIdleMemory(services: Services, { quick, log }: BenchmarkOptions): Promise<BenchmarkRow> {
  if (!isServerBuilt()) return { ...idleMemoryRow, value: null, note: notBuilt }
  log('memory of an idle server')
  const dataFolder = mkdtempSync(join(tmpdir(), 'motadata-bench-'))
  // one of its own, since the first start on a database makes a tenant
  const own = (await createDatabase())!
  const server = await startServerProcess(dataFolder, { ...services.settings, DATABASE_URL: own.url })
  try {
    const startedMegabytes = residentMegabytes(server.pid)
    await pause(quick ? 3_000 : idleMs)
    const value = rounded(residentMegabytes(server.pid), 3)
    return { ...idleMemoryRow, value, ours: value, note: `${rounded(startedMegabytes, 3)} MB when it was ready; nothing asked it to collect garbage` }
  } finally {
    await server.stop()
    await own.drop()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

function residentMegabytes(pid: number): number {
  return (Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024) / 1e6
}
