import type { Logger } from '@motadata/core'

export interface LogRecord {
  readonly level: keyof Logger
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

/** A logger that keeps what it is told, for looking at afterwards. */
export class CollectingLogger implements Logger {
  readonly records: LogRecord[] = []

  debug(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.records.push({ level: 'debug', fields, message })
  }

  info(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.records.push({ level: 'info', fields, message })
  }

  warn(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.records.push({ level: 'warn', fields, message })
  }

  error(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.records.push({ level: 'error', fields, message })
  }
}
