import { runFleetRounds } from './fleet-rounds.js'
import { describeWithServices } from './support/services.js'

/** Each of the four once in every run of the tests; `KILL_ROUNDS=20` for many. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 4)

describeWithServices('two servers and two workers, one of which is killed again and again', { redis: true }, () => {
  it(`lose no acknowledged job, make one version a job, and fail no prediction but on broken connections, over ${rounds} kills`, async () => {
    const report = await runFleetRounds({ rounds, seed: Number(process.env['KILL_SEED'] ?? 7) })
    expect(report.faults).toEqual([])
    expect(report.kills).toHaveLength(rounds)
    expect(report.jobs).toBeGreaterThan(rounds)
    expect(report.versions).toBe(report.jobs)
    expect(report.predictions).toBeGreaterThan(100 * rounds)
  }, 180_000 + rounds * 60_000)
})
