import { parseArgs } from 'node:util'
import { MLError, type TestSplit } from '@motadata/core'

export const help = `From tickets to a prediction over HTTP, with nothing installed.

  npm run quickstart                       on generated tickets
  npm run quickstart -- --data FILE --text COLUMN... --target COLUMN [options]

  --data FILE          CSV or NDJSON, plain or .gz
  --text COLUMN...     columns that hold text to learn from
  --target COLUMN      the column to predict
  --test RULE          rows to measure on, such as 'row_id % 5 == 0'
  --test-share SHARE   or a share of the rows, drawn by the seed (default 0.2)
  --rows N             how many tickets to generate when there is no --data (default 4000)
  --seed N             default 1
  --json               one JSON object as the last line; everything else goes to stderr
  --help               this text`

export interface QuickstartOptions {
  /** Undefined: generated tickets. */
  readonly source?: { readonly file: string; readonly text: readonly string[]; readonly target: string }
  readonly test: TestSplit
  readonly rows: number
  readonly seed: number
  readonly json: boolean
}

/**
 * Reads the command line; undefined when help was asked for.
 *
 * @throws MLError `CONFIGURATION_INVALID` saying what is wrong with which option
 */
export function readCommandLine(args: readonly string[]): QuickstartOptions | undefined {
  const { values } = parse(repeatTextOption(args))
  if (values.help) return undefined
  const text = values.text ?? []
  if (values.data === undefined && (text.length > 0 || values.target !== undefined)) {
    throw invalid('Expected --data FILE together with --text and --target, got no --data.')
  }
  if (values.data !== undefined && (text.length === 0 || values.target === undefined)) {
    throw invalid('Expected --text COLUMN... and --target COLUMN together with --data, got only some of them.')
  }
  if (values.test !== undefined && values['test-share'] !== undefined) {
    throw invalid('Expected --test or --test-share, got both.')
  }
  return {
    ...(values.data === undefined ? {} : { source: { file: values.data, text, target: values.target! } }),
    test: values.test === undefined ? { kind: 'share', share: share(values['test-share'] ?? '0.2') } : { kind: 'rule', rule: values.test },
    rows: wholeNumber('--rows', values.rows ?? '4000', 200, 200_000),
    seed: wholeNumber('--seed', values.seed ?? '1', 0, Number.MAX_SAFE_INTEGER),
    json: values.json ?? false,
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        data: { type: 'string' },
        text: { type: 'string', multiple: true },
        target: { type: 'string' },
        test: { type: 'string' },
        'test-share': { type: 'string' },
        rows: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw invalid((error as Error).message)
  }
}

/** `--text a b` becomes `--text a --text b`, as the standard parser takes it. */
function repeatTextOption(args: readonly string[]): string[] {
  const result: string[] = []
  let inText = false
  for (const [index, argument] of args.entries()) {
    const isOption = argument.startsWith('--')
    if (!isOption && inText && args[index - 1] !== '--text') result.push('--text')
    result.push(argument)
    if (isOption) inText = argument === '--text'
  }
  return result
}

function share(text: string): number {
  const value = Number(text)
  if (value > 0 && value < 1) return value
  throw invalid(`Expected --test-share to lie between 0 and 1, such as 0.2, got ${text}.`)
}

function wholeNumber(option: string, text: string, minimum: number, maximum: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return value
  throw invalid(`Expected ${option} to be a whole number from ${minimum} to ${maximum}, got ${text}.`)
}

function invalid(message: string): MLError {
  return new MLError('CONFIGURATION_INVALID', `${message} See --help.`)
}
