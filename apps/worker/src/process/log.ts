import { createStderrLogger } from '@motadata/adapters'
import type { Logger } from '@motadata/core'
import { maskSecrets } from './mask-secrets.js'

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  /** Never written, whoever quotes them. */
  readonly secrets: readonly string[]
  /** Where a line goes; default the process's standard error. */
  readonly write?: (line: string) => void
}

/** The log of a process of ours: JSON lines on standard error, out before the process is, without secrets. */
export function createLog({ level, secrets, write = (line) => void process.stderr.write(line) }: LogOptions): Logger {
  const mask = maskSecrets(secrets)
  return createStderrLogger({ level, write: (line) => write(mask(line)) })
}
