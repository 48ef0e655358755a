import { type ArtifactOwner, type Platform, platformContext, type TenantId } from '@motadata/core'
import { sql } from 'kysely'
import { sweepArtifacts } from './sweep-artifacts.js'

export interface UpkeepOptions {
  readonly platform: Pick<Platform, 'artifacts' | 'clock' | 'database' | 'ids' | 'jobs'>
  /** All there are, the platform's own too. */
  readonly tenants: () => AsyncIterable<TenantId>
  /** Every package that puts artifacts: what none of them needs is deleted. */
  readonly owners: readonly ArtifactOwner[]
  /** An artifact is spared for so long after it was put, or after the last job that needed it ended. Must be longer than a backup takes. */
  readonly artifactGraceMs: number
  /** A job is remembered for so long after it ended. */
  readonly jobRetentionMs: number
}

export interface UpkeepRun {
  /** Whether only to tell what would be done; default no. */
  readonly dryRun?: boolean
  readonly signal?: AbortSignal
  /** Told of each tenant as it is done. */
  readonly onTenant?: (tenantId: TenantId, done: Omit<UpkeepReport, 'tenants'>) => Promise<void> | void
}

/** What was done, or would be. */
export interface UpkeepReport {
  readonly tenants: number
  readonly keptArtifacts: number
  readonly deletedArtifacts: number
  readonly deletedBytes: number
  readonly deletedJobs: number
}

/**
 * Clears away what nobody needs any more, tenant by tenant: artifacts that no owner needs, and jobs that ended long ago. Many may do so at
 * once, beside servers and workers; one that is cut off leaves the rest to the next.
 *
 * @example
 * const upkeep = new Upkeep({ platform, tenants, owners: [system.registry, createTrainingRowsOwner(platform.jobs)], artifactGraceMs: 86_400_000, jobRetentionMs: 30 * 86_400_000 })
 * const { deletedArtifacts, deletedBytes } = await upkeep.run({ dryRun: true })
 */
export class Upkeep {
  readonly #options: UpkeepOptions

  constructor(options: UpkeepOptions) {
    this.#options = options
  }

  /** @throws MLError `CANCELLED`, `STORAGE_UNAVAILABLE` */
  async run({ dryRun = false, signal, onTenant }: UpkeepRun = {}): Promise<UpkeepReport> {
    const { platform, owners, artifactGraceMs, jobRetentionMs } = this.#options
    const nowMs = await earliestNowMs(platform)
    const sum = { tenants: 0, keptArtifacts: 0, deletedArtifacts: 0, deletedBytes: 0, deletedJobs: 0 }
    for await (const tenantId of this.#options.tenants()) {
      const context = platformContext(tenantId, platform.ids.next(), signal)
      const { kept, deleted, deletedBytes } = await sweepArtifacts(context, { artifacts: platform.artifacts, owners, beforeMs: nowMs - artifactGraceMs, dryRun })
      const deletedJobs = await platform.jobs.deleteEnded(context, { before: new Date(nowMs - jobRetentionMs), dryRun })
      const done = { keptArtifacts: kept, deletedArtifacts: deleted, deletedBytes, deletedJobs }
      sum.tenants++
      for (const [name, count] of Object.entries(done)) sum[name as keyof typeof done] += count
      await onTenant?.(tenantId, done)
    }
    return sum
  }
}

/** By the earlier of this machine's and the database's clock: one that was set forward makes nothing old before its time. */
async function earliestNowMs({ clock, database }: UpkeepOptions['platform']): Promise<number> {
  const { rows } = await database.asSystem((transaction) => sql<{ now_ms: string }>`select extract(epoch from now()) * 1000 as now_ms`.execute(transaction))
  return Math.min(clock.nowMs(), Number(rows[0]!.now_ms))
}
