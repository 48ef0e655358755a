import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const workspace = fileURLToPath(new URL('../../../../', import.meta.url))

export interface EndedProgram {
  readonly code: number
  readonly standard: string
  readonly error: string
}

/** A program of the server, from source, once it has ended by itself. */
export function runProgram(name: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<EndedProgram> {
  return new Promise((resolve) => {
    const command = ['--conditions=@motadata/source', '--import', 'tsx', `${workspace}apps/server/src/${name}.ts`, ...args]
    execFile(process.execPath, command, { cwd: workspace, env: { PATH: process.env['PATH'], ...environment }, timeout: 60_000 }, (failure, standard, error) => {
      resolve({ code: failure ? Number(failure.code) : 0, standard, error })
    })
  })
}
