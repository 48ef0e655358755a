import { resolve } from 'node:path'
import { inspect, parseArgs } from 'node:util'
import { describeSettings, isMLError, type Platform } from '@motadata/core'
import { createLog, openConfiguredPlatform, platformFaults, type PlatformConfig, platformSettings, readConfig } from '@motadata/worker/process'

export interface Operation {
  readonly help: string
  /** The one argument there is, `--name FOLDER`. */
  readonly argument: { readonly name: string; readonly meaning: string }
  readonly run: (surroundings: {
    readonly folder: string
    readonly config: PlatformConfig
    /** Opens the platform that the settings name; who opens it closes it. */
    readonly open: () => Promise<Platform>
    /** A line for the person who watches. */
    readonly print: (line: string) => void
  }) => Promise<void>
}

/** An operation from the command line: done when it ends. Exits with 1 when it failed, 2 for wrong arguments. */
export async function runOperation({ help, argument, run }: Operation): Promise<void> {
  const usage = `${help}\n\n  --${argument.name} FOLDER  ${argument.meaning}\n\nSettings come from the environment:\n\n${describeSettings(platformSettings)}`
  const folder = readFolder(argument.name)
  if (folder === 'help') {
    console.log(usage)
    return
  }
  if (folder === undefined) {
    console.error(`Expected --${argument.name} FOLDER, ${argument.meaning}, and nothing else.\n\n${usage}`)
    process.exitCode = 2
    return
  }
  try {
    const config = readConfig(platformSettings, process.env, platformFaults)
    const secrets = Object.entries(platformSettings).flatMap(([name, setting]) => ('secret' in setting && setting.secret ? process.env[name] ?? [] : []))
    const logger = createLog({ level: 'warn', secrets })
    await run({ folder: resolve(folder), config, open: () => openConfiguredPlatform(config, { logger }), print: (line) => console.log(line) })
  } catch (error) {
    console.error(isMLError(error) ? `${error.code}: ${error.message}` : error instanceof Error ? error.message : inspect(error))
    process.exit(1)
  }
  process.exit(0)
}

function readFolder(name: string): string | 'help' | undefined {
  try {
    const { values } = parseArgs({ options: { [name]: { type: 'string' }, help: { type: 'boolean' } } })
    return values['help'] === true ? 'help' : (values[name] as string | undefined)
  } catch {
    return undefined
  }
}
