import { resolve } from 'node:path'
import { inspect, parseArgs } from 'node:util'
import { describeSettings, isMLError, type Platform } from '@motadata/core'
import {
  createLog, maskSecrets, openConfiguredPlatform, platformFaults, type PlatformConfig, platformSettings, readConfig, retryWhileUnavailable, secretsIn,
} from '@motadata/worker/process'

export interface Operation {
  readonly help: string
  /** The one argument there is, `--name FOLDER`; default none. */
  readonly argument?: { readonly name: string; readonly meaning: string }
  readonly run: (surroundings: {
    /** What the argument names; empty where there is none. */
    readonly folder: string
    readonly config: PlatformConfig
    /** Opens the platform that the settings name, once its database answers; who opens it closes it. */
    readonly open: () => Promise<Platform>
    /** A line for the person who watches. */
    readonly print: (line: string) => void
  }) => Promise<void>
}

/** An operation from the command line: done when it ends. Exits with 1 when it failed, 2 for wrong arguments. */
export async function runOperation({ help, argument, run }: Operation): Promise<void> {
  const usage = `${help}${argument ? `\n\n  --${argument.name} FOLDER  ${argument.meaning}` : ''}\n\nSettings come from the environment:\n\n${describeSettings(platformSettings)}`
  const folder = readArguments(argument?.name)
  if (folder === 'help') {
    console.log(usage)
    return
  }
  if (folder === 'wrong') {
    console.error(`Expected ${argument ? `--${argument.name} FOLDER, ${argument.meaning}, and nothing else` : 'no arguments but --help'}.\n\n${usage}`)
    process.exitCode = 2
    return
  }
  const secrets = secretsIn(process.env, platformSettings)
  try {
    const config = readConfig(platformSettings, process.env, platformFaults)
    const logger = createLog({ level: 'warn', secrets })
    const open = (): Promise<Platform> => retryWhileUnavailable(() => openConfiguredPlatform(config, { logger }), { logger })
    await run({ folder, config, open, print: (line) => console.log(line) })
  } catch (error) {
    console.error(maskSecrets(secrets)(isMLError(error) ? `${error.code}: ${error.message}` : inspect(error)))
    process.exit(1)
  }
  process.exit(0)
}

/** The folder; an empty text where none is asked for. */
function readArguments(name: string | undefined): string {
  try {
    const { values } = parseArgs({ options: { ...(name === undefined ? {} : { [name]: { type: 'string' as const } }), help: { type: 'boolean' } } })
    if (values.help) return 'help'
    if (name === undefined) return ''
    const folder = (values as Readonly<Record<string, unknown>>)[name]
    return typeof folder === 'string' && folder !== '' ? resolve(folder) : 'wrong'
  } catch {
    return 'wrong'
  }
}
