import { writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { type BenchmarkResult, type BenchmarkRow, type PartResult, reachedBar } from './benchmark.js'
import { dataManagement } from './data-management/data-management.js'
import { learn } from './learn/learn.js'
import { mainJob } from './main-job/main-job.js'
import { platform } from './platform/platform.js'
import { keepPart, writePerformancePage } from './performance-page.js'

const benchmarks = [mainJob, learn, platform, dataManagement]

const help = `Benchmarks: quality on real data, speed as a ratio to a peer interleaved in one run.

  npm run bench -- NAME [--part PART…] [--data DIR] [--json FILE] [--quick]

  NAME         ${benchmarks.map(({ name, title }) => `${name}: ${title}`).join('\n               ')}
  --part PART  only these rows, can be given more than once; the others stay as they were measured
               ${benchmarks.map(({ name, parts }) => `${name}: ${parts.map((part) => part.name).join(', ')}`).join('\n               ')}
  --data DIR   folder of real data; without it, generated tickets
  --json FILE  writes the result there
  --quick      fewer repetitions, for a look; does not touch docs/performance.md

npm run bench:peers installs the Python peers. A peer that is not there makes its row say so.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { part: { type: 'string', multiple: true }, data: { type: 'string' }, json: { type: 'string' }, quick: { type: 'boolean' }, help: { type: 'boolean' } },
})
const benchmark = benchmarks.find(({ name }) => name === positionals[0])
if (values.help || !benchmark || positionals.length > 1) {
  console.log(help)
  process.exit(values.help ? 0 : 2)
}

const unknown = values.part?.find((name) => !benchmark.parts.some((part) => part.name === name))
if (unknown !== undefined) {
  console.error(`Expected a part of ${benchmark.name} (${benchmark.parts.map(({ name }) => name).join(', ')}), got '${unknown}'.`)
  process.exit(2)
}

const options = {
  ...(values.data === undefined ? {} : { data: values.data }),
  quick: values.quick ?? false,
  log: (line: string) => console.error(`… ${line}`),
}
const parts: PartResult[] = []
for (const { name, run } of benchmark.parts.filter((part) => values.part?.includes(part.name) ?? true)) {
  const loadBefore = Number(loadavg()[0]!.toFixed(1))
  const rows = await run(options)
  for (const row of rows) print(row)
  parts.push({ part: name, loadBefore, rows })
  const result: BenchmarkResult = {
    benchmark: benchmark.name,
    machine: `${cpus()[0]?.model.trim() ?? process.arch}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.versions.node,
    rows: parts.flatMap((part) => part.rows),
    parts,
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)
  if (!values.quick) keepPart(result, parts.at(-1)!)
}
if (!values.quick) writePerformancePage(benchmarks)
process.exit(0)

function print(row: BenchmarkRow): void {
  const reached = reachedBar(row)
  const verdict = reached === undefined ? (row.value === null ? 'not measured' : 'measured') : reached ? 'reached' : 'MISSED'
  console.log(`${verdict.padEnd(12)} ${row.task}: ${row.value ?? '–'} ${row.unit}${row.bar === undefined ? '' : ` (bar ${row.bar})`}${row.quality ? `; ${row.quality}` : ''}${row.note ? `; ${row.note}` : ''}`)
}
