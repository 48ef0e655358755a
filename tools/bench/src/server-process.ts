import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const root = resolve(import.meta.dirname, '../../..')
const builtServer = resolve(root, 'apps/server/dist/main.js')

export const notBuilt = 'the server is not built: npm run build'

/** Whether there is a built server to measure: what is published, not what the workspace runs from source. */
export const isServerBuilt = (): boolean => existsSync(builtServer)

export interface ServerProcess {
  readonly pid: number
  readonly url: string
  /** From the start of the process until /health/ready said yes. */
  readonly readyMs: number
  stop(): Promise<void>
}

/**
 * The built server as a process of its own, ready.
 *
 * @param settings - Environment variables beside the address and the data folder.
 */
export async function startServerProcess(dataFolder: string, settings: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const port = await freePort()
  const startedMs = performance.now()
  const child = spawn(process.execPath, [builtServer], {
    env: { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: String(port), DATA_FOLDER: dataFolder, LOG_LEVEL: 'warn', ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  await untilReady(`${url}/health/ready`, child)
  return { pid: child.pid!, url, readyMs: performance.now() - startedMs, stop: () => end(child) }
}

/** A bare node:http server that sends every body back: as fast as HTTP gets in one Node process. */
export async function startEchoProcess(): Promise<ServerProcess> {
  const port = await freePort()
  const startedMs = performance.now()
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'main-job/echo-server.mjs'), String(port)], { stdio: ['ignore', 'ignore', 'inherit'] })
  const url = `http://127.0.0.1:${port}`
  await untilReady(url, child)
  return { pid: child.pid!, url, readyMs: performance.now() - startedMs, stop: () => end(child) }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const giveUpMs = performance.now() + 60_000
  while (performance.now() < giveUpMs) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode} before it was ready.`)
    try {
      if ((await fetch(url)).ok) return
    } catch {
      // not listening yet
    }
    await pause(20)
  }
  throw new Error(`The server was not ready at ${url} within 60 s.`)
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve())
    child.kill('SIGTERM')
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
