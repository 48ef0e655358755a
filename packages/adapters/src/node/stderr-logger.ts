import type { Logger } from '@motadata/core'

const levels = ['debug', 'info', 'warn', 'error'] as const
type Level = (typeof levels)[number]

export interface StderrLoggerOptions {
  /** What is less than this is dropped; default `warn`. */
  readonly level?: Level
  /** Where a line goes; default the process's standard error. */
  readonly write?: (line: string) => void
}

/**
 * A JSON line per record on standard error: `{ time, level, message, … }`, errors with name, code, message and stack.
 *
 * @example
 * createStderrLogger({ level: 'info' }).info({ port: 8080 }, 'listening')
 */
export function createStderrLogger(options: StderrLoggerOptions = {}): Logger {
  const lowest = levels.indexOf(options.level ?? 'warn')
  const write = options.write ?? ((line: string) => void process.stderr.write(line))
  const at = (level: Level) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    if (levels.indexOf(level) >= lowest) write(`${stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`)
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** A logger that drops everything. */
export const silentLogger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

function stringify(record: Record<string, unknown>): string {
  const above: object[] = []
  return JSON.stringify(record, function (this: object, _key, value: unknown) {
    if (typeof value === 'bigint') return value.toString()
    if (typeof value !== 'object' || value === null) return value
    while (above.length > 0 && above.at(-1) !== this) above.pop()
    if (above.includes(value)) return '[circular]'
    above.push(value)
    return value instanceof Error ? describeError(value) : value
  })
}

function describeError(error: Error): Record<string, unknown> {
  const { name, message, stack, cause } = error
  return { name, message, ...('code' in error ? { code: error.code } : {}), stack, ...(cause === undefined ? {} : { cause }) }
}
