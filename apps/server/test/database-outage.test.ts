import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CollectingLogger, until } from '@motadata/testing'
import type { ServerConfig } from '../src/config.js'
import { createServer, type RunningServer } from '../src/create-server.js'
import type { JobAnswer } from './support/running-server.js'
import { trainingRows } from './support/running-server.js'
import { createTestDatabase, describeWithServices, type TestDatabase } from './support/services.js'
import { startTcpGate, type TcpGate } from './support/tcp-gate.js'

interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  readonly body: { readonly ready?: boolean; readonly live?: boolean; readonly code?: string; readonly id?: string; readonly key?: string }
}

/** Short, since one test waits for it, and long enough for a good answer on a busy machine. */
const deadlineMs = 3_000

async function freePort(): Promise<number> {
  const server = createTcpServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

describeWithServices('a server whose database', {}, () => {
  let database: TestDatabase
  let gate: TcpGate
  let folder: string
  let port: number
  let server: RunningServer
  let keys: { readonly admin: string; readonly spare: string }
  const logger = new CollectingLogger()
  const log = (): string => JSON.stringify(logger.records)

  beforeAll(async () => {
    database = await createTestDatabase()
    gate = await startTcpGate({ port: 5432 })
    folder = await mkdtemp(join(tmpdir(), 'motadata-outage-'))
    port = await freePort()
  })
  afterAll(async () => {
    gate.open()
    await server?.stop()
    await gate.close()
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  })

  const config = (): Partial<ServerConfig> => ({
    PORT: port, DATA_FOLDER: folder, DATABASE_URL: database.urlThrough(gate.port), DATABASE_MIGRATION_URL: database.ownerUrlThrough(gate.port),
    DATABASE_POOL_SIZE: 2, DATABASE_POOL_TIMEOUT_MS: 500, EMBEDDED_WORKER: true, REQUEST_DEADLINE_MS: deadlineMs,
  })
  async function ask(method: string, path: string, key?: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body: (await response.json()) as Answer['body'] }
  }
  const isReady = async (): Promise<true | undefined> => ((await ask('GET', '/health/ready')).body.ready ? true : undefined)
  const predict = (): Promise<Answer> => ask('POST', '/v1/models/routing/predict', keys.admin, { instances: [{ text: 'the VPN drops' }] })

  describe('is down at its start', () => {
    it('lives, is not ready, answers 503 with Retry-After, says why in its log, and can be told to stop', async () => {
      gate.refuse()
      const stop = new AbortController()
      const starting = createServer({ config: config(), logger, signal: stop.signal })
      await until(() => (log().includes('does not answer; trying again') ? true : undefined))
      expect(await ask('GET', '/health/live')).toMatchObject({ status: 200, body: { live: true } })
      expect(await ask('GET', '/health/ready')).toMatchObject({ status: 503, body: { ready: false } })
      expect(await ask('POST', '/v1/models/routing/predict', 'any', {})).toMatchObject({ status: 503, retryAfter: '1', body: { code: 'STORAGE_UNAVAILABLE' } })
      stop.abort()
      await expect(starting).rejects.toMatchObject({ code: 'CANCELLED' })
      await expect(ask('GET', '/health/live')).rejects.toThrow('fetch failed')
    })

    it('starts by itself when it answers', async () => {
      const starting = createServer({ config: config(), logger })
      await until(async () => (await ask('GET', '/health/ready').catch(() => undefined))?.status === 503 || undefined)
      gate.open()
      server = await starting
      expect(await isReady()).toBe(true)
      const { key: admin } = server.bootstrapped!.adminKey
      const spare = await ask('POST', '/v1/api-keys', admin, { name: 'spare', role: 'viewer' })
      keys = { admin, spare: spare.body.key! }
      const { body } = await ask('POST', '/v1/training-jobs', admin, { modelId: 'routing', target: 'category', rows: trainingRows })
      await until(async () => ((await ask('GET', `/v1/jobs/${body.id}`, admin)).body as unknown as JobAnswer).state === 'succeeded' || undefined, { withinMs: 25_000 })
    }, 60_000)
  })

  describe('goes away', () => {
    it('is not ready and answers 503 with Retry-After what needs it, while a model in memory predicts on; then recovers by itself', async () => {
      expect((await predict()).status).toBe(200)
      gate.refuse()
      expect(await ask('GET', '/v1/models', keys.admin)).toMatchObject({ status: 503, retryAfter: '1', body: { code: 'STORAGE_UNAVAILABLE' } })
      expect(await ask('GET', '/v1/me', keys.spare)).toMatchObject({ status: 503, retryAfter: '1', body: { code: 'STORAGE_UNAVAILABLE' } })
      expect(await ask('GET', '/health/ready')).toMatchObject({ status: 503, body: { ready: false } })
      expect((await ask('GET', '/health/live')).status).toBe(200)
      expect((await predict()).status).toBe(200)

      gate.open()
      await until(isReady)
      expect((await ask('GET', '/v1/models', keys.admin)).status).toBe(200)
      expect((await ask('GET', '/v1/me', keys.spare)).status).toBe(200)
    })

    it('without a word is no reason to wait for ever: what needs it is answered by the deadline; then recovers by itself', async () => {
      gate.hang()
      const askedMs = performance.now()
      const answers = await Promise.all([ask('GET', '/v1/models', keys.admin), ask('GET', '/v1/models', 'mk1.default.01900000-0000-7000-8000-000000000000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')])
      expect(performance.now() - askedMs).toBeLessThan(deadlineMs + 1_000)
      for (const { status } of answers) expect([503, 504]).toContain(status)
      expect(await ask('GET', '/health/ready')).toMatchObject({ status: 503, body: { ready: false } })

      gate.open()
      await until(isReady)
      expect((await ask('GET', '/v1/models', keys.admin)).status).toBe(200)
    })

    it('and comes back finds the worker working', async () => {
      const { body } = await ask('POST', '/v1/training-jobs', keys.admin, { modelId: 'routing', target: 'category', rows: trainingRows })
      const job = await until(async () => {
        const now = (await ask('GET', `/v1/jobs/${body.id}`, keys.admin)).body as unknown as JobAnswer
        // an answer that came too late has none
        return ['queued', 'running', undefined].includes(now.state) ? undefined : now
      }, { withinMs: 25_000 })
      expect(job).toMatchObject({ state: 'succeeded', result: { modelId: 'routing', version: 2 } })
    }, 60_000)
  })

  it('has no connection left answers 503 with Retry-After, and answers again once there is one', async () => {
    const lock = await database.hold('lock table ml_framework.registered_model in access exclusive mode')
    const stuck = [1, 2].map(() => ask('GET', '/v1/models', keys.admin))
    const crowded = await until(async () => {
      const answer = await ask('GET', '/v1/me', keys.admin).then(() => ask('GET', '/v1/jobs', keys.admin))
      return answer.status === 200 ? undefined : answer
    })
    expect(crowded).toMatchObject({ status: 503, retryAfter: '1', body: { code: 'STORAGE_UNAVAILABLE' } })
    await lock.release()
    await Promise.all(stuck)
    expect((await ask('GET', '/v1/models', keys.admin)).status).toBe(200)
  })
})
