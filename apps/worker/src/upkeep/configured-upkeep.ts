import { type Access, platformTenantId } from '@motadata/access'
import { parseTenantId, type Platform, platformContext, type TenantId } from '@motadata/core'
import { DataManager, DataPipeline } from '@motadata/data-management'
import type { MLSystem } from '@motadata/ml-framework'
import { artifactOwners } from '../erasure/configured-erasables.js'
import { Upkeep } from './upkeep.js'
import type { UpkeepConfig } from './upkeep-settings.js'

const hourMs = 3_600_000

interface Kept {
  readonly platform: Platform
  readonly access: Access
  readonly system: MLSystem
}

/**
 * The upkeep of everything that our packages keep.
 *
 * @throws MLError `MIGRATION_FAILED`
 */
export async function openConfiguredUpkeep(config: UpkeepConfig, { platform, access, system }: Kept): Promise<Upkeep> {
  const datasets = await DataManager.open(platform)
  const pipelines = await DataPipeline.open(platform)
  return new Upkeep({
    platform,
    tenants: () => allTenants(access),
    // an erasure asks the owners without pipelines: what their cache keeps of a person is needed by nobody, and made anew
    owners: [...artifactOwners({ platform, system, datasets }), pipelines],
    artifactGraceMs: config.ARTIFACT_GRACE_HOURS * hourMs,
    jobRetentionMs: config.JOB_RETENTION_DAYS * 24 * hourMs,
  })
}

async function* allTenants(access: Access): AsyncIterable<TenantId> {
  yield platformTenantId
  const context = platformContext(platformTenantId, 'upkeep')
  let pageToken: string | undefined
  do {
    const page = await access.tenants.list(context, pageToken === undefined ? {} : { pageToken })
    for (const { id } of page.tenants) yield parseTenantId(id)
    pageToken = page.nextPageToken
  } while (pageToken !== undefined)
}
