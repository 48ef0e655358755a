import { join } from 'node:path'
import { loadMasterKeys } from '../filesystem/master-key-file.js'

export interface OpenedMasterKeys {
  /** 32 bytes each, the current one first. */
  readonly masterKeys: readonly Uint8Array[]
  /** Where they come from, for messages. */
  readonly from: string
}

/** The master keys that a platform was given, or those of its data folder. */
export async function openMasterKeys(given: readonly Uint8Array[] | undefined, folder: string, options: { readonly mayCreate: boolean }): Promise<OpenedMasterKeys> {
  if (given) return { masterKeys: given, from: "the option 'masterKeys'" }
  const path = join(folder, 'keys', 'master-keys.json')
  return { masterKeys: await loadMasterKeys(path, options), from: path }
}
