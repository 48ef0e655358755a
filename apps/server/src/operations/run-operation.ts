import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { describeSettings } from '@motadata/core'
import { platformSettings, upkeepSettings } from '@motadata/worker/process'
import { type OnceSurroundings, runOnce } from '../run-once.js'

const settings = { ...platformSettings, ...upkeepSettings }

export interface Operation {
  readonly help: string
  /** A folder, `--name FOLDER`; default none. */
  readonly argument?: { readonly name: string; readonly meaning: string }
  /** What may be said without a value, `--name`; default nothing. */
  readonly flag?: { readonly name: string; readonly meaning: string }
  readonly run: (surroundings: Given & OnceSurroundings<typeof settings>) => Promise<void>
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
  await runOnce(settings, 'warn', (surroundings) => run({ ...given, ...surroundings }))
}

interface Given {
  /** What the argument names; empty where there is none. */
  readonly folder: string
  /** Whether the flag was said. */
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
