import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const fromSource = ['--conditions=@motadata/source', '--import', 'tsx', fileURLToPath(new URL('../../src/main.ts', import.meta.url))]
const fromBuild = [fileURLToPath(new URL('../../dist/main.js', import.meta.url))]
const workspace = fileURLToPath(new URL('../../../../', import.meta.url))

export interface ServerProcessOptions {
  readonly dataFolder: string
  readonly environment?: Readonly<Record<string, string>>
  /** Whether to start what was built, which is faster; default from source. */
  readonly built?: boolean
}

/** The server as a process of its own, listening. */
export interface ServerProcess {
  readonly url: string
  /** All it has printed to standard output and error so far. */
  readonly output: { readonly standard: string; readonly error: string }
  /** The key that its first start showed; undefined after a later one. */
  readonly adminKey: string | undefined
  /** kill -9: nothing of it runs any more when this resolves. */
  kill(): Promise<void>
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>
}

/**
 * Starts the server on a free port.
 *
 * @throws Error with what it printed, when it ends before it listens
 */
export async function startServerProcess({ dataFolder, environment = {}, built = false }: ServerProcessOptions): Promise<ServerProcess> {
  const child = spawn(process.execPath, built ? fromBuild : fromSource, {
    cwd: workspace,
    env: { PATH: process.env['PATH'], PORT: '0', LOG_LEVEL: 'warn', DATA_FOLDER: dataFolder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { standard: '', error: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.standard += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.error += chunk.toString()))
  const ended = once(child, 'exit')
  const url = await listening(child, output)
  return {
    url,
    output,
    adminKey: /admin API key +(\S+)/.exec(output.standard)?.[1],
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.kill('SIGTERM')
      const [code] = (await ended) as [number | null]
      return code
    },
  }
}

function listening(child: ChildProcess, output: ServerProcess['output']): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => {
      const url = /listens on (http:\S+)/.exec(output.standard)?.[1]
      if (url) resolve(url)
    })
    child.once('exit', (code) => reject(new Error(`Expected the server to listen, but it ended with ${code}.\n${output.standard}\n${output.error}`)))
  })
}
