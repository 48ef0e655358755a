import { parseArgs } from 'node:util'
import { MLError } from '@motadata/core'

export const help = `Will a ticket be solved in time? What its caller and its group did before tells more than the ticket alone.

  npm run quickstart:history                     on generated incidents
  npm run quickstart:history -- --data FILE      on incidents of ServiceNow

  --data FILE   CSV, plain or .gz, with the columns number, opened_at, caller_id, first_assignment_group, priority, category,
                made_sla, resolution_hours and close_hours; others are left alone
  --rows N      how many incidents to generate when there is no --data (default 6000)
  --seed N      default 1
  --json        one JSON object as the last line; everything else goes to stderr
  --help        this text`

export interface HistoryOptions {
  /** Undefined: generated incidents. */
  readonly file?: string
  readonly rows: number
  readonly seed: number
  readonly json: boolean
}

/**
 * Reads the command line; undefined when help was asked for.
 *
 * @throws MLError `CONFIGURATION_INVALID` saying what is wrong with which option
 */
export function readCommandLine(args: readonly string[]): HistoryOptions | undefined {
  const values = parse(args)
  if (values.help) return undefined
  return {
    ...(values.data === undefined ? {} : { file: values.data }),
    rows: wholeNumber('--rows', values.rows ?? '6000', 2_000, 200_000),
    seed: wholeNumber('--seed', values.seed ?? '1', 0, Number.MAX_SAFE_INTEGER),
    json: values.json ?? false,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, rows: { type: 'string' }, seed: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
    }).values
  } catch (error) {
    throw new MLError('CONFIGURATION_INVALID', `${(error as Error).message} See --help.`)
  }
}

function wholeNumber(option: string, text: string, minimum: number, maximum: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return value
  throw new MLError('CONFIGURATION_INVALID', `Expected ${option} to be a whole number from ${minimum} to ${maximum}, got ${text}. See --help.`)
}
