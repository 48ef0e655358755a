import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'

export interface RunningProcess {
  readonly child: ChildProcess
  /** The next line that it tells and that begins so. */
  line(beginning?: string): Promise<string>
  /** Resolves when it has ended by itself. */
  readonly ended: Promise<unknown>
  /** As the machine's out-of-memory killer would: no signal handler runs. */
  kill(): Promise<void>
}

/** Runs one of the scripts beside this file from source, as a process of its own. */
export function runProcess(script: string, ...args: string[]): RunningProcess {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@motadata/source', path, ...args], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    child,
    ended: exited,
    async line(beginning = '') {
      for (;;) {
        const { value, done } = (await lines.next()) as IteratorResult<string, undefined>
        if (done) throw new Error(`Expected ${script} to tell a line that begins with '${beginning}', but it ended.`)
        if (value.startsWith(beginning)) return value
      }
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
