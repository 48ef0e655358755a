import { type ArtifactOwner, type ArtifactStore, type RequestContext, throwIfEnded } from '@motadata/core'

export interface ArtifactSweepOptions {
  readonly artifacts: ArtifactStore
  /** Everybody who may need an artifact. */
  readonly owners: readonly ArtifactOwner[]
  /** Epoch milliseconds; what was put since then stays. */
  readonly beforeMs: number
  /** Whether only to tell what would be deleted. */
  readonly dryRun: boolean
}

/** What a sweep of one tenant's artifacts found. */
export interface ArtifactSweep {
  readonly kept: number
  readonly deleted: number
  readonly deletedBytes: number
}

const hashesAtOnce = 500

/**
 * Marks and sweeps one tenant's artifacts: those that are old and that no owner needs are deleted. Some at a time, so that between the asking
 * and the deleting there is little time, and memory stays flat; the store looks at the age again as it deletes, which spares what was put
 * again meanwhile. Killed at any moment it has deleted nothing that is needed, and the next one goes on.
 *
 * @throws MLError `CANCELLED`, `STORAGE_UNAVAILABLE`
 */
export async function sweepArtifacts(context: RequestContext, options: ArtifactSweepOptions): Promise<ArtifactSweep> {
  const { artifacts, beforeMs } = options
  const sum = { kept: 0, deleted: 0, deletedBytes: 0 }
  let old: Candidate[] = []
  const sweepOld = async (): Promise<void> => {
    for (const { deleted, sizeBytes } of await sweepSome(context, old, options)) {
      if (!deleted) sum.kept++
      else Object.assign(sum, { deleted: sum.deleted + 1, deletedBytes: sum.deletedBytes + sizeBytes })
    }
    old = []
  }
  for await (const { sha256, sizeBytes, modifiedAtMs } of artifacts.list(context.tenantId)) {
    if (modifiedAtMs >= beforeMs) sum.kept++
    else if (old.push({ sha256, sizeBytes }) === hashesAtOnce) await sweepOld()
  }
  if (old.length > 0) await sweepOld()
  return sum
}

interface Candidate {
  readonly sha256: string
  readonly sizeBytes: number
}

async function sweepSome(context: RequestContext, candidates: readonly Candidate[], options: ArtifactSweepOptions): Promise<readonly (Candidate & { readonly deleted: boolean })[]> {
  const { artifacts, owners, beforeMs, dryRun } = options
  const hashes = candidates.map(({ sha256 }) => sha256)
  const needed = await Promise.all(owners.map((owner) => owner.neededArtifacts(context, hashes, new Date(beforeMs))))
  const swept = []
  for (const candidate of candidates) {
    throwIfEnded(context, 0)
    const isNeeded = needed.some((hashesOfOwner) => hashesOfOwner.has(candidate.sha256))
    const deleted = !isNeeded && (dryRun || (await artifacts.deleteIfOlder(context.tenantId, candidate.sha256, beforeMs)))
    swept.push({ ...candidate, deleted })
  }
  return swept
}
