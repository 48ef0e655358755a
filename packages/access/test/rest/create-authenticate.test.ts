import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import fc from 'fast-check'
import { isMLError, type RequestContext } from '@motadata/core'
import { createAuthenticate } from '../../src/rest/index.js'
import type { IssuedApiKey } from '../../src/index.js'
import { AccessFixture } from '../access-fixture.js'

describe('finding out whose a request is', () => {
  let fixture: AccessFixture
  let server: FastifyInstance
  let adminKey: IssuedApiKey
  let otherKey: IssuedApiKey

  beforeAll(async () => {
    fixture = await AccessFixture.open()
    adminKey = (await fixture.createTenant()).adminKey
    otherKey = (await fixture.createTenant()).adminKey
    const authenticate = createAuthenticate(fixture.access)
    const answer = async (request: FastifyRequest) => {
      const context: RequestContext = await authenticate(request)
      return { ...context, sameAgain: (await authenticate(request)) === context }
    }
    server = fastify({ genReqId: () => 'request-9' })
    server.setErrorHandler((error: Error, _request, reply) => {
      void reply.code(418).send({ code: isMLError(error) ? error.code : String(error), detail: error.message })
    })
    server.get('/closed', { config: { access: 'viewer' } }, answer)
    server.get('/forgotten', answer)
    server.get('/public', { config: { access: 'public' } }, answer)
    await server.ready()
  })
  afterAll(async () => {
    await server.close()
    await fixture.close()
  })

  const ask = async (headers: Record<string, string | string[] | undefined>, url = '/closed') =>
    (await server.inject({ url, headers })).json()
  const refused = { code: 'UNAUTHENTICATED' }

  it.each([
    ['Authorization: Bearer', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['Authorization in another case', (key: string) => ({ Authorization: `bEARER ${key}` })],
    ['x-api-key', (key: string) => ({ 'x-api-key': key })],
    ['both, when they agree', (key: string) => ({ 'x-api-key': key, authorization: `Bearer ${key}` })],
    ['x-api-key beside another scheme', (key: string) => ({ 'x-api-key': key, authorization: 'Basic dTpw' })],
  ])('takes the key from %s', async (_, headers) => {
    expect(await ask(headers(adminKey.key))).toEqual({
      tenantId: adminKey.tenantId,
      requestId: 'request-9',
      principal: { kind: 'api-key', id: adminKey.id, role: 'admin' },
      sameAgain: true,
    })
  })

  it('refuses a request without a key, with two, or with something else', async () => {
    expect(await ask({})).toMatchObject({ ...refused, detail: expect.stringContaining('got none') })
    expect(await ask({ authorization: 'Basic dTpw' })).toMatchObject({ ...refused, detail: expect.stringContaining('another scheme') })
    const twoKeys = { authorization: `Bearer ${adminKey.key}`, 'x-api-key': otherKey.key }
    expect(await ask(twoKeys)).toMatchObject({ ...refused, detail: expect.stringContaining('got two') })
    const { key } = adminKey
    for (const authorization of ['', 'Bearer', 'Bearer ', `Bearer  ${key}`, `Bearer ${key} x`, `Bearer\t${key}`, key]) {
      expect(await ask({ authorization })).toMatchObject(refused)
    }
    expect(await ask({ 'x-api-key': [adminKey.key, adminKey.key] })).toMatchObject(refused)
    expect(await ask({ 'x-api-key': '' })).toMatchObject(refused)
  })

  it('refuses a megabyte of header, repeating nothing of it', async () => {
    const texts = [`Bearer ${'A'.repeat(1_000_000)}`, ' '.repeat(1_000_000), `mk1.${'.'.repeat(1_000_000)}`]
    for (const headers of texts.flatMap((text) => [{ authorization: text }, { 'x-api-key': text }])) {
      const answer = await ask(headers)
      expect(answer).toMatchObject(refused)
      expect(answer.detail.length).toBeLessThan(300)
    }
  })

  it('refuses every other text', async () => {
    const { tenantId, id, key } = adminKey
    const parts = fc.constantFrom('mk1', '.', tenantId, id, key.slice(-43), 'Bearer', ' ', '__proto__', 'é')
    const nearlyKeys = fc.array(parts, { maxLength: 9 }).map((some) => some.join(''))
    const texts = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), nearlyKeys)
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        fc.pre(text !== key)
        expect(await ask({ 'x-api-key': text })).toMatchObject(refused)
        expect(await ask({ authorization: `Bearer ${text}` })).toMatchObject(refused)
      }),
      { numRuns: 150 },
    )
  })

  it('is a defect on a route that does not say who may call it, or that is public', async () => {
    for (const url of ['/forgotten', '/public']) {
      const answer = await ask({ authorization: `Bearer ${adminKey.key}` }, url)
      expect(answer).toMatchObject({ code: 'INTERNAL', detail: expect.stringContaining(`GET ${url}`) })
    }
  })

  it('asks once for a request, also when it is refused', async () => {
    let count = 0
    const authenticate = createAuthenticate({
      recognise: (text, request) => {
        count++
        return fixture.access.recognise(text, request)
      },
    })
    const own = fastify()
    own.get('/', { config: { access: 'viewer' } }, async (request) => {
      const answers = await Promise.allSettled([authenticate(request), authenticate(request), authenticate(request)])
      return answers.map((answer) => answer.status)
    })
    expect((await own.inject({ url: '/', headers: { 'x-api-key': adminKey.key } })).json()).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
    expect(count).toBe(1)
    expect((await own.inject({ url: '/', headers: { 'x-api-key': 'wrong' } })).json()).toEqual(['rejected', 'rejected', 'rejected'])
    expect(count).toBe(2)
    await own.close()
  })
})
