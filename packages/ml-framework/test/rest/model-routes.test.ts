import { Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { openPlatform, silentLogger } from '@motadata/adapters'
import type { Platform, TrainingSpec } from '@motadata/core'
import { acme, asAcme } from '@motadata/testing'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { TrainingJobPayload } from '../../src/jobs/training-job.js'
import { MLSystem } from '../../src/ml-system.js'
import { modelRoutes, type TrainingPreset } from '../../src/rest/index.js'
import { authenticate, makeHost } from '../host.js'
import { makeRegistration } from '../registrations.js'
import { makeTickets } from '../tickets.js'

let platform: Platform
let system: MLSystem
let server: FastifyInstance
const routes: { method: string; url: string; access: unknown; schema: Record<string, unknown> }[] = []
const uploadLimitBytes = 100_000
const preset: TrainingPreset = {
  name: 'ticket-classification',
  description: 'Sorts tickets into categories',
  trainingSpec: (overrides): TrainingSpec => ({ modelId: 'ticket_classifier', modelType: 'classification', target: 'category', columnKinds: { text: 'text' }, ...overrides }),
}
const rows = makeTickets(30).map(({ text, category }) => ({ text, category }))

beforeAll(async () => {
  platform = await openPlatform({ inMemory: true, logger: silentLogger })
  system = await MLSystem.open(platform)
  server = makeHost()
  server.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) if (method !== 'HEAD') routes.push({ method, url: route.url, access: route.config?.access, schema: { ...route.schema } })
  })
  await server.register(modelRoutes, { authenticate, system, jobs: platform.jobs, artifacts: platform.artifacts, presets: new Map([[preset.name, preset]]), uploadLimitBytes })
  for (const name of ['tickets', 'other']) await system.registry.registerVersion(asAcme, { ...makeRegistration(), name })
  await system.registry.registerVersion(asAcme, { ...makeRegistration({ seed: 2 }), name: 'tickets' })
})
afterAll(async () => {
  await server.close()
  await platform.close()
})

const ask = (method: InjectOptions['method'], url: string, options: { role?: string; tenant?: string; payload?: unknown; headers?: Record<string, string> } = {}) =>
  server.inject({ method: method!, url, headers: { 'x-tenant': options.tenant ?? 'acme', 'x-role': options.role ?? 'admin', ...options.headers }, ...(options.payload === undefined ? {} : { payload: options.payload as never }) })
const train = (payload: unknown, headers: Record<string, string> = {}, query = '') => ask('POST', `/v1/training-jobs${query}`, { payload, headers, role: 'trainer' })
/** What was queued for a job. */
const queuedOf = async (id: string): Promise<TrainingJobPayload> => {
  const page = await platform.jobs.list(asAcme, { kind: 'train' })
  expect(page.jobs.map((job) => job.id)).toContain(id)
  return payloads.get(id)!
}
const payloads = new Map<string, TrainingJobPayload>()
beforeAll(() => {
  const { jobs } = platform
  const enqueue = jobs.enqueue.bind(jobs)
  jobs.enqueue = async (context, request) => {
    const job = await enqueue(context, request)
    payloads.set(job.id, request.payload as TrainingJobPayload)
    return job
  }
})

