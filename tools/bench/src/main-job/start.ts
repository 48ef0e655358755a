import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { median, rounded } from '../median.js'
import { isServerBuilt, notBuilt, startServerProcess } from '../server-process.js'

/** From the start of the server's process until it says it is ready. */
export async function benchmarkStart({ quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const rowOf = (task: string, bar: number, aim: number) => ({ task, unit: 's', better: 'lower', bar, aim }) as const
  const first = rowOf('server ready, first start', 8, 3)
  const again = rowOf('server ready, existing data folder', 3, 1.5)
  if (!isServerBuilt()) return [first, again].map((row) => ({ ...row, value: null, note: notBuilt }))

  log('start of the server')
  const firstSeconds: number[] = []
  const againSeconds: number[] = []
  for (let round = 0; round < (quick ? 1 : 5); round++) {
    const dataFolder = mkdtempSync(join(tmpdir(), 'motadata-bench-'))
    try {
      for (const seconds of [firstSeconds, againSeconds]) {
        const server = await startServerProcess(dataFolder)
        seconds.push(server.readyMs / 1000)
        await server.stop()
      }
    } finally {
      rmSync(dataFolder, { recursive: true, force: true })
    }
  }
  const measured = (seconds: readonly number[]) => ({ value: rounded(median(seconds), 3), ours: rounded(median(seconds), 3), note: `slowest ${rounded(Math.max(...seconds), 3)} s` })
  return [{ ...first, ...measured(firstSeconds) }, { ...again, ...measured(againSeconds) }]
}
