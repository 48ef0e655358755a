import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { type Answer, type AskOptions, type JobAnswer, startTestServer, type TestServer } from './support/running-server.js'

interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly requestId: string
  readonly errors?: readonly { readonly field: string; readonly expected?: string; readonly received?: string }[]
}

const json = { 'content-type': 'application/json' }
const csv = { 'content-type': 'text/csv' }
const uploadLimitBytes = 1024 * 1024
const mebibyte = 1024 * 1024

const rows = Array.from({ length: 60 }, (_, i) => ({
  text: i % 2 === 0 ? `the printer in room ${i} is out of paper` : `no vpn connection from room ${i}`,
  impact: (i % 5) + 1,
  vip: i % 3 === 0,
  queue: i % 2 === 0 ? 'printing' : 'network',
}))

describe('bad input', () => {
  let server: TestServer
  let key: string

  beforeAll(async () => {
    server = await startTestServer({ config: { UPLOAD_LIMIT_BYTES: uploadLimitBytes } })
    key = server.first.keys.trainer
    const body = { modelId: 'mixed', target: 'queue', columnKinds: { text: 'text', impact: 'number', vip: 'boolean' }, rows }
    const accepted = await server.ask<JobAnswer>('POST', '/v1/training-jobs', { key, body })
    const job = await server.endedJob(key, accepted.body.id)
    if (job.state !== 'succeeded') throw new Error(JSON.stringify(job))
  })
  afterAll(() => server.stop())

  const post = (path: string, options: AskOptions): Promise<Answer<Problem>> => server.ask('POST', path, { key, ...options })
  const predict = (options: AskOptions): Promise<Answer<Problem>> => post('/v1/models/mixed/predict', options)
  const instance = { text: 'no paper', impact: 1, vip: true }

  function expectProblem(answer: Answer<Problem>, status: number, code: string, fault?: { field: string; expected?: string; received?: string }): void {
    expect([answer.status, answer.body?.code]).toEqual([status, code])
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(answer.body).toMatchObject({ status, title: expect.any(String), detail: expect.stringMatching(/\w/), type: expect.stringMatching(/^urn:motadata:problem:/) })
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'))
    if (fault) expect(answer.body.errors).toContainEqual(expect.objectContaining(fault))
  }

  describe('of a prediction', () => {
    it('is nothing that good input is', async () => expect((await predict({ body: { instances: [instance] } })).status).toBe(200))

    it.each([
      ['another kind of a number', [{ ...instance, impact: 'high' }], 'COLUMN_INVALID', '/instances/0/impact', /number/, /text/],
      ['another kind of a text', [instance, { ...instance, text: 12 }], 'COLUMN_INVALID', '/instances/1/text', /text/, /number/],
      ['another kind of a boolean', [{ ...instance, vip: 'perhaps' }], 'COLUMN_INVALID', '/instances/0/vip', /true/, /text/],
      ['an object for a cell', [{ ...instance, text: { a: 1 } }], 'REQUEST_INVALID', '/instances/0/text', /string/, /object/],
      ['an array for a cell', [{ ...instance, text: ['a'] }], 'REQUEST_INVALID', '/instances/0/text', /string/, /array/],
      ['no column of the model', [{}], 'COLUMN_INVALID', '/instances/0/text', /value/, /nothing/],
      ['only columns that the model does not know', [{ color: 'red' }], 'COLUMN_INVALID', '/instances/0/text', /value/, /nothing/],
      ['no object for an instance', ['no paper'], 'REQUEST_INVALID', '/instances/0', /object/, /string/],
      ['null for an instance', [null], 'REQUEST_INVALID', '/instances/0', /object/, /null/],
      ['no instances', [], 'INSTANCES_EMPTY', '/instances', /at least 1/, /0/],
      ['an entity key that is no text', [{ ...instance, entityKey: true }], 'REQUEST_INVALID', '/instances/0/entityKey', /string/, /true/],
    ] as const)('with %s names field, expected and received', async (_what, instances, code, field, expected, received) => {
      const answer = await predict({ body: { instances } })
      expectProblem(answer, 400, code, { field, expected: expect.stringMatching(expected) as never, received: expect.stringMatching(received) as never })
    })

    it('without text is answered with a warning while there are other columns, and with an error when text is all there is', async () => {
      const answer = await server.ask<{ predictions: { warnings: unknown[] }[] }>('POST', '/v1/models/mixed/predict', { key, body: { instances: [{ impact: 2, vip: false }] } })
      expect(answer.body.predictions[0]?.warnings).toContainEqual(expect.objectContaining({ code: 'COLUMN_ABSENT', column: 'text' }))
    })

    it('with more instances than a request may carry', async () => {
      const answer = await predict({ body: { instances: Array(1_001).fill(instance) } })
      expectProblem(answer, 413, 'INSTANCES_TOO_MANY', { field: '/instances', expected: 'at most 1000 instances', received: '1001 instances' })
    })

    it.each([5, 10])('with a text of %i MiB', async (size) => {
      const answer = await predict({ body: { instances: [{ ...instance, text: 'x'.repeat(size * mebibyte) }] } })
      expectProblem(answer, 413, 'REQUEST_TOO_LARGE', { field: 'body', expected: `at most ${4 * mebibyte} bytes` })
    })

    it('with a text of 4 MB, which is within the limit, is answered', async () => {
      expect((await predict({ body: { instances: [{ ...instance, text: 'no paper '.repeat(440_000) }] } })).status).toBe(200)
    })

    it.each([
      ['NaN', '{"instances":[{"impact":NaN}]}', 'REQUEST_INVALID', { field: 'body', received: '"N"' }],
      ['a number beyond all numbers', '{"instances":[{"impact":1e999}]}', 'REQUEST_INVALID', { field: '/instances/0/impact' }],
      ['JSON that breaks off', '{"instances":[{"text":"no paper"', 'REQUEST_INVALID', { field: 'body', received: 'the end' }],
      ['an empty body', '', 'REQUEST_INVALID', { field: 'body', received: 'an empty body' }],
      ['a column __proto__', '{"instances":[{"__proto__":"x"}]}', 'REQUEST_INVALID', { field: '/instances/0/__proto__' }],
      ['an object __proto__', '{"__proto__":{"instances":[{"text":"x"}]}}', 'REQUEST_INVALID', { field: '/__proto__' }],
      ['nothing but a number', '7', 'REQUEST_INVALID', { field: 'body', expected: 'object' }],
      ['brackets without end', '['.repeat(100_000), 'REQUEST_INVALID', { field: 'body', received: 'the end' }],
    ])('as %s', async (_what, body, code, fault) => expectProblem(await predict({ body, headers: json }), 400, code, fault))

    it('as bytes that are not UTF-8', async () => {
      const body = Buffer.concat([Buffer.from('{"instances":[{"text":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}]}')])
      expectProblem(await predict({ body, headers: json }), 400, 'ENCODING_INVALID', { field: 'body', expected: 'UTF-8' })
    })

    it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])('with a column %s is answered, for that is a name like any other', async (name) => {
      expect((await predict({ body: { instances: [{ ...instance, [name]: 'x' }] } })).status).toBe(200)
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    })

    it.each([
      ['/v1/models/nothing/predict', 404, 'MODEL_NOT_FOUND'],
      ['/v1/models/mixed/versions/2/predict', 404, 'MODEL_VERSION_NOT_FOUND'],
      ['/v1/models/mixed@nobody/predict', 404, 'MODEL_ALIAS_NOT_FOUND'],
      ['/v1/models/mixed/versions/first/predict', 400, 'REQUEST_INVALID'],
      ['/v1/models/constructor/predict', 404, 'MODEL_NOT_FOUND'],
      ['/v1/models/__proto__/predict', 400, 'NAME_INVALID'],
      ['/v1/models/mixed@__proto__/predict', 400, 'NAME_INVALID'],
      ['/v1/models/mixed@constructor/predict', 404, 'MODEL_ALIAS_NOT_FOUND'],
      [`/v1/models/${encodeURIComponent("'; drop table x; --")}/predict`, 400, 'NAME_INVALID'],
      ['/v1/models/%00/predict', 400, 'NAME_INVALID'],
    ])('at %s', async (path, status, code) => expectProblem(await post(path, { body: { instances: [instance] } }), status, code))
  })

  describe('of a training', () => {
    const good = { modelId: 'other', target: 'queue', rows: rows.slice(0, 10) }

    it.each([
      ['no rows', { ...good, rows: [] }, 'DATA_EMPTY', 'rows'],
      ['rows that are no rows', { ...good, rows: ['x'] }, 'REQUEST_INVALID', '/rows/0'],
      ['no model', { ...good, modelId: undefined }, 'NAME_INVALID', 'name'],
      ['no target', { ...good, target: undefined }, 'INPUT_INVALID', 'target'],
      ['an unknown key', { ...good, targte: 'x' }, 'INPUT_INVALID', 'targte'],
      ['a seed that is no number', { ...good, seed: 'x' }, 'REQUEST_INVALID', '/seed'],
      ['a kind that there is none of', { ...good, columnKinds: { text: 'prose' } }, 'REQUEST_INVALID', '/columnKinds/text'],
    ])('with %s', async (_what, body, code, field) => {
      expectProblem(await post('/v1/training-jobs', { body }), 400, code, { field })
    })

    it.each([
      ['a model name', { modelId: 'a b' }, 'NAME_INVALID'],
      ['a model type', { modelType: 'oracle' }, 'MODEL_TYPE_UNKNOWN'],
      ['an estimator', { estimator: { kind: 'crystal-ball' } }, 'ESTIMATOR_UNKNOWN'],
    ])('with %s that there is none of', async (_what, change, code) => {
      expectProblem(await post('/v1/training-jobs', { body: { ...good, ...change } }), 400, code)
    })

    it('as a file beyond the limit, which says its length', async () => {
      const answer = await post('/v1/training-jobs?modelId=x&target=a', { body: 'a\n'.repeat(uploadLimitBytes), headers: csv })
      expectProblem(answer, 413, 'REQUEST_TOO_LARGE', { field: 'body', expected: `at most ${uploadLimitBytes} bytes` })
    })

    it('as a file beyond the limit, which does not', async () => {
      const chunks = new ReadableStream({
        start(controller) {
          for (let i = 0; i < 40; i++) controller.enqueue(Buffer.alloc(64 * 1024, 'a\n'))
          controller.close()
        },
      })
      const response = await fetch(`${server.url}/v1/training-jobs?modelId=x&target=a`, {
        method: 'POST', headers: { ...csv, authorization: `Bearer ${key}` }, body: chunks, duplex: 'half',
      } as RequestInit)
      expect([response.status, ((await response.json()) as Problem).code]).toEqual([413, 'REQUEST_TOO_LARGE'])
    })

    it('as a file of another type', async () => {
      expectProblem(await post('/v1/training-jobs?modelId=x&target=a', { body: 'x', headers: { 'content-type': 'application/pdf' } }), 415, 'MEDIA_TYPE_UNSUPPORTED')
    })

    it.each([
      ['a wrong quote', 'text,queue\n"a,printing\nb,network\n', csv],
      ['one row', 'text,queue\na,printing\n', csv],
      ['no header', '\n\n', csv],
      ['bytes that are not UTF-8', Buffer.from([0x61, 0x2c, 0x62, 0x0a, 0xff, 0x2c, 0xfe, 0x0a]), csv],
      ['gzip that is none', 'text,queue\n', { 'content-type': 'application/gzip' }],
      ['gzip that breaks off', gzipSync('text,queue\na,b\n'.repeat(500)).subarray(0, 60), { 'content-type': 'application/gzip' }],
      ['no target column', 'text,team\na,printing\nb,network\n', csv],
    ])('as a file with %s is refused, or its job fails with a code and a reason', async (_what, body, headers) => {
      const answer = await server.ask<JobAnswer>('POST', '/v1/training-jobs?modelId=broken&target=queue', { key, body, headers })
      if (answer.status !== 202) {
        expect(answer.status).toBeGreaterThanOrEqual(400)
        expect(answer.status).toBeLessThan(500)
        return
      }
      const job = await server.endedJob(key, answer.body.id)
      expect(job).toMatchObject({ state: 'failed', attempt: 1, error: { code: expect.stringMatching(/^[A-Z_]+$/), message: expect.stringMatching(/xpected/) } })
      expect(job.error?.code).not.toMatch(/INTERNAL|JOB_FAILED|TRAINING_FAILED/)
    })
  })

  it('of any kind is answered, and never with 5xx', async () => {
    const cells = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constant(null), fc.object({ maxDepth: 1 }))
    const names = fc.oneof(fc.string(), fc.constantFrom('text', 'impact', 'vip', 'entityKey', '__proto__', 'constructor'))
    const records = fc.array(fc.dictionary(names, cells, { maxKeys: 4 }), { maxLength: 5 })
    const settings = fc.constantFrom('modelId', 'target', 'features', 'columnKinds', 'test', 'estimator', 'seed', 'promote', 'useCase')
    const training = fc.tuple(records, fc.dictionary(settings, fc.oneof(cells, fc.constantFrom('queue', 'fuzzed', 'ticket-classification', [], {}))))
    const keyed = fc.record({ name: fc.oneof(fc.string(), fc.constant('a key')), role: fc.oneof(fc.string(), fc.constantFrom('viewer', 'operator')), expiresAt: cells }, { requiredKeys: [] })
    const bodies = fc.oneof(
      records.map((instances) => JSON.stringify({ instances })),
      training.map(([some, rest]) => JSON.stringify({ modelId: 'fuzzed', target: 'queue', rows: some, ...rest })),
      keyed.map((body) => JSON.stringify(body)),
      fc.json({ noUnicodeString: false }),
      fc.string({ unit: 'binary' }),
    )
    const paths = fc.oneof(
      fc.constantFrom('/v1/models/mixed/predict', '/v1/models/mixed/versions/1/predict', '/v1/training-jobs', '/v1/api-keys', '/v1/jobs/x/cancel', '/v1/api-keys/x/rotate'),
      fc.string().map((name) => `/v1/models/${encodeURIComponent(name.isWellFormed() ? name : 'x')}/predict`),
    )
    const types = fc.constantFrom('application/json', 'application/json', 'text/csv', 'application/x-ndjson', 'application/gzip', 'text/plain')
    await fc.assert(
      fc.asyncProperty(paths, bodies, types, async (path, body, type) => {
        const answer = await server.ask<Problem>('POST', path, { key: server.first.keys.admin, body: Buffer.from(body), headers: { 'content-type': type } })
        expect(answer.status).toBeLessThan(500)
        if (answer.status >= 400) expect([answer.body.status, typeof answer.body.detail]).toEqual([answer.status, 'string'])
      }),
      { numRuns: 250 },
    )
    expect(server.log.records.filter(({ level }) => level === 'error')).toEqual([])
  }, 60_000)
})
