import { inspect } from 'node:util'
import { isMLError, type Platform, type SettingValues } from '@motadata/core'
import {
  createLog, maskSecrets, openConfiguredPlatform, type OpenConfiguredPlatformOptions, platformFaults, type platformSettings, readConfig, retryWhileUnavailable, secretsIn,
} from '@motadata/worker/process'

/** What a program finds that does one thing with the platform and ends. */
export interface OnceSurroundings<Declared extends typeof platformSettings> {
  readonly config: SettingValues<Declared>
  /** Opens the platform that the settings name, once its database answers; who opens it closes it. */
  readonly open: (options?: OpenOptions) => Promise<Platform>
  /** A line for the person who asked, on standard output. */
  readonly print: (line: string) => void
}

export interface OpenOptions extends Pick<OpenConfiguredPlatformOptions, 'forRestore'> {
  /** Default those that the settings name. */
  readonly masterKeys?: readonly Uint8Array[]
}

/** Does one thing with the settings of the environment, and ends the process: with 0, or 1 when it failed, which it says without secrets. */
export async function runOnce<Declared extends typeof platformSettings>(
  settings: Declared, level: 'info' | 'warn', run: (surroundings: OnceSurroundings<Declared>) => Promise<void>,
): Promise<never> {
  const secrets = secretsIn(process.env, settings)
  try {
    const config = readConfig(settings, process.env, platformFaults)
    const logger = createLog({ level, secrets })
    const open = ({ masterKeys, ...options }: OpenOptions = {}): Promise<Platform> => {
      const chosen = masterKeys ? { ...config, MASTER_KEYS: masterKeys } : config
      return retryWhileUnavailable(() => openConfiguredPlatform(chosen, { logger, ...options }), { logger })
    }
    await run({ config, open, print: (line) => console.log(line) })
  } catch (error) {
    console.error(maskSecrets(secrets)(isMLError(error) ? `${error.code}: ${error.message}` : inspect(error)))
    process.exit(1)
  }
  process.exit(0)
}
