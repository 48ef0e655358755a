import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fetchJson, type FetchLimits } from '../../src/tokens/fetch-json.js'

const limits: FetchLimits = { deadlineMs: 5_000, maximumBytes: 1_000, allowPrivateAddresses: true }

describe('asking an address for JSON', () => {
  let server: Server
  let port: number
  let answer: RequestListener
  let requestCount = 0

  beforeAll(async () => {
    server = createServer((request, response) => {
      requestCount++
      answer(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const url = (host = '127.0.0.1'): string => `http://${host}:${port}/keys`

  it('gives what is answered', async () => {
    answer = (_request, response) => response.end('{"keys":[1]}')
    expect(await fetchJson(url(), limits)).toEqual({ keys: [1] })
  })

  it.each([
    ['another status', /status 200, got 404/, ((_request, response) => response.writeHead(404).end('{}')) as RequestListener],
    ['a redirect', /status 200, got 302/, ((_request, response) => response.writeHead(302, { location: url() }).end()) as RequestListener],
    ['too much', /at most 1000 bytes/, ((_request, response) => response.end(JSON.stringify('x'.repeat(2_000)))) as RequestListener],
    ['no JSON', /JSON/, ((_request, response) => response.end('<html>')) as RequestListener],
    ['half of what it said', /./, ((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{')
      setImmediate(() => response.destroy())
    }) as RequestListener],
  ])('refuses %s', async (_, message, listener) => {
    answer = listener
    await expect(fetchJson(url(), limits)).rejects.toThrow(message)
  })

  it.each([
    ['says nothing', (() => undefined) as RequestListener],
    ['never ends', ((_request, response) => void response.write('{')) as RequestListener],
  ])('waits no longer than the deadline for one that %s', async (_, listener) => {
    answer = listener
    await expect(fetchJson(url(), { ...limits, deadlineMs: 20 })).rejects.toThrow()
  })

  it('asks no private address, by number or by name, unless that is allowed', async () => {
    answer = (_request, response) => response.end('{}')
    const before = requestCount
    for (const host of ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]']) {
      await expect(fetchJson(url(host), { ...limits, allowPrivateAddresses: false })).rejects.toThrow('expected a public address')
    }
    expect(requestCount).toBe(before)
    expect(await fetchJson(url('localhost'), limits)).toEqual({})
  })
})
