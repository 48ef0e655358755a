import { parseArgs } from 'node:util'
import { runFleetRounds } from './fleet-rounds.js'
import { runKillRounds } from './kill-rounds.js'
import { runPipelineKillRounds } from './pipeline-kill-rounds.js'

const help = `Kills processes with SIGKILL again and again under load, and looks for what was lost or doubled.

  npm run soak -- [embedded | fleet | pipelines] [--rounds N] [--seed S] [--built]

  embedded    the server with the embedded database, while it trains and registers
  fleet       one of two servers and two workers on PostgreSQL and Redis at 127.0.0.1, under trainings and predictions
              (default these two, one after the other)
  pipelines   the server with the embedded database, while it runs a data pipeline that appends
  --rounds N  how many kills, each at a point of its own (default 20)
  --seed S    draws the points (default 1)
  --built     kill what npm run build made, which starts faster; default from source`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' }, built: { type: 'boolean', default: false }, help: { type: 'boolean' } },
})
const rounds = Number(values.rounds)
const seed = Number(values.seed)
const [name = 'both', ...others] = positionals
const isGood = Number.isSafeInteger(rounds) && rounds > 0 && Number.isSafeInteger(seed) && seed >= 0 && ['embedded', 'fleet', 'pipelines', 'both'].includes(name) && others.length === 0
if (values.help || !isGood) {
  console.log(help)
  process.exit(values.help ? 0 : 2)
}

const options = { rounds, seed, built: values.built, report: (line: string) => console.log(line) }
const faults: string[] = []
if (name === 'embedded' || name === 'both') {
  const report = await runKillRounds(options)
  console.log(`embedded: ${rounds} kills, ${report.jobs} jobs, ${report.versions} versions, ${report.faults.length} faults`)
  faults.push(...report.faults)
}
if (name === 'fleet' || name === 'both') {
  const report = await runFleetRounds(options)
  console.log(
    `fleet: ${rounds} kills, ${report.jobs} jobs, ${report.repeated} of them repeated, ${report.versions} versions, ` +
      `${report.predictions} predictions, ${report.broken} on connections that broke, ${report.faults.length} faults`,
  )
  faults.push(...report.faults)
}
if (name === 'pipelines') {
  const report = await runPipelineKillRounds(options)
  console.log(`pipelines: ${rounds} kills, ${report.runs} runs, ${report.versions} versions, ${report.faults.length} faults`)
  faults.push(...report.faults)
}
for (const fault of faults) console.error(fault)
process.exit(faults.length > 0 ? 1 : 0)