describe('The routes of models', () => {
  it('say who may call them, what they take, what they answer and what they are called', () => {
    expect(routes.map(({ method, url, access }) => [method, url, access])).toEqual([
      ['GET', '/v1/models', 'viewer'], ['GET', '/v1/models/:name', 'viewer'], ['GET', '/v1/models/:name/versions', 'viewer'], ['GET', '/v1/models/:name/versions/:version', 'viewer'],
      ['PUT', '/v1/models/:name/aliases/:alias', 'trainer'], ['PATCH', '/v1/models/:name', 'trainer'], ['DELETE', '/v1/models/:name', 'admin'],
      ['GET', '/v1/models/:name/versions/:version/card', 'viewer'], ['GET', '/v1/models/:name/versions/:version/lineage', 'viewer'],
      ['GET', '/v1/models/:name/versions/:version/compare', 'viewer'], ['POST', '/v1/training-jobs', 'trainer'],
    ])
    for (const { url, schema } of routes) {
      expect(schema).toMatchObject({ tags: [expect.any(String)], summary: expect.any(String), operationId: expect.any(String), response: expect.any(Object) })
      if (url.includes(':')) expect(schema['params']).toBeDefined()
    }
  })

  it('list and show models and versions', async () => {
    const first = (await ask('GET', '/v1/models?limit=1', { role: 'viewer' })).json()
    expect(first.models).toEqual([{ name: 'other', description: '', createdAt: expect.stringMatching(/Z$/), updatedAt: expect.stringMatching(/Z$/), latestVersion: 1, aliases: { champion: 1 } }])
    const second = (await ask('GET', `/v1/models?limit=1&pageToken=${first.nextPageToken}`)).json()
    expect(second.models.map(({ name }: { name: string }) => name)).toEqual(['tickets'])
    expect((await ask('GET', '/v1/models/tickets')).json()).toMatchObject({ name: 'tickets', latestVersion: 2 })
    const { versions } = (await ask('GET', '/v1/models/tickets/versions')).json()
    expect(versions.map(({ version }: { version: number }) => version)).toEqual([2, 1])
    const stored = await system.getVersion(asAcme, { name: 'tickets', version: 1 })
    const shown = (await ask('GET', '/v1/models/tickets/versions/1')).json()
    expect(shown).toEqual(JSON.parse(JSON.stringify(stored)))
    expect(versions[1]).toEqual(shown)
  })

  it('promote a version', async () => {
    expect((await ask('PUT', '/v1/models/tickets/aliases/challenger', { role: 'trainer', payload: { version: 2 } })).json()).toMatchObject({ version: 2, aliases: ['challenger'] })
    expect((await ask('GET', '/v1/models/tickets')).json().aliases).toEqual({ champion: 1, challenger: 2 })
    expect((await system.registry.listAliasEvents(asAcme, 'tickets'))[0]).toMatchObject({ alias: 'challenger', changedBy: 'key-1' })
  })

  it('archive a model', async () => {
    await system.registry.registerVersion(asAcme, { ...makeRegistration(), name: 'old' })
    expect((await ask('DELETE', '/v1/models/old')).json()).toMatchObject({ name: 'old', archivedAt: expect.any(String) })
    expect((await ask('PUT', '/v1/models/old/aliases/champion', { payload: { version: 1 } })).statusCode).toBe(409)
    expect((await ask('GET', '/v1/models/old')).statusCode).toBe(200)
  })

  it.each<[string, string, unknown, number, string]>([
    ['GET', '/v1/models/nope', undefined, 404, 'MODEL_NOT_FOUND'], ['GET', '/v1/models/nope/versions', undefined, 404, 'MODEL_NOT_FOUND'],
    ['GET', '/v1/models/tickets/versions/9', undefined, 404, 'MODEL_VERSION_NOT_FOUND'], ['GET', '/v1/models/tickets/versions/x', undefined, 400, 'REQUEST_INVALID'],
    ['GET', '/v1/models/tickets/versions/0', undefined, 400, 'REQUEST_INVALID'], ['GET', '/v1/models/-bad-', undefined, 400, 'NAME_INVALID'], ['GET', '/v1/models/%00', undefined, 400, 'NAME_INVALID'],
    ['GET', '/v1/models?limit=0', undefined, 400, 'REQUEST_INVALID'], ['GET', '/v1/models?pageToken=zzz', undefined, 400, 'INPUT_INVALID'], ['PUT', '/v1/models/tickets/aliases/champion', {}, 400, 'REQUEST_INVALID'],
    ['PUT', '/v1/models/tickets/aliases/champion', { version: 7 }, 404, 'MODEL_VERSION_NOT_FOUND'], ['PUT', '/v1/models/tickets/aliases/NO', { version: 1 }, 400, 'NAME_INVALID'],
    ['DELETE', '/v1/models/nope', undefined, 404, 'MODEL_NOT_FOUND'],
  ])('answer %s %s with %j by status %i and code %s', async (method, url, payload, status, code) => {
    const answer = await ask(method as InjectOptions['method'], url, { payload })
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
  })

  it('ask who calls before anything else, and keep tenants apart', async () => {
    for (const { method, url, access } of routes) {
      const path = url.replace(':name', 'tickets').replace(':version', '1').replace(':alias', 'champion') + (url.endsWith('/compare') ? '?with=1' : '')
      const payload = { PUT: { version: 1 }, PATCH: { description: 'mine now' } }[method as string]
      const smaller = { viewer: 'operator', trainer: 'predictor', admin: 'trainer' }[access as string]!
      expect((await server.inject({ method: method as 'GET', url: path })).statusCode).toBe(401)
      expect((await ask(method as 'GET', path, { role: smaller })).statusCode).toBe(403)
      if (path.includes('tickets')) expect((await ask(method as 'GET', path, { tenant: 'globex', payload })).statusCode).toBe(404)
    }
    expect((await ask('GET', '/v1/models', { tenant: 'globex' })).json()).toEqual({ models: [] })
  })
})

