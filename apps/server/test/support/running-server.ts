import { openPlatform } from '@motadata/adapters'
import { type Clock, type Logger, type Platform, type TenantRole, roles } from '@motadata/core'
import type { ServerRoute } from '@motadata/model-serving'
import { CollectingLogger, until } from '@motadata/testing'
import { makeTickets, type SeededTicket } from '@motadata/use-case-ticket-classification'
import type { ServerConfig } from '../../src/config.js'
import { createServer } from '../../src/create-server.js'

export interface Answer<Body> {
  readonly status: number
  readonly headers: Headers
  /** The body as it came. */
  readonly text: string
  /** Undefined when there is none, or it is not JSON. */
  readonly body: Body
}

export interface AskOptions {
  readonly key?: string
  /** JSON, unless it is text or bytes, which need a content type among the headers. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface TestTenant {
  readonly id: string
  /** A key of each role. */
  readonly keys: Readonly<Record<TenantRole, string>>
}

export interface JobAnswer {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly progress: { readonly stage: string; readonly share: number }
  readonly attempt: number
  readonly result?: { readonly modelId: string; readonly version: number; readonly badRowCount: number; readonly metrics: Metrics; readonly baseline: Metrics }
  readonly error?: { readonly code: string; readonly message: string }
}

export interface Metrics {
  readonly accuracy: number
  readonly macroF1: number
  readonly logLoss: number
}

/** The composed server on a platform in memory, with two tenants that know nothing of each other. */
export interface TestServer {
  readonly url: string
  readonly routes: readonly ServerRoute[]
  readonly platform: Platform
  /** Everything that was logged. */
  readonly log: CollectingLogger
  readonly operatorKey: string
  readonly first: TestTenant
  readonly second: TestTenant
  ask<Body = unknown>(method: string, path: string, options?: AskOptions): Promise<Answer<Body>>
  /** The job once it has ended. */
  endedJob(key: string, jobId: string): Promise<JobAnswer>
  /** Trains a model of the first tenant on seeded tickets; gives the job once it has succeeded. */
  train(modelId: string): Promise<JobAnswer>
  stop(): Promise<void>
}

export type OpenTestPlatform = (options: { readonly logger: Logger; readonly clock?: Clock }) => Promise<Platform>

export interface TestServerOptions {
  readonly config?: Partial<ServerConfig>
  readonly clock?: Clock
  /** Default the embedded database in memory. */
  readonly open?: OpenTestPlatform
}

const openInMemory: OpenTestPlatform = (options) => openPlatform({ inMemory: true, ...options })

/** Some two hundred tickets that are all made up; the same ones each time. */
export const tickets: readonly SeededTicket[] = makeTickets({ rows: 200, seed: 7 })

/** What of them a model learns from. */
export const trainingRows = tickets.map(({ text, category }) => ({ text, category }))

/** Asks a server for something, as the holder of a key or a token. */
export async function askAt<Body>(url: string, method: string, path: string, { key, body, headers = {} }: AskOptions = {}): Promise<Answer<Body>> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isRaw ? (body as NonNullable<RequestInit['body']>) : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = text !== '' && /^application\/(?:problem\+)?json\b/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, text, body: (isJson ? JSON.parse(text) : undefined) as Body }
}

export async function startTestServer({ config = {}, clock, open = openInMemory }: TestServerOptions = {}): Promise<TestServer> {
  const log = new CollectingLogger()
  const platform = await open({ logger: log, ...(clock ? { clock } : {}) })
  const server = await createServer({ platform, config: { PORT: 0, TENANT_ID: 'acme', ...config } })
  const { adminKey, operatorKey } = server.bootstrapped!

  const ask = <Body>(method: string, path: string, options?: AskOptions): Promise<Answer<Body>> => askAt(server.url, method, path, options)

  async function keysOf(admin: string): Promise<TestTenant['keys']> {
    const others = roles.filter((role) => role !== 'admin').map(async (role) => {
      const { body } = await ask<{ key: string }>('POST', '/v1/api-keys', { key: admin, body: { name: `a ${role}`, role } })
      return [role, body.key]
    })
    return { ...Object.fromEntries(await Promise.all(others)), admin } as TestTenant['keys']
  }

  const created = await ask<{ adminKey: { key: string } }>('POST', '/v1/tenants', { key: operatorKey.key, body: { id: 'globex' } })
  const first: TestTenant = { id: 'acme', keys: await keysOf(adminKey.key) }
  const second: TestTenant = { id: 'globex', keys: await keysOf(created.body.adminKey.key) }

  function endedJob(key: string, jobId: string): Promise<JobAnswer> {
    return until(async () => {
      const { body } = await ask<JobAnswer>('GET', `/v1/jobs/${jobId}`, { key })
      return ['queued', 'running'].includes(body.state) ? undefined : body
    }, { withinMs: 25_000 })
  }

  return {
    url: server.url, routes: server.routes, platform, log, operatorKey: operatorKey.key, first, second, ask, endedJob,
    async train(modelId) {
      const body = { modelId, target: 'category', rows: trainingRows }
      const accepted = await ask<JobAnswer>('POST', '/v1/training-jobs', { key: first.keys.trainer, body })
      const job = await endedJob(first.keys.trainer, accepted.body.id)
      if (job.state !== 'succeeded') throw new Error(`Expected the training of ${modelId} to succeed, got ${JSON.stringify(job)}`)
      return job
    },
    async stop() {
      await server.stop()
      await platform.close()
    },
  }
}
