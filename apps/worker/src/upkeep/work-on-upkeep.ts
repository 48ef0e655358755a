import { platformTenantId } from '@motadata/access'
import { isMLError, type Job, type Platform, platformContext } from '@motadata/core'
import type { Upkeep, UpkeepReport } from './upkeep.js'

/** The kind of jobs that clear away what nobody needs; they belong to the platform's own tenant. */
export const upkeepJobKind = 'upkeep'

type Ports = Pick<Platform, 'jobs' | 'clock' | 'ids' | 'logger'>

/** Not at once: a process that just started has other things to do. */
const firstAfterMs = 60_000
const everyMs = 15 * 60_000

/**
 * Works on upkeep jobs until the queue stops, and asks for one a day. Every worker asks, and all of them together get one job, which is run
 * again elsewhere when its process dies.
 */
export async function workOnUpkeep(ports: Ports, upkeep: Upkeep): Promise<void> {
  await ports.jobs.work(upkeepJobKind, async (job): Promise<UpkeepReport> => {
    let tenants = 0
    const report = await upkeep.run({
      signal: job.signal,
      // how many there are is not known before the end
      onTenant: (tenantId) => job.reportProgress({ stage: `cleared ${tenantId}`, share: 1 - 1 / (++tenants + 1) }),
    })
    ports.logger.info({ ...report }, 'upkeep done')
    return report
  })
  askAgain(ports, firstAfterMs)
}

/** Asks for the upkeep of today, whose day is its idempotency key. */
export function askForUpkeep({ jobs, clock, ids }: Ports): Promise<Job> {
  const day = new Date(clock.nowMs()).toISOString().slice(0, 10)
  return jobs.enqueue(platformContext(platformTenantId, ids.next()), { kind: upkeepJobKind, payload: null, idempotencyKey: day })
}

function askAgain(ports: Ports, afterMs: number): void {
  const ask = async (): Promise<void> => {
    try {
      await askForUpkeep(ports)
    } catch (error) {
      if (isMLError(error, 'SERVER_CLOSING')) return
      ports.logger.warn({ error }, 'upkeep could not be asked for; trying again')
    }
    askAgain(ports, everyMs)
  }
  setTimeout(() => void ask(), afterMs).unref()
}
