import type { Erasable, Platform } from '@motadata/core'
import { createCacheErasable } from './cache-erasable.js'
import { createJobsErasable } from './jobs-erasable.js'
import { createOnlineValuesErasable } from './online-values-erasable.js'

/**
 * The owners of what a platform's ports keep beside the packages' own tables and artifacts: jobs, online values, the cache. To be called in this
 * order, so that no job brings back what is erased.
 *
 * @example
 * const owners = [...platformErasables(platform), datasets, system.registry]
 */
export function platformErasables({ jobs, onlineStore, cache }: Pick<Platform, 'jobs' | 'onlineStore' | 'cache'>): readonly Erasable[] {
  return [createJobsErasable(jobs), createOnlineValuesErasable(onlineStore), createCacheErasable(cache)]
}
