import { resolve } from 'node:path'
import { inspect, parseArgs } from 'node:util'
import { describeSettings, isMLError, type Platform } from '@motadata/core'
import {
  createLog, maskSecrets, openConfiguredPlatform, platformFaults, type PlatformConfig, platformSettings, readConfig, retryWhileUnavailable, secretsIn, type UpkeepConfig,
  upkeepSettings,
} from '@motadata/worker/process'

const settings = { ...platformSettings, ...upkeepSettings }

export interface Operation {
  readonly help: string
  /** A folder, `--name FOLDER`; default none. */
  readonly argument?: { readonly name: string; readonly meaning: string }
  /** What may be said without a value, `--name`; default nothing. */
  readonly flag?: { readonly name: string; readonly meaning: string }
  readonly run: (surroundings: {
    /** What the argument names; empty where there is none. */
    readonly folder: string
    /** Whether the flag was said. */
    readonly flagged: boolean
    readonly config: PlatformConfig & UpkeepConfig
    /** Opens the platform that the settings name, once its database answers; who opens it closes it. */
    readonly open: (options?: OpenOptions) => Promise<Platform>
    /** A line for the person who watches. */
    readonly print: (line: string) => void
  }) => Promise<void>
}

export interface OpenOptions {
  /** Default those that the settings name. */
  readonly masterKeys?: readonly Uint8Array[]
  /** Opens also what holds only a part of a backup. */
  readonly forRestore?: boolean
}

/** An operation from the command line: done when it ends. Exits with 1 when it failed, 2 for wrong arguments. */
export async function runOperation({ help, argument, flag, run }: Operation): Promise<void> {
  const listed = [...(argument ? [`--${argument.name} FOLDER  ${argument.meaning}`] : []), ...(flag ? [`--${flag.name}  ${flag.meaning}`] : [])]
  const usage = `${help}${listed.map((line, index) => `${index === 0 ? '\n' : ''}\n  ${line}`).join('')}\n\nSettings come from the environment:\n\n${describeSettings(settings)}`
  const given = readArguments(argument?.name, flag?.name)
  if (given === 'help') {
    console.log(usage)
    return
  }
  if (given === 'wrong') {
    console.error(`Expected ${argument ? `--${argument.name} FOLDER, ${argument.meaning}, and ` : ''}no arguments but ${flag ? `--${flag.name} and ` : ''}--help.\n\n${usage}`)
    process.exitCode = 2
    return
  }
  const secrets = secretsIn(process.env, settings)
  try {
    const config = readConfig(settings, process.env, platformFaults)
    const logger = createLog({ level: 'warn', secrets })
    const open = ({ masterKeys, forRestore = false }: OpenOptions = {}): Promise<Platform> => {
      const chosen = masterKeys ? { ...config, MASTER_KEYS: masterKeys } : config
      return retryWhileUnavailable(() => openConfiguredPlatform(chosen, { logger, forRestore }), { logger })
    }
    await run({ ...given, config, open, print: (line) => console.log(line) })
  } catch (error) {
    console.error(maskSecrets(secrets)(isMLError(error) ? `${error.code}: ${error.message}` : inspect(error)))
    process.exit(1)
  }
  process.exit(0)
}

interface Given {
  /** Empty where none is asked for. */
  readonly folder: string
  readonly flagged: boolean
}

function readArguments(argument: string | undefined, flag: string | undefined): Given | 'help' | 'wrong' {
  try {
    const options = { ...(argument === undefined ? {} : { [argument]: { type: 'string' as const } }), ...(flag === undefined ? {} : { [flag]: { type: 'boolean' as const } }) }
    const values: Readonly<Record<string, unknown>> = parseArgs({ options: { ...options, help: { type: 'boolean' } } }).values
    if (values['help']) return 'help'
    const flagged = flag !== undefined && values[flag] === true
    if (argument === undefined) return { folder: '', flagged }
    const folder = values[argument]
    return typeof folder === 'string' && folder !== '' ? { folder: resolve(folder), flagged } : 'wrong'
  } catch {
    return 'wrong'
  }
}
