import { readFile } from 'node:fs/promises'
import type { ArtifactStore, TenantId } from '@motadata/core'
import type { StagedPart } from './write-parts.js'

export interface PartsKeeper {
  readonly artifacts: ArtifactStore
  readonly tenantId: TenantId
  /** Called after each part, with the share of them that are kept. */
  readonly onProgress?: (share: number) => void
  readonly throwIfEnded: () => void
}

/** Keeps parts as artifacts, one in memory at a time. */
export async function keepParts(parts: readonly StagedPart[], { artifacts, tenantId, onProgress, throwIfEnded }: PartsKeeper): Promise<void> {
  for (const [at, { path }] of parts.entries()) {
    throwIfEnded()
    await artifacts.put(tenantId, await readFile(path))
    onProgress?.((at + 1) / parts.length)
  }
}

/** Until something names the parts, a sweep may take them for unneeded: what is gone is kept again. */
export async function keepPartsAgain(parts: readonly StagedPart[], { artifacts, tenantId }: Pick<PartsKeeper, 'artifacts' | 'tenantId'>): Promise<void> {
  for (const { path, sha256 } of parts) if (!(await artifacts.has(tenantId, sha256))) await artifacts.put(tenantId, await readFile(path))
}
