import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { PlatformError } from '@motadata/core'
import type { PlatformConfig } from '@motadata/worker/process'

/**
 * For what works on what is there, and must not make an empty folder because its name was misspelt.
 *
 * @throws PlatformError `CONFIGURATION_INVALID`
 */
export function expectData({ DATABASE_URL, DATA_FOLDER }: Pick<PlatformConfig, 'DATABASE_URL' | 'DATA_FOLDER'>): void {
  if (DATABASE_URL !== undefined || existsSync(DATA_FOLDER)) return
  throw new PlatformError('CONFIGURATION_INVALID', `Expected a data folder at ${resolve(DATA_FOLDER)}, got none. Set DATA_FOLDER or DATABASE_URL.`)
}
