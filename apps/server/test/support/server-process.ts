import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

type App = 'server' | 'worker'

const workspace = fileURLToPath(new URL('../../../../', import.meta.url))
const fromSource = (app: App): string[] => ['--conditions=@motadata/source', '--import', 'tsx', `${workspace}apps/${app}/src/main.ts`]
const fromBuild = (app: App): string[] => [`${workspace}apps/${app}/dist/main.js`]

export interface ProcessOptions {
  readonly dataFolder: string
  readonly environment?: Readonly<Record<string, string>>
  /** Whether to start what was built, which is faster; default from source. */
  readonly built?: boolean
}

/** A process of ours that does its work. */
export interface AppProcess {
  /** All it has printed to standard output and error so far. */
  readonly output: { readonly standard: string; readonly error: string }
  /** kill -9: nothing of it runs any more when this resolves. */
  kill(): Promise<void>
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>
}

/** The server as a process of its own, listening. */
export interface ServerProcess extends AppProcess {
  readonly url: string
  /** The key that its first start showed; undefined after a later one. */
  readonly adminKey: string | undefined
}

/**
 * Starts the server on a free port.
 *
 * @throws Error with what it printed, when it ends before it listens
 */
export async function startServerProcess(options: ProcessOptions): Promise<ServerProcess> {
  const { child, app } = start('server', options)
  const [, url] = await printed(child, app.output, 'standard', /listens on (http:\S+)/)
  return { ...app, url: url!, adminKey: /admin API key +(\S+)/.exec(app.output.standard)?.[1] }
}

/**
 * Starts a worker; it takes jobs when this resolves.
 *
 * @throws Error with what it printed, when it ends before it does
 */
export async function startWorkerProcess(options: ProcessOptions): Promise<AppProcess> {
  const { child, app } = start('worker', { ...options, environment: { ...options.environment, LOG_LEVEL: 'info' } })
  await printed(child, app.output, 'error', /"worker started"/)
  return app
}

function start(name: App, { dataFolder, environment = {}, built = false }: ProcessOptions): { readonly child: ChildProcess; readonly app: AppProcess } {
  const child = spawn(process.execPath, built ? fromBuild(name) : fromSource(name), {
    cwd: workspace,
    env: { PATH: process.env['PATH'], PORT: '0', LOG_LEVEL: 'warn', DATA_FOLDER: dataFolder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { standard: '', error: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.standard += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.error += chunk.toString()))
  const ended = once(child, 'exit')
  const app: AppProcess = {
    output,
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
  return { child, app }
}

/** Processes from source start slowly on a busy machine, but not for ever: one that hangs would keep the tests from ending. */
const longestStartMs = 300_000

function printed(child: ChildProcess, output: AppProcess['output'], stream: 'standard' | 'error', pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), longestStartMs)
    const look = (): void => {
      const found = pattern.exec(output[stream])
      if (!found) return
      clearTimeout(timer)
      resolve(found)
    }
    for (const readable of [child.stdout, child.stderr]) readable?.on('data', look)
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`Expected the process to print ${pattern}, but it ended with ${code} within ${longestStartMs / 1_000} s.\n${output.standard}\n${output.error}`))
    })
  })
}
