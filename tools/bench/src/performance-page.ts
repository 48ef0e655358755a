import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Benchmark, type BenchmarkResult, type BenchmarkRow, reachedBar } from './benchmark.js'

const root = resolve(import.meta.dirname, '../../..')
const results = join(root, 'tools/bench/results')

/** Keeps a full run's result and writes docs/performance.md from all that are kept. */
export function writePerformancePage(result: BenchmarkResult, benchmarks: readonly Benchmark[]): void {
  mkdirSync(results, { recursive: true })
  writeFileSync(join(results, `${result.benchmark}.json`), `${JSON.stringify(result, null, 2)}\n`)
  const kept = readdirSync(results).filter((file) => file.endsWith('.json')).map((file) => JSON.parse(readFileSync(join(results, file), 'utf8')) as BenchmarkResult)
  const sections = benchmarks.flatMap(({ name, title }) => {
    const one = kept.find(({ benchmark }) => benchmark === name)
    return one ? [section(title, one)] : []
  })
  writeFileSync(join(root, 'docs/performance.md'), `# Performance

Written by \`npm run bench -- NAME --data DIR\` from its last full run; do not edit. A value against a peer is a ratio of medians, both sides interleaved in one run on
one machine that others use too, so it moves by some tenths from run to run. Peers come from \`tools/bench/requirements.txt\`. What misses its bar is shown as it is.

${sections.join('\n')}`)
}

function section(title: string, { benchmark, machine, node, loadBefore, rows }: BenchmarkResult): string {
  return `## ${title}

\`npm run bench -- ${benchmark}\` · ${machine} · Node ${node}${loadBefore === undefined ? '' : ` · load of other work before it ${loadBefore}`}

| task | value | bar | aim | | ours | peer | quality | note |
|---|--:|--:|--:|---|--:|--:|---|---|
${rows.map(line).join('\n')}
`
}

function line(row: BenchmarkRow): string {
  const sign = row.better === 'lower' ? '≤' : '≥'
  const reached = reachedBar(row)
  const value = row.value === null ? 'not measured' : `${row.value} ${row.unit}`
  const verdict = reached === undefined ? '' : reached ? 'reached' : '**missed**'
  return `| ${[row.task, value, row.bar === undefined ? '' : `${sign} ${row.bar}`, row.aim === undefined ? '' : `${sign} ${row.aim}`, verdict, row.ours ?? '', row.peer ?? '', row.quality ?? '', row.note ?? ''].join(' | ')} |`
}
