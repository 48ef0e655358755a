import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseTenantId, platformContext } from '@motadata/core'
import { createHttpLineageSink, type OpenLineageEvent } from '../../src/index.js'

const context = platformContext(parseTenantId('acme'), 'request-1')
const event = { eventType: 'START', job: { name: 'nightly' } } as unknown as OpenLineageEvent
const received: { readonly headers: IncomingMessage['headers']; readonly body: string }[] = []
let statuses: number[] = []
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (piece) => (body += String(piece)))
  request.on('end', () => {
    received.push({ headers: request.headers, body })
    response.writeHead(statuses.shift() ?? 201).end()
  })
})
let url: string

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/lineage`
})
afterAll(() => server.close())
beforeEach(() => {
  received.length = 0
  statuses = []
})

const sink = (options: object = {}) => createHttpLineageSink({ url, allowPrivateAddresses: true, retryDelayMs: 1, ...options })

describe('events over HTTP', () => {
  it('are posted as JSON, with a token where there is one', async () => {
    await sink({ apiKey: 'secret' }).emit(context, event)
    expect(JSON.parse(received[0]!.body)).toEqual(event)
    expect(received[0]!.headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Bearer secret' })
  })

  it('are tried again when the catalogue fails, and not when it refuses', async () => {
    statuses = [503, 500]
    await sink().emit(context, event)
    expect(received).toHaveLength(3)
    statuses = [422]
    await expect(sink().emit(context, event)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
    statuses = [500, 500, 500]
    await expect(sink().emit(context, event)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
    expect(received).toHaveLength(7)
  })

  it('follow no redirection', async () => {
    statuses = [302]
    await expect(sink().emit(context, event)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
  })

  it.each(['http://127.0.0.1:1/x', 'http://localhost:1/x', 'http://169.254.169.254/latest', 'http://[::1]:1/x', 'http://10.0.0.1/'])('do not go into a private network: %s', async (address) => {
    await expect(createHttpLineageSink({ url: address }).emit(context, event)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' })
    expect(received).toEqual([])
  })

  it.each(['file:///etc/passwd', 'nonsense', ''])('need a URL: %p', (address) => {
    expect(() => createHttpLineageSink({ url: address })).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }))
  })
})
