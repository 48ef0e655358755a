import { Access } from '@motadata/access'
import type { Platform } from '@motadata/core'
import { DataManager } from '@motadata/data-management'
import { MLSystem } from '@motadata/ml-framework'

/**
 * Brings the tables of every package to this release's version; the platform has done so with the queue's when it opened. Many may ask
 * at once: a lock lets one of them do it.
 *
 * @throws MLError `MIGRATION_FAILED`, also when the tables are of a newer release
 */
export async function migrate(platform: Platform): Promise<void> {
  await Access.open(platform)
  await MLSystem.open(platform)
  await DataManager.open(platform)
}