describe('POST /v1/training-jobs', () => {
  it('queues rows sent as JSON', async () => {
    const answer = await train({ modelId: 'from_rows', target: 'category', features: ['text'], seed: 3, test: { kind: 'share', share: 0.3 }, rows })
    expect(answer.statusCode).toBe(202)
    const job = answer.json()
    expect(job).toEqual({ id: expect.any(String), kind: 'train', state: 'queued', progress: expect.any(Object), createdAt: expect.any(String) })
    expect(answer.headers['location']).toBe(`/v1/jobs/${job.id}`)
    const { spec, source } = await queuedOf(job.id)
    expect(spec).toEqual({ modelType: 'classification', modelId: 'from_rows', target: 'category', features: ['text'], seed: 3, test: { kind: 'share', share: 0.3 } })
    expect(source).toMatchObject({ format: 'ndjson', compression: 'none' })
    const stored = Buffer.from(await platform.artifacts.get(acme, source.artifactSha256)).toString().trim().split('\n')
    expect(stored.map((line) => JSON.parse(line))).toEqual(rows)
  })

  it('fills in what a use case knows', async () => {
    const { spec } = await queuedOf((await train({ useCase: 'ticket-classification', seed: 1, columnOptions: { text: { shape: true } }, rows })).json().id)
    expect(spec).toEqual({
      modelId: 'ticket_classifier', modelType: 'classification', target: 'category', columnKinds: { text: 'text' }, seed: 1, columnOptions: { text: { shape: true } },
    })
    expect((await train({ useCase: 'fortune-telling', rows })).json()).toMatchObject({ code: 'INPUT_INVALID', field: 'useCase', expected: 'ticket-classification' })
  })

  it.each<[string, object, object, string]>([
    ['that there is not', { text: { colour: 'red' } }, {}, 'columnOptions.text.colour'],
    ['of another kind of column than was declared', { text: { scaling: 'robust' } }, { columnKinds: { text: 'text' } }, 'columnOptions.text.scaling'],
    ['of two kinds of columns at once', { impact: { scaling: 'robust', encoding: 'target' } }, {}, 'columnOptions.impact.encoding'],
    ['with a value that it can not have', { impact: { scaling: 'huge' } }, {}, 'columnOptions.impact.scaling'],
  ])('queues nothing for an option of a column %s', async (_, columnOptions, more, field) => {
    const answer = await train({ modelId: 'a', target: 'category', columnOptions, ...more, rows })
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.statusCode).toBeLessThan(500)
    expect(answer.json()).toMatchObject({ code: 'INPUT_INVALID', field, expected: expect.any(String), received: expect.any(String) })
  })

  it('queues a file as it is, with the spec in the query string', async () => {
    const csv = `text,category\n${rows.map(({ text, category }) => `${text},${category}`).join('\n')}\n`
    const query = '?modelId=from_file&target=category&text=text&category=category&features=text&test=row_id%20%25%205%20%3D%3D%200&promote=always'
    const plain = await queuedOf((await train(csv, { 'content-type': 'text/csv; charset=utf-8' }, query)).json().id)
    expect(plain.source).toMatchObject({ format: 'csv', compression: 'none' })
    expect(plain.spec).toEqual({
      modelType: 'classification', modelId: 'from_file', target: 'category', features: ['text'], columnKinds: { text: 'text', category: 'category' },
      test: { kind: 'rule', rule: 'row_id % 5 == 0' }, promote: 'always',
    })
    expect(Buffer.from(await platform.artifacts.get(acme, plain.source.artifactSha256)).toString()).toBe(csv)
    const zipped = await queuedOf((await train(gzipSync(csv), { 'content-type': 'application/gzip' }, '?modelId=a&target=category&testShare=0.4')).json().id)
    expect(zipped.source).toMatchObject({ format: 'csv', compression: 'gzip' })
    expect(gunzipSync(await platform.artifacts.get(acme, zipped.source.artifactSha256)).toString()).toBe(csv)
    const lines = await queuedOf((await train('{"text":"a"}\n', { 'content-type': 'application/x-ndjson' }, '?modelId=a&target=text')).json().id)
    expect(lines.source).toMatchObject({ format: 'ndjson', compression: 'none' })
    const encoded = await queuedOf((await train(gzipSync(csv), { 'content-type': 'text/csv', 'content-encoding': 'gzip' }, '?useCase=ticket-classification')).json().id)
    expect(encoded).toMatchObject({ source: { format: 'csv', compression: 'gzip' }, spec: { modelId: 'ticket_classifier' } })
  })

  it('gives the same job for the same Idempotency-Key', async () => {
    const body = { modelId: 'once', target: 'category', rows }
    const ids = await Promise.all([1, 2].map(async () => (await train(body, { 'idempotency-key': 'key-1' })).json().id))
    expect(ids[0]).toBe(ids[1])
  })

  it('stops reading a file at the limit, whether or not its length was said', async () => {
    const large = Buffer.alloc(uploadLimitBytes + 1, 'a')
    expect((await train(large, { 'content-type': 'text/csv' }, '?modelId=a&target=b')).statusCode).toBe(413)
    const endless = Readable.from((function* () {
      for (;;) yield Buffer.alloc(10_000, 'a')
    })())
    expect((await train(endless, { 'content-type': 'text/csv' }, '?modelId=a&target=b')).statusCode).toBe(413)
    expect((await train({ modelId: 'a', target: 'b', rows: [{ text: 'a'.repeat(uploadLimitBytes) }] })).statusCode).toBe(413)
  })

  it.each<[string, unknown, Record<string, string>, string, string]>([
    ['no rows', { modelId: 'a', target: 'b', rows: [] }, {}, '', 'DATA_EMPTY'],
    ['rows that are no objects', { modelId: 'a', target: 'b', rows: [5] }, {}, '', 'REQUEST_INVALID'],
    ['cells that are objects', { modelId: 'a', target: 'b', rows: [{ text: {} }] }, {}, '', 'REQUEST_INVALID'],
    ['rows left out', { modelId: 'a', target: 'b' }, {}, '', 'REQUEST_INVALID'],
    ['no model', { target: 'b', rows }, {}, '', 'NAME_INVALID'],
    ['no target', { modelId: 'a', rows }, {}, '', 'INPUT_INVALID'],
    ['a model type that there is not', { modelId: 'a', target: 'b', modelType: 'clustering', rows }, {}, '', 'MODEL_TYPE_UNKNOWN'],
    ['a hyperparameter that there is not', { modelId: 'a', target: 'b', estimator: { kind: 'logistic-regression', hyperparameters: { D: 1 } }, rows }, {}, '', 'HYPERPARAMETER_UNKNOWN'],
    ['a rule that is none', { modelId: 'a', target: 'b', test: { kind: 'rule', rule: 'x' }, rows }, {}, '', 'INPUT_INVALID'],
    ['a key that is not documented', { modelId: 'a', target: 'b', targets: 'c', rows }, {}, '', 'INPUT_INVALID'],
    ['half of the spec in the query', { modelId: 'a', target: 'b', rows }, {}, '?seed=1', 'INPUT_INVALID'],
    ['an unknown key in the query', 'a,b\n', { 'content-type': 'text/csv' }, '?modelId=a&target=b&colour=red', 'INPUT_INVALID'],
    ['a rule and a share', 'a,b\n', { 'content-type': 'text/csv' }, '?modelId=a&target=b&test=a%20%3D%3D%201&testShare=0.1', 'INPUT_INVALID'],
    ['a column of two kinds', 'a,b\n', { 'content-type': 'text/csv' }, '?modelId=a&target=b&text=a&number=a', 'INPUT_INVALID'],
    ['a format against its type', 'a,b\n', { 'content-type': 'text/csv' }, '?modelId=a&target=b&format=ndjson', 'INPUT_INVALID'],
    ['an empty file', '', { 'content-type': 'text/csv' }, '?modelId=a&target=b', 'DATA_EMPTY'],
    ['an encoding that we do not read', 'a,b\n', { 'content-type': 'text/csv', 'content-encoding': 'br' }, '?modelId=a&target=b', 'MEDIA_TYPE_UNSUPPORTED'],
    ['an empty idempotency key', { modelId: 'a', target: 'b', rows }, { 'idempotency-key': '' }, '', 'REQUEST_INVALID'],
  ])('refuses %s', async (_, payload, headers, query, code) => {
    const answer = await train(payload, headers, query)
    expect(answer.json().code).toBe(code)
    expect(answer.statusCode).toBeLessThan(500)
  })

  it('refuses a body of another type, and none', async () => {
    expect((await train('<rows/>', { 'content-type': 'application/xml' })).statusCode).toBe(415)
    expect((await train(undefined)).statusCode).toBe(400)
  })
})
