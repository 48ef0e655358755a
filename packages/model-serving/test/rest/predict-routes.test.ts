import { request as httpRequest } from 'node:http'
import fc from 'fast-check'
import { goodHeaders, post, type ServedEcho, serveEcho, ways } from '../served-echo.js'

const predictPath = '/v1/models/echo/predict'

describe.each(ways)('predictRoutes, %s', (way) => {
  let served: ServedEcho

  beforeAll(async () => {
    served = await serveEcho({}, way)
  })
  afterAll(() => served.server.stopServer())

  const ask = (body: unknown, path = predictPath): Promise<Response> => post(served.url + path, JSON.stringify(body))

  it('answers each instance in its order', async () => {
    const response = await ask({ instances: [{ text: 'VPN is down', entityKey: 'INC0012' }, { label: 'printer' }] })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await response.json()).toEqual({
      model: { name: 'echo', version: 1 },
      predictions: [
        { predictionId: 'p0', kind: 'class', label: 'network', probability: 0.75, probabilities: { network: 0.75, other: 0.25 }, entityKey: 'INC0012' },
        {
          predictionId: 'p1', kind: 'class', label: 'printer', probability: 0.75, probabilities: { printer: 0.75, other: 0.25 },
          warnings: [{ code: 'COLUMN_ABSENT', column: 'text', message: 'no text' }],
        },
      ],
    })
  })

  it.each(['constructor', 'hasOwnProperty', 'toString', '', 'a "quoted"\nclass', 'Drucker – défaut'])('carries the class name %j as it is', async (label) => {
    const { predictions } = (await (await ask({ instances: [{ text: 'x', label }] })).json()) as { predictions: { label: string; probabilities: Record<string, number> }[] }
    expect(predictions[0]?.label).toBe(label)
    expect(Object.entries(predictions[0]?.probabilities ?? {})).toEqual([[label, 0.75], ['other', 0.25]])
  })

  it('carries the class name __proto__ as it is', async () => {
    const text = await (await ask({ instances: [{ text: 'x', label: '__proto__' }] })).text()
    expect(text).toContain('"label":"__proto__"')
    expect(text).toContain('"probabilities":{"__proto__":0.75,"other":0.25}')
  })

  it.each([
    ['/v1/models/echo/predict', { name: 'echo' }],
    ['/v1/models/echo@challenger/predict', { name: 'echo', alias: 'challenger' }],
    ['/v1/models/echo%40champion.staging/predict', { name: 'echo', alias: 'champion.staging' }],
    ['/v1/models/echo/versions/12/predict', { name: 'echo', version: 12 }],
  ])('takes %s as the model %j', async (path, model) => {
    expect((await ask({ instances: [{ text: 'x' }] }, path)).status).toBe(200)
    expect(served.inference.asked.at(-1)?.model).toEqual(model)
  })

  it.each([
    ['/v1/models/none/predict', 404, 'MODEL_NOT_FOUND'],
    ['/v1/models/a%20b/predict', 400, 'NAME_INVALID'],
    ['/v1/models/echo@/predict', 400, 'NAME_INVALID'],
    ['/v1/models/..%2f..%2fetc/predict', 400, 'NAME_INVALID'],
    [`/v1/models/${'x'.repeat(300)}/predict`, 400, 'NAME_INVALID'],
    ['/v1/models/echo/versions/0/predict', 400, 'REQUEST_INVALID'],
    ['/v1/models/echo/versions/1.5/predict', 400, 'REQUEST_INVALID'],
    ['/v1/models/echo/versions/latest/predict', 400, 'REQUEST_INVALID'],
    ['/v1/models/echo/versions/99999999999/predict', 400, 'REQUEST_INVALID'],
  ])('refuses %s with %i %s', async (path, status, code) => {
    const response = await ask({ instances: [{ text: 'x' }] }, path)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(await response.json()).toMatchObject({ status, code })
  })

  it.each([
    [{}, '/instances', 'a value', 'nothing'],
    [[], 'body', 'object', 'an array of 0 items'],
    [null, 'body', 'object', 'null'],
    [{ instances: {} }, '/instances', 'array', 'an object'],
    [{ instances: ['x'] }, '/instances/0', 'object', 'a string of 1 characters'],
    [{ instances: [{ text: ['x'] }] }, '/instances/0/text', 'string, number, boolean or null', 'an array of 1 items'],
    [{ instances: [{ text: 'x' }, { text: { nested: true } }] }, '/instances/1/text', 'string, number, boolean or null', 'an object'],
    [{ instances: [{ entityKey: 12 }] }, '/instances/0/entityKey', 'string', 'the number 12'],
    [{ instances: [{ entityKey: 'x'.repeat(257) }] }, '/instances/0/entityKey', 'at most 256 characters', 'a string of 257 characters'],
    [{ instances: [], inputs: [] }, '/inputs', 'no other property than the documented ones', 'an unknown property'],
    [{ instances: [] }, '/instances', 'at least 1 instance', '0 instances'],
  ])('refuses the body %j and names the field %s', async (body, field, expected, received) => {
    const response = await ask(body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ status: 400, errors: [{ field, expected, received }] })
  })

  it('refuses too many instances with 413', async () => {
    const response = await ask({ instances: Array(6).fill({ text: 'x' }) })
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 'INSTANCES_TOO_MANY', errors: [{ expected: 'at most 5 instances', received: '6 instances' }] })
  })

  it.each([
    ['{"instances":[{"impact":NaN}]}', 'REQUEST_INVALID', 'body', '"N"'],
    ['{"instances":[{"impact":1e999}]}', 'REQUEST_INVALID', '/instances/0/impact', 'a number beyond the range of doubles'],
    ['{"instances":[{"__proto__":"x"}]}', 'REQUEST_INVALID', '/instances/0/__proto__', '"__proto__"'],
    ['', 'REQUEST_INVALID', 'body', 'an empty body'],
    [Uint8Array.of(0x7b, 0xff, 0x7d), 'ENCODING_INVALID', 'body', 'other bytes'],
  ])('refuses the body %j', async (body, code, field, received) => {
    const response = await post(served.url + predictPath, body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code, errors: [{ field, received }] })
  })

  it.each(['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'nonsense'])('refuses a body of the type %s with 415', async (type) => {
    const response = await post(served.url + predictPath, '{"instances":[{"text":"x"}]}', { 'content-type': type })
    expect(response.status).toBe(415)
    expect(await response.json()).toMatchObject({ code: 'MEDIA_TYPE_UNSUPPORTED', errors: [{ field: 'content-type', received: type }] })
  })

  it('refuses a body that says no type', async () => {
    const response = await fetch(served.url + predictPath, { method: 'POST', headers: { authorization: 'Bearer good' }, body: new Uint8Array([1]) })
    expect(response.status).toBe(415)
  })

  it('takes application/json with a charset', async () => {
    expect((await post(served.url + predictPath, '{"instances":[{"text":"x"}]}', { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200)
  })

  it.each([10_001, 10_000_000])('answers a body of %i bytes with 413 before it has read all of it, and the client hears it', async (size) => {
    const body = JSON.stringify({ instances: [{ text: 'x'.repeat(size) }] })
    const response = await post(served.url + predictPath, body)
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({
      code: 'REQUEST_TOO_LARGE', errors: [{ field: 'body', expected: 'at most 10000 bytes', received: `${body.length} bytes` }],
    })
  })

  it('bounds a body that does not say its length', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(served.url + predictPath, { method: 'POST', headers: goodHeaders }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      request.on('error', reject)
      request.write('"'.padEnd(10_000, 'x'))
      request.write('more')
    })
    expect(status).toBe(413)
  })

  it('asks who calls before it reads the body', async () => {
    const response = await fetch(served.url + predictPath, { method: 'POST', body: 'x'.repeat(20_000), headers: { 'content-type': 'application/json' } })
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(await response.json()).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('answers no body whatever with 5xx, and every one', async () => {
    const cells = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.array(fc.string(), { maxLength: 2 }), fc.object({ maxDepth: 2 }))
    const names = fc.oneof(fc.string(), fc.constantFrom('text', 'label', 'entityKey', '__proto__', 'constructor', 'toString'))
    const nearly = fc.array(fc.dictionary(names, cells, { maxKeys: 4 }), { maxLength: 7 }).map((instances) => JSON.stringify({ instances }))
    const bodies = fc.oneof(nearly, fc.json(), fc.string(), nearly.chain((text) => fc.nat(text.length).map((end) => text.slice(0, end))))
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const response = await post(served.url + predictPath, Buffer.from(body))
        expect(response.status).toBeLessThan(500)
        const answer = (await response.json()) as { status?: number; detail?: string }
        if (response.status !== 200) expect([answer.status, typeof answer.detail]).toEqual([response.status, 'string'])
      }),
      { numRuns: 300 },
    )
    expect(served.logger.records.filter(({ level }) => level === 'error')).toEqual([])
  })
})
