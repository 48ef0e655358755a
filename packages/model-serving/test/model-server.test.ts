import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import type { Readable } from 'node:stream'
import { AccessError, ServerError } from '@motadata/core'
import { defer, until } from '@motadata/testing'
import { ModelServer } from '../src/index.js'
import { goodHeaders, post, type ServedEcho, serveEcho } from './served-echo.js'

const predictPath = '/v1/models/echo/predict'
const ticket = JSON.stringify({ instances: [{ text: 'my secret ticket' }] })

describe('ModelServer', () => {
  let served: ServedEcho

  beforeAll(async () => {
    served = await serveEcho({
      logRequests: true,
      plugins: [
        (fastify) => {
          fastify.get('/fails', { config: { access: 'public' } }, () => {
            throw new TypeError('the password is xyzzy')
          })
          fastify.get('/later', { config: { access: 'public' } }, () => {
            throw new AccessError('ISSUER_UNAVAILABLE', 'Ask again in a moment.', { details: { retryAfterMs: 1_500 } })
          })
          fastify.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload))
          fastify.post<{ Body: Readable }>('/uploads', { config: { access: 'public' } }, async (request) => {
            for await (const chunk of request.body) throw new ServerError('DATA_TOO_LARGE', `Expected less than ${String(chunk)}.`)
          })
        },
      ],
    })
  })
  afterAll(() => served.server.stopServer())

  it('lists its routes with what each asks of its caller', () => {
    expect(served.server.routes).toEqual([
      { method: 'POST', url: '/v1/models/:model/predict', access: 'predictor' },
      { method: 'POST', url: '/v1/models/:name/versions/:version/predict', access: 'predictor' },
      { method: 'POST', url: '/v1/models/:model/explain', access: 'predictor' },
      { method: 'POST', url: '/v1/models/:name/versions/:version/explain', access: 'predictor' },
      { method: 'GET', url: '/fails', access: 'public' },
      { method: 'HEAD', url: '/fails', access: 'public' },
      { method: 'GET', url: '/later', access: 'public' },
      { method: 'HEAD', url: '/later', access: 'public' },
      { method: 'POST', url: '/uploads', access: 'public' },
    ])
  })

  it('gives every answer a request id, the caller\'s own where it is well-formed', async () => {
    const own = await post(served.url + predictPath, ticket, { 'x-request-id': 'trace:4.2_a-B' })
    expect(own.headers.get('x-request-id')).toBe('trace:4.2_a-B')
    expect(served.inference.asked.at(-1)?.context.requestId).toBe('trace:4.2_a-B')
    const ids = new Set<string | null>()
    for (const sent of ['a b', 'x'.repeat(129), '<script>', '']) ids.add((await post(served.url + predictPath, ticket, { 'x-request-id': sent })).headers.get('x-request-id'))
    expect(ids.size).toBe(4)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{12}-[0-9a-z]+$/)
  })

  it('answers an unknown route with 404', async () => {
    const response = await fetch(`${served.url}/v1/nothing?x=1`)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(await response.json()).toMatchObject({ code: 'ROUTE_NOT_FOUND', status: 404, requestId: response.headers.get('x-request-id') })
  })

  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('answers %s on a route for POST with 405 and Allow', async (method) => {
    const response = await fetch(served.url + predictPath, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
    expect(await response.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' })
  })

  it('answers OPTIONS with what a route takes', async () => {
    const response = await fetch(`${served.url}/fails`, { method: 'OPTIONS' })
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, HEAD'])
    expect((await fetch(`${served.url}/nothing`, { method: 'OPTIONS' })).status).toBe(404)
  })

  it('answers what was not thrown on purpose with 500 and tells only the log why', async () => {
    const response = await fetch(`${served.url}/fails`, { headers: { 'x-request-id': 'failing' } })
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).not.toMatch(/xyzzy/)
    expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL', requestId: 'failing' })
    expect(served.logger.records.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({ message: 'request failed', fields: expect.objectContaining({ requestId: 'failing', route: '/fails', err: expect.any(TypeError) }) }),
    ])
  })

  it('says when to ask again, in whole seconds', async () => {
    const response = await fetch(`${served.url}/later`)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await response.json()).toMatchObject({ code: 'ISSUER_UNAVAILABLE', detail: 'Ask again in a moment.' })
  })

  it('answers a path that is no URL with 400', async () => {
    const response = await fetch(`${served.url}/v1/models/%zz/predict`, { method: 'POST' })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'REQUEST_INVALID', requestId: response.headers.get('x-request-id') })
  })

  it('logs requests at debug level when asked to, never what they carry', async () => {
    await post(served.url + predictPath, ticket, { 'x-request-id': 'logged' })
    const record = served.logger.records.find(({ fields, level }) => level === 'debug' && fields['requestId'] === 'logged')
    expect(record?.fields).toMatchObject({ method: 'POST', route: '/v1/models/:model/predict', status: 200 })
    expect(JSON.stringify(served.logger.records)).not.toMatch(/secret ticket/)
  })

  it('answers what is no HTTP with a problem and closes the connection', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(served.port, '127.0.0.1', () => socket.write('what is this\r\n\r\n'))
      let text = ''
      socket.on('data', (chunk) => (text += chunk.toString())).on('end', () => resolve(text)).on('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
  })

  it('answers headers beyond all measure with 431', async () => {
    const response = await fetch(served.url, { headers: { 'x-long': 'x'.repeat(20_000) } })
    expect(response.status).toBe(431)
  })

  it('ends a connection whose request nobody will read to its end', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(served.port, '127.0.0.1', () => {
        socket.write('POST /uploads HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n')
      })
      let text = ''
      socket.on('data', (chunk) => (text += chunk.toString())).on('close', () => resolve(text)).on('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toMatch(/connection: close/i)
  })

  it('takes a client that goes away in the middle of its body as no failure of its own', async () => {
    const errors = () => served.logger.records.filter(({ level }) => level === 'error').length
    const before = errors()
    await new Promise<void>((resolve) => {
      const headers = { ...goodHeaders, 'content-length': 1_000, 'x-request-id': 'gone' }
      const request = httpRequest(served.url + predictPath, { method: 'POST', headers })
      request.on('error', () => resolve())
      request.write('{"instances"', () => request.destroy())
    })
    const record = await until(() => served.logger.records.find(({ fields }) => fields['requestId'] === 'gone'))
    expect(record.fields['status']).toBe(499)
    expect(errors()).toBe(before)
  })

  it('does not start with a route that does not say who may call it', async () => {
    const server = new ModelServer({ port: 0, logger: served.logger, plugins: [(fastify) => void fastify.get('/open', () => 'x')] })
    await expect(server.startServer()).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining('/open') })
  })

  it('does not start on a port in use, and says so', async () => {
    const second = new ModelServer({ port: served.port, logger: served.logger, plugins: [] })
    await expect(second.startServer()).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining(`127.0.0.1:${served.port}, but it is in use`) })
    expect(second.accepting).toBe(false)
  })

  it('does not start twice', async () => {
    await expect(served.server.startServer()).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
  })
})

