import { parseArgs } from 'node:util'
import { describeSettings } from '@motadata/core'
import { platformSettings } from '@motadata/worker/process'
import { type OnceSurroundings, runOnce } from '../run-once.js'

export type Surroundings = OnceSurroundings<typeof platformSettings>

/** What a command takes: `--name VALUE` each. */
export interface CommandOption {
  /** What stands for the value in the help. */
  readonly value: string
  readonly meaning: string
  readonly isNeeded?: boolean
}

export interface Command {
  readonly meaning: string
  readonly options: Readonly<Record<string, CommandOption>>
  /** @param values - Of the options that were given; those that are needed are there. */
  readonly run: (values: Readonly<Record<string, string>>, surroundings: Surroundings) => Promise<void>
}

export interface CommandLine {
  readonly help: string
  readonly commands: Readonly<Record<string, Command>>
}

/** What a program of several commands was asked for, done when it ends. Exits with 1 when it failed, 2 for wrong arguments. */
export async function runCommands({ help, commands }: CommandLine): Promise<void> {
  const args = process.argv.slice(2)
  const usage = `${help}\n\n${describeCommands(commands)}\n\nSettings come from the environment:\n\n${describeSettings(platformSettings)}`
  if (args.includes('--help')) {
    console.log(usage)
    return
  }
  const asked = readCommand(args, commands)
  if (typeof asked === 'string') {
    console.error(`${asked} --help says more.`)
    process.exitCode = 2
    return
  }
  await runOnce(platformSettings, 'info', (surroundings) => asked.command.run(asked.values, surroundings))
}

/** What was asked for, or what is wrong with it. */
function readCommand(args: readonly string[], commands: CommandLine['commands']): { readonly command: Command; readonly values: Readonly<Record<string, string>> } | string {
  const [name = '', ...rest] = args
  if (!Object.hasOwn(commands, name)) return `Expected one of ${Object.keys(commands).join(', ')}, got ${name === '' ? 'nothing' : name}.`
  const command = commands[name]!
  const options = Object.fromEntries(Object.keys(command.options).map((option) => [option, { type: 'string' as const }]))
  try {
    const { values } = parseArgs({ args: rest, options })
    const missing = Object.entries(command.options).filter(([option, { isNeeded }]) => isNeeded && !values[option]).map(([option]) => `--${option}`)
    return missing.length > 0 ? `Expected ${name} with ${missing.join(' and ')}.` : { command, values: values as Readonly<Record<string, string>> }
  } catch (error) {
    return `Expected ${name} with its options only. ${error instanceof Error ? error.message : ''}`
  }
}

function describeCommands(commands: CommandLine['commands']): string {
  return Object.entries(commands).map(([name, { meaning, options }]) => {
    const lines = Object.entries(options).map(([option, { value, meaning: what, isNeeded }]) => `      --${option} ${value}`.padEnd(26) + `${what}${isNeeded ? '' : ' (may be left out)'}`)
    return [`  ${name.padEnd(10)} ${meaning}`, ...lines].join('\n')
  }).join('\n')
}
