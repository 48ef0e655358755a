import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPlatform } from '@motadata/adapters'
import { parseTenantId, platformContext } from '@motadata/core'
import { DataManager, type Expectation } from '@motadata/data-management'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { interleave } from '../interleave.js'
import { median, rounded } from '../median.js'
import { silentLogger } from '../platform/silent-logger.js'
import { peersMissing, PythonPeer } from '../python-peer.js'
import { writeCsv } from './csv-file.js'

const million = 1_000_000
const context = platformContext(parseTenantId('bench'), 'bench')
const task = 'validation of 1M rows × 30 expectations, against pandera'
const numbers = { priority: [1, 4], impact: [1, 3], urgency: [1, 3], reassignments: [0, 5], hours: [0, 200], cost: [0, 500], score: [0, 1] } as const
const notNull = ['number', 'opened_at', 'state', 'priority', 'impact', 'urgency', 'category', 'group', 'caller', 'short_description']
const patterns = { number: '^INC\\d{9}$', group: '^group \\d+$', caller: '^caller\\.\\d+$', assignee: '^user\\.\\d+$', site: '^site \\d+$' }
const lengths = { short_description: [5, 200], category: [3, 40], state: [2, 20] } as const
const enums = { state: ['new', 'in progress', 'on hold', 'resolved', 'closed'], category: Array.from({ length: 40 }, (_, at) => `category ${at}`), site: Array.from({ length: 60 }, (_, at) => `site ${at}`) }

/** Thirty expectations that hold: 10 of values that are there, 7 ranges, 5 patterns, 3 lengths, 3 sets, one unique key, one comparison. */
const expectations: readonly Expectation[] = [
  ...notNull.map((column): Expectation => ({ kind: 'not-null', column })),
  ...Object.entries(numbers).map(([column, [minimum, maximum]]): Expectation => ({ kind: 'range', column, minimum, maximum })),
  ...Object.entries(patterns).map(([column, pattern]): Expectation => ({ kind: 'pattern', column, pattern })),
  ...Object.entries(lengths).map(([column, [minimum, maximum]]): Expectation => ({ kind: 'length', column, minimum, maximum })),
  ...Object.entries(enums).map(([column, values]): Expectation => ({ kind: 'enum', column, values })),
  { kind: 'unique', columns: ['number'] },
  { kind: 'compare', column: 'resolved_at', operator: '>=', other: 'opened_at' },
]

/** A version of a dataset held against what is expected of it, beside pandera with the same checks over the same rows in memory. */
export async function benchmarkValidation({ quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const peer = PythonPeer.start('pandera_rows.py')
  if (!peer) return [{ task, value: null, unit: '×', better: 'lower', bar: 0.5, note: peersMissing }]
  const folder = mkdtempSync(join(tmpdir(), 'motadata-bench-'))
  const platform = await openPlatform({ inMemory: true, logger: silentLogger })
  try {
    log('1M rows × 30 expectations')
    const file = join(folder, 'million.csv')
    await writeCsv(file, million)
    const datasets = await DataManager.open(platform, { limits: { maximumRows: 2 * million, maximumCells: 40 * million } })
    await datasets.ingestData(context, { name: 'tickets', source: { file } })
    await peer.ask({ do: 'load', file, notNull, unique: ['number'], compares: [{ column: 'resolved_at', other: 'opened_at' }], columns: checksOfPeer() })
    const times = await interleave(quick ? 1 : 5, async () => {
      const startedMs = performance.now()
      const { passed, results } = await datasets.validateData(context, { name: 'tickets' }, expectations)
      if (!passed || results.length !== 30) throw new Error(`Expected 30 expectations that hold, got ${results.filter((result) => !result.passed).map(({ description }) => description).join(', ')}.`)
      return performance.now() - startedMs
    }, async () => {
      const { seconds, failures } = await peer.ask<{ seconds: number; failures: number }>({ do: 'validate' })
      if (failures > 0) throw new Error(`Expected none of the peer's checks to fail, got ${failures}.`)
      return seconds * 1_000
    })
    const [ourMs, peerMs] = [median(times.ours), median(times.peer)]
    return [{
      task, value: rounded(ourMs / peerMs, 3), unit: '×', better: 'lower', bar: 0.5, ours: rounded(ourMs, 3), peer: rounded(peerMs, 3),
      note: 'milliseconds; ours out of the parts as they are stored, pandera over rows in memory',
    }]
  } finally {
    peer.stop()
    await platform.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The same checks by column, as the peer reads them. */
function checksOfPeer(): Record<string, object[]> {
  const columns: Record<string, object[]> = {}
  for (const expectation of expectations) {
    if (!('column' in expectation) || expectation.kind === 'compare') continue
    columns[expectation.column] ??= []
    if (expectation.kind !== 'not-null') columns[expectation.column]!.push(expectation.kind === 'enum' ? { kind: 'enum', values: expectation.values } : withoutColumn(expectation))
  }
  return columns
}

function withoutColumn<Given extends { readonly column: string }>({ column: _, ...rest }: Given): Omit<Given, 'column'> {
  return rest
}
