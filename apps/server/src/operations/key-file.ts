import { join } from 'node:path'
import type { PlatformConfig } from '@motadata/worker/process'

/** Where the master keys lie, unless they come from the environment. */
export function keyFile({ DATA_FOLDER, MASTER_KEYS, MASTER_KEYS_FILE }: Pick<PlatformConfig, 'DATA_FOLDER' | 'MASTER_KEYS' | 'MASTER_KEYS_FILE'>): { readonly keyPath?: string } {
  return MASTER_KEYS === undefined ? { keyPath: MASTER_KEYS_FILE ?? join(DATA_FOLDER, 'keys/master-keys.json') } : {}
}
