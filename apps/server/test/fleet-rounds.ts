import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createRandom } from '@motadata/core'
import { FleetLoad, type LoadReport } from './support/fleet-load.js'
import { Fleet } from './support/fleet.js'
import { createTestDatabase } from './support/services.js'

export interface FleetRoundsOptions {
  readonly rounds: number
  readonly seed: number
  /** Whether to run what was built, which starts faster; default from source. */
  readonly built?: boolean
  /** Told of each round; default nobody. */
  readonly report?: (line: string) => void
}

export interface FleetRoundsReport extends LoadReport {
  /** What was killed in each round, and when in it. */
  readonly kills: readonly { readonly name: string; readonly afterMs: number }[]
}

/** Within these a round's kill falls: a training of the load takes some hundred milliseconds to some seconds. */
const longestMs = 4_000

/**
 * Two servers and two workers on PostgreSQL and Redis behind a load balancer, under predictions and trainings of several tenants. Each round
 * kills one of the four with SIGKILL at a seeded point and starts another in its place, while the load goes on. In the end every acknowledged
 * job must have succeeded and made exactly one version, and no prediction may have failed but on a connection that a killed server held.
 */
export async function runFleetRounds(options: FleetRoundsOptions): Promise<FleetRoundsReport> {
  const { rounds, seed, built = false, report = () => undefined } = options
  const random = createRandom(seed)
  const database = await createTestDatabase()
  const dataFolder = await mkdtemp(join(tmpdir(), 'motadata-fleet-'))
  const fleet = new Fleet({ database, dataFolder, built })
  try {
    await fleet.start()
    const load = await FleetLoad.start({ url: fleet.url, operatorKey: fleet.operatorKey, wasKilled: (url) => fleet.wasKilled(url) })
    const kills: { name: string; afterMs: number }[] = []
    let order: string[] = []
    for (let round = 0; round < rounds; round++) {
      // all four in turn, in an order that is drawn anew each time
      if (order.length === 0) order = random.shuffle([...fleet.names])
      const name = order.pop()!
      const afterMs = Math.round(random.next() * longestMs)
      await pause(afterMs)
      await fleet.replace(name)
      kills.push({ name, afterMs })
      report(`round ${round + 1} of ${rounds}: killed ${name} after ${afterMs} ms; ${load.progress}`)
    }
    return { kills, ...(await load.end()) }
  } finally {
    await fleet.kill()
    await database.drop()
    await rm(dataFolder, { recursive: true, force: true })
  }
}
