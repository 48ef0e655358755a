import { spawn } from 'node:child_process'
import { PlatformError } from '@motadata/core'
import type { SystemAccount } from './system-account.js'

export interface ProgramRun {
  readonly account: SystemAccount | undefined
  /** That the account may go to. */
  readonly folder: string
  /** For its standard input; default nothing. */
  readonly input?: string
}

/** Runs one of PostgreSQL's programs to its end, untouched by settings of the environment that are meant for clients; what it says is in English. */
export function runProgram(path: string, args: readonly string[], { account, folder, input = '' }: ProgramRun): Promise<{ readonly code: number | null; readonly output: string }> {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name)))
  const identity = account === undefined ? {} : { uid: account.uid, gid: account.gid }
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { cwd: folder, env: { ...environment, LC_ALL: 'C' }, ...identity, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', (cause) => {
      const who = account === undefined ? '' : ` as ${account.name}, who must be able to go through the folders above it and above ${folder}`
      reject(new PlatformError('STORAGE_UNAVAILABLE', `Expected to run ${path}${who}, got ${cause.message}.`, { cause }))
    })
    child.on('close', (code) => resolve({ code, output }))
    // a program that ends early closes its input, which its code and output tell better
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

/** What went wrong, as PostgreSQL tells it at the end of a log. */
export function lastWords(text: string): string {
  const lines = text.trim().split('\n').filter((line) => line.trim() !== '')
  const telling = lines.filter((line) => /FATAL|PANIC|ERROR|HINT|error:|error while|could not/.test(line))
  return (telling.length > 0 ? telling : lines).slice(-3).join(' · ')
}
