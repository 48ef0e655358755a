import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Benchmark, type BenchmarkResult, type BenchmarkRow, type PartResult, reachedBar } from './benchmark.js'

const root = resolve(import.meta.dirname, '../../..')
const results = join(root, 'tools/bench/results')

/** Keeps the rows of a part that was measured in full, beside those of other parts that were kept before. */
export function keepPart(result: BenchmarkResult, part: PartResult): void {
  mkdirSync(results, { recursive: true })
  const path = join(results, `${result.benchmark}.json`)
  const before = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as BenchmarkResult) : undefined
  const parts = [...(before?.parts ?? []).filter((kept) => kept.part !== part.part), part]
  writeFileSync(path, `${JSON.stringify({ ...result, parts, rows: parts.flatMap(({ rows }) => rows) }, null, 2)}\n`)
}

/** Writes docs/performance.md from all that is kept. */
export function writePerformancePage(benchmarks: readonly Benchmark[]): void {
  const kept = readdirSync(results).filter((file) => file.endsWith('.json')).map((file) => JSON.parse(readFileSync(join(results, file), 'utf8')) as BenchmarkResult)
  const sections = benchmarks.flatMap((benchmark) => {
    const result = kept.find((one) => one.benchmark === benchmark.name)
    return result ? [section(benchmark, result)] : []
  })
  writeFileSync(join(root, 'docs/performance.md'), `# Performance

Written by \`npm run bench -- NAME --data DIR\` from its last full run; do not edit. A value against a peer is a ratio of medians, both sides interleaved in one run on
one machine that others use too, so it moves by some tenths from run to run. Peers come from \`tools/bench/requirements.txt\`. What misses its bar is shown as it is.

${sections.join('\n')}`)
}

function section({ name, title, parts }: Benchmark, { machine, node, parts: measured }: BenchmarkResult): string {
  const inOrder = parts.flatMap((part) => measured.filter((one) => one.part === part.name))
  const loads = inOrder.map(({ part, loadBefore }) => (inOrder.length > 1 ? `${part} ${loadBefore}` : String(loadBefore))).join(', ')
  return `## ${title}

\`npm run bench -- ${name}\` · ${machine} · Node ${node} · load of other work before it: ${loads}

| task | value | bar | aim | | ours | peer | quality | note |
|---|--:|--:|--:|---|--:|--:|---|---|
${inOrder.flatMap(({ rows }) => rows).map(line).join('\n')}
`
}

function line(row: BenchmarkRow): string {
  const sign = row.better === 'lower' ? '≤' : '≥'
  const reached = reachedBar(row)
  const value = row.value === null ? 'not measured' : `${row.value} ${row.unit}`
  const verdict = reached === undefined ? '' : reached ? 'reached' : '**missed**'
  return `| ${[row.task, value, row.bar === undefined ? '' : `${sign} ${row.bar}`, row.aim === undefined ? '' : `${sign} ${row.aim}`, verdict, row.ours ?? '', row.peer ?? '', row.quality ?? '', row.note ?? ''].join(' | ')} |`
}
