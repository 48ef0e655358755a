import { runKillRounds } from './kill-rounds.js'

/** A few points in every run of the tests; `KILL_ROUNDS=20` for many. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 3)

describe('a server killed while it registers versions', () => {
  it(`leaves a folder that opens, no version without its artifact, and no job lost or done twice, at ${rounds} points`, async () => {
    const report = await runKillRounds({ rounds, seed: Number(process.env['KILL_SEED'] ?? 7), jobsPerRound: 1 })
    expect(report.faults).toEqual([])
    expect(report.killedAfterMs).toHaveLength(rounds)
    expect([report.jobs, report.versions]).toEqual([rounds + 1, rounds + 1])
  }, 120_000 + rounds * 60_000)
})
