import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { openPlatform } from '@motadata/adapters'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { interleave } from '../interleave.js'
import { median, rounded } from '../median.js'
import type { LabelledTickets } from './labelled-tickets.js'
import { prepareServing, typicalTicket } from './prepare-serving.js'
import { isServerBuilt, notBuilt, startEchoProcess, startServerProcess } from '../server-process.js'

const connectionCounts = [1, 8, 32]

/** One ticket a request over HTTP, its API key checked, against a bare node:http echo of the same body. */
export async function benchmarkHttp(tickets: LabelledTickets, { quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const rowOf = (connections: number) => ({
    task: `HTTP predict of one ticket against a bare node:http echo, ${connections} connections`, unit: 'ratio of throughput', better: 'higher', bar: 0.35, aim: 0.6,
  }) as const
  if (!isServerBuilt()) return connectionCounts.map((connections) => ({ ...rowOf(connections), value: null, note: notBuilt }))

  const dataFolder = mkdtempSync(join(tmpdir(), 'motadata-bench-'))
  const apiKey = await prepareServing(await openPlatform({ dataFolder }), tickets)
  const server = await startServerProcess(dataFolder)
  const echo = await startEchoProcess()
  try {
    const body = JSON.stringify({ instances: [{ text: typicalTicket(tickets) }] })
    const seconds = quick ? 1 : 4
    const rows: BenchmarkRow[] = []
    for (const connections of connectionCounts) {
      log(`HTTP, ${connections} connections`)
      const latencies: { ours: number[]; peer: number[] } = { ours: [], peer: [] }
      const load = async (url: string, p99s: number[]) => {
        const result = await autocannon({
          url, method: 'POST', body, connections, duration: seconds,
          headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        })
        if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} answers of ${url} were no success, ${result.errors} requests failed.`)
        p99s.push(result.latency.p99)
        return result.requests.average
      }
      const times = await interleave(quick ? 1 : 5, () => load(`${server.url}/v1/models/ticket_classifier/predict`, latencies.ours), () => load(echo.url, latencies.peer))
      rows.push({
        ...rowOf(connections),
        value: rounded(median(times.ours) / median(times.peer), 3),
        ours: Math.round(median(times.ours)),
        peer: Math.round(median(times.peer)),
        note: `ours and peer in requests/s; p99 ${median(latencies.ours)} ms to ${median(latencies.peer)} ms; the load generator runs on the same cores`,
      })
    }
    return rows
  } finally {
    await Promise.all([server.stop(), echo.stop()])
    rmSync(dataFolder, { recursive: true, force: true })
  }
}
