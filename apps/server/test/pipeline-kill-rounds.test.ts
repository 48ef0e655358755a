import { runPipelineKillRounds } from './pipeline-kill-rounds.js'

/** A few points in every run of the tests; `KILL_ROUNDS=50` for many. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 3)

describe('a server killed while it runs a data pipeline', () => {
  it(`leaves every version whole, and no run's rows lost or appended twice, at ${rounds} points`, async () => {
    const report = await runPipelineKillRounds({ rounds, seed: Number(process.env['KILL_SEED'] ?? 7) })
    expect(report.faults).toEqual([])
    expect(report.killedAfterMs).toHaveLength(rounds)
    expect([report.runs, report.versions]).toEqual([rounds + 1, rounds + 1])
  }, 180_000 + rounds * 60_000)
})
