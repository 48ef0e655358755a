import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from '@motadata/testing'
import { startServerProcess } from './support/server-process.js'

const command = ['--conditions=@motadata/source', '--import', 'tsx', fileURLToPath(new URL('../src/main.ts', import.meta.url))]
const workspace = fileURLToPath(new URL('../../../', import.meta.url))

/** Processes from source start slowly on a busy machine. */
const processTimeoutMs = 60_000
const testTimeoutMs = 2 * processTimeoutMs

interface Ended {
  readonly code: number
  readonly standard: string
  readonly error: string
}

/** The server as typed, once it has ended by itself. */
function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: workspace, env: { PATH: process.env['PATH'], PORT: '0', ...environment }, timeout: processTimeoutMs }
    execFile(process.execPath, [...command, ...args], options, (failure, standard, error) => {
      resolve({ code: failure ? Number(failure.code) : 0, standard, error })
    })
  })
}

describe('the server’s command line', () => {
  let folder: string
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'motadata-command-line-'))))
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('explains itself, refuses arguments it does not know, and names every malformed setting at once', async () => {
    const [help, unknown, malformed] = await Promise.all([
      run(['--help']), run(['--port', '80']), run([], { PORT: '80x', LOG_LEVEL: 'loud', METRICS_PUBLIC: 'yes', DATA_FOLDER: join(folder, 'malformed') }),
    ])
    expect(help).toMatchObject({ code: 0, standard: expect.stringContaining('DATA_FOLDER'), error: '' })
    expect(unknown).toMatchObject({ code: 2, standard: '', error: expect.stringContaining('got --port 80') })
    expect(malformed).toMatchObject({ code: 1, standard: '', error: expect.stringMatching(/PORT: expected.*LOG_LEVEL: expected.*METRICS_PUBLIC: expected/s) })
  }, testTimeoutMs)

  it('shows the first keys on standard output only, and says who holds its folder or its address', async () => {
    const server = await startServerProcess({ dataFolder: join(folder, 'held') })
    try {
      expect(server.output.standard).toMatch(/operator key +mk1\.platform\./)
      expect(server.adminKey).toMatch(/^mk1\.default\./)
      expect(server.output.error).not.toContain(server.adminKey)

      const [sameFolder, samePort] = await Promise.all([
        run([], { DATA_FOLDER: join(folder, 'held') }),
        run([], { DATA_FOLDER: join(folder, 'other'), PORT: new URL(server.url).port }),
      ])
      expect(sameFolder).toMatchObject({ code: 1, standard: '', error: expect.stringMatching(/STORAGE_LOCKED: .*process \d+/) })
      expect(samePort).toMatchObject({ code: 1, standard: '', error: expect.stringMatching(/CONFIGURATION_INVALID: .* in use/) })
      expect(sameFolder.error + samePort.error).not.toContain('    at ')
    } finally {
      await server.kill()
    }
  }, testTimeoutMs)

  it('ends on SIGTERM with 0, after the request that was under way', async () => {
    const server = await startServerProcess({ dataFolder: join(folder, 'other'), environment: { LOG_LEVEL: 'info' } })
    // the start before, which could not listen, made no keys that nobody saw
    expect(server.adminKey).toMatch(/^mk1\.default\./)
    const body = JSON.stringify({ name: 'asked for in time', role: 'viewer' })
    const asked = request(`${server.url}/v1/api-keys`, {
      method: 'POST',
      headers: { 'authorization': `Bearer ${server.adminKey}`, 'content-type': 'application/json', 'content-length': body.length },
    })
    const answered = once(asked, 'response') as Promise<[IncomingMessage]>
    // once another request has been answered, the server has this one's beginning too
    asked.write(body.slice(0, 10))
    await fetch(`${server.url}/health/live`)

    const ended = server.stop()
    await until(() => (server.output.error.includes('"stopping"') ? true : undefined))
    await expect(fetch(`${server.url}/health/live`, { signal: AbortSignal.timeout(5_000) })).rejects.toThrow('fetch failed')
    asked.end(body.slice(10))
    const [answer] = await answered
    expect(answer.statusCode).toBe(201)
    answer.resume()
    expect(await ended).toBe(0)
  }, testTimeoutMs)
})