describe('ModelServer.stopServer', () => {
  it('lets what is under way finish, refuses what comes on open connections, and closes', async () => {
    const served = await serveEcho()
    const [reached, released] = [defer(), defer()]
    served.inference.before = () => {
      reached.resolve()
      return released.promise
    }
    const underWay = post(served.url + predictPath, ticket)
    const keptOpen = await openConnection(served.port)
    await reached.promise
    expect(served.server.accepting).toBe(true)
    const stopped = served.server.stopServer()
    expect(served.server.accepting).toBe(false)
    expect(served.server.stopServer()).toBe(stopped)
    const refusal = await keptOpen.ask()
    expect(refusal).toMatch(/^HTTP\/1\.1 503 /)
    expect(refusal).toMatch(/connection: close/i)
    expect(refusal).toMatch(/SERVER_CLOSING/)
    released.resolve()
    expect((await underWay).status).toBe(200)
    await stopped
    await expect(fetch(served.url)).rejects.toThrow()
  })

  it('cuts off what is not done at the deadline', async () => {
    const served = await serveEcho()
    const [reached, never] = [defer(), defer()]
    served.inference.before = () => {
      reached.resolve()
      return never.promise
    }
    const underWay = post(served.url + predictPath, ticket)
    await reached.promise
    const stopped = served.server.stopServer({ deadlineMs: 20 })
    await expect(underWay).rejects.toThrow()
    never.resolve()
    await stopped
  })

  it('is harmless before the start', async () => {
    await expect(new ModelServer({ logger: (await serveEchoAndStop()).logger, plugins: [] }).stopServer()).resolves.toBeUndefined()
  })
})

async function serveEchoAndStop(): Promise<ServedEcho> {
  const served = await serveEcho()
  await served.server.stopServer()
  return served
}

/** A connection that is in the middle of sending a request when the server is told to stop. */
async function openConnection(port: number): Promise<{ ask(): Promise<string> }> {
  const socket = connect(port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write('GET /fails HTTP/1.1\r\n')
  return {
    ask: () =>
      new Promise((resolve, reject) => {
        let text = ''
        socket.on('data', (chunk) => (text += chunk.toString())).on('close', () => resolve(text)).on('error', reject)
        socket.write('Host: x\r\n\r\n')
      }),
  }
}
