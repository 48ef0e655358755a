import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { defer } from '@motadata/testing'
import type { PromptEchoInference } from '../echo-inference.js'
import { goodHeaders, post, type ServedEcho, serveEcho } from '../served-echo.js'

const path = '/v1/models/echo/predict'
const body = JSON.stringify({ instances: [{ text: 'VPN is down', label: 'Drucker – défaut' }] })
const head = (length: number): string => `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`
const request = head(Buffer.byteLength(body)) + body

describe('DirectRoutes', () => {
  let served: ServedEcho
  let framework: ServedEcho
  const answeredAtOnce = (): number => (served.inference as PromptEchoInference).answeredAtOnce

  beforeAll(async () => {
    served = await serveEcho({}, 'directly')
    framework = await serveEcho()
  })
  afterAll(() => Promise.all([served.server.stopServer(), framework.server.stopServer()]))

  it('answers as the framework does, with the same headers', async () => {
    const before = answeredAtOnce()
    const [direct, usual] = await Promise.all([served, framework].map(({ url }) => post(url + path, body, { 'x-request-id': 'r-1' })))
    expect(answeredAtOnce()).toBe(before + 1)
    expect(await direct!.text()).toBe(await usual!.text())
    const headersOf = (response: Response): Record<string, string> => ({ ...Object.fromEntries(response.headers), date: '' })
    expect(headersOf(direct!)).toEqual(headersOf(usual!))
    expect(direct!.headers.get('x-request-id')).toBe('r-1')
  })

  it('names a request once, also when the framework answers it in the end', async () => {
    const count = served.inference.asked.length
    await post(served.url + '/v1/models/none/predict', body)
    const response = await post(served.url + path, body)
    const id = response.headers.get('x-request-id')!
    expect(served.inference.asked.slice(count).at(-1)?.context.requestId).toBe(id)
  })

  it('leaves to the framework what is not there at once', async () => {
    const before = answeredAtOnce()
    const hold = defer()
    const kept = served.inference.before
    served.inference.before = () => hold.promise
    const answer = post(served.url + path, body)
    setImmediate(() => hold.resolve())
    expect((await answer).status).toBe(200)
    served.inference.before = kept
    expect(answeredAtOnce()).toBe(before)
  })

  it.each([
    ['a body after its head', [head(Buffer.byteLength(body)), body]],
    ['a body in two pieces', [request.slice(0, -20), request.slice(-20)]],
    ['a body of chunks', [`POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`]],
    ['a path with a query', [request.replace(path, `${path}?x=1`)]],
  ])('leaves to the framework %s, which answers it', async (_name, packets) => {
    const before = answeredAtOnce()
    const socket = connect(served.port, '127.0.0.1').setNoDelay(true)
    for (const packet of packets) {
      socket.write(packet)
      await pause(20)
    }
    expect(await answersOf(socket, 1)).toEqual(['200'])
    expect(answeredAtOnce()).toBe(before)
  })

  it('answers many requests of one connection, each with its own', async () => {
    const socket = connect(served.port, '127.0.0.1')
    const count = 500
    const bodies = Array.from({ length: count }, (_, i) => JSON.stringify({ instances: [{ text: 'x', label: `label-${i}` }] }))
    let text = ''
    socket.on('data', (data) => (text += String(data)))
    // every seventh goes through the framework, and still comes in its turn
    for (const [i, one] of bodies.entries()) socket.write((head(one.length) + one).replace(path, i % 7 === 0 ? `${path}?x=1` : path))
    while ((text.match(/"model"/g) ?? []).length < count) await pause(5)
    expect([...text.matchAll(/"label":"label-(\d+)"/g)].map(([, number]) => Number(number))).toEqual(bodies.map((_, i) => i))
    socket.destroy()
  })

  it('goes on when a client leaves before its answer', async () => {
    for (let i = 0; i < 20; i++) connect(served.port, '127.0.0.1').end(request).on('error', () => undefined).resume()
    const torn = Array.from({ length: 20 }, () => connect(served.port, '127.0.0.1'))
    for (const socket of torn) socket.on('error', () => undefined).write(request, () => socket.resetAndDestroy())
    await pause(50)
    expect((await post(served.url + path, body)).status).toBe(200)
  })

  it('refuses who is not known, as the framework does, and rejects nothing unheard', async () => {
    const response = await post(served.url + path, body, { authorization: 'Bearer bad' })
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  })

  it('takes no requests that are to be logged one by one', async () => {
    const logged = await serveEcho({ logRequests: true }, 'directly')
    await fetch(logged.url + path, { method: 'POST', headers: goodHeaders, body })
    await logged.server.stopServer()
    expect((logged.inference as PromptEchoInference).answeredAtOnce).toBe(0)
    expect(logged.logger.records.map(({ message }) => message)).toContain('request answered')
  })
})

/** The statuses of so many answers on a socket, which is then closed. */
async function answersOf(socket: Socket, count: number): Promise<string[]> {
  let text = ''
  socket.on('data', (data) => (text += String(data)))
  for (;;) {
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status!)
    if (statuses.length >= count) {
      socket.destroy()
      return statuses
    }
    await once(socket, 'data')
  }
}
