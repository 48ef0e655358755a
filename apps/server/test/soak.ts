import { parseArgs } from 'node:util'
import { runKillRounds } from './kill-rounds.js'

const help = `Kills the server with SIGKILL again and again while it trains and registers, and looks for what was lost or doubled.

  npm run soak -- [--rounds N] [--seed S] [--built]

  --rounds N  how many kills, each at a point of its own (default 20)
  --seed S    draws the points (default 1)
  --built     kill what npm run build made, which starts faster; default from source`

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' }, built: { type: 'boolean', default: false }, help: { type: 'boolean' } },
})
const rounds = Number(values.rounds)
const seed = Number(values.seed)
if (values.help || !Number.isSafeInteger(rounds) || rounds < 1 || !Number.isSafeInteger(seed) || seed < 0) {
  console.log(help)
  process.exit(values.help ? 0 : 2)
}

const report = await runKillRounds({ rounds, seed, built: values.built, report: (line) => console.log(line) })
console.log(`${rounds} kills, ${report.jobs} jobs, ${report.versions} versions, ${report.faults.length} faults`)
for (const fault of report.faults) console.error(fault)
process.exit(report.faults.length > 0 ? 1 : 0)
