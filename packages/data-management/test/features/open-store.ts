import { openPlatform, silentLogger } from '@motadata/adapters'
import type { Clock, OnlineStore, Platform } from '@motadata/core'
import { FixedClock } from '@motadata/testing'
import { MemoryOnlineStore } from '@motadata/adapters'
import { DataManager, FeatureStore, type FeatureStoreOptions } from '../../src/index.js'

export interface OpenedStore {
  readonly platform: Platform & { readonly clock: FixedClock }
  readonly datasets: DataManager
  readonly features: FeatureStore
  /** Another store on the same platform, as a process started anew has one; with other parts where they are given. */
  reopen(parts?: { readonly onlineStore?: OnlineStore; readonly database?: Platform['database'] }): Promise<FeatureStore>
}

/** A feature store on a platform in memory, at a standing clock. */
export async function openStore(options: FeatureStoreOptions = {}): Promise<OpenedStore> {
  const clock = new FixedClock(Date.UTC(2026, 5, 1))
  const opened = await openPlatform({ inMemory: true, logger: silentLogger })
  const onlineStore = new MemoryOnlineStore({ maxBytes: 64 * 1024 * 1024, clock: clock as Clock })
  const platform = { ...opened, clock, onlineStore, close: () => opened.close() }
  const datasets = await DataManager.open(platform)
  return {
    platform, datasets,
    features: await FeatureStore.open(platform, { ...options, datasets }),
    reopen: (parts = {}) => FeatureStore.open({ ...platform, ...parts }, options),
  }
}
