import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { DataRecord } from '@motadata/core'
import { httpRecords, type HttpSource } from '../../src/index.js'

let server: Server
let url: string
let answer: (request: IncomingMessage, response: ServerResponse, url: URL) => void
let asked: { readonly path: string; readonly authorization: string | undefined }[]

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({ path: request.url!, authorization: request.headers.authorization })
    answer(request, response, new URL(request.url!, url))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(() => {
  asked = []
})

const json = (response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void => void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
const all = async (source: Partial<HttpSource>): Promise<DataRecord[]> => {
  const records: DataRecord[] = []
  for await (const record of httpRecords({ url, allowPrivateAddresses: true, retry: { firstDelayMs: 1 }, ...source })) records.push(record)
  return records
}
const five = [1, 2, 3, 4, 5].map((id) => ({ id }))

describe('pages', () => {
  it('lead on by a link in a header', async () => {
    answer = (_, response, { searchParams }) => {
      const page = Number(searchParams.get('page') ?? 0)
      json(response, { tickets: five.slice(page * 2, page * 2 + 2) }, page < 2 ? { link: `<${url}/?page=${page + 1}>; rel="next", <${url}/>; rel="first"` } : {})
    }
    expect(await all({ recordsAt: 'tickets', paging: { kind: 'link' }, headers: { authorization: 'Basic x' } })).toEqual(five)
    expect(asked.map(({ authorization }) => authorization)).toEqual(['Basic x', 'Basic x', 'Basic x'])
  })

  it('lead on by a link in the page, also a relative one, until the page says that it is the last', async () => {
    answer = (_, response, { searchParams }) => {
      const start = Number(searchParams.get('start') ?? 0)
      json(response, { values: five.slice(start, start + 2), isLastPage: start >= 4, _links: { next: `/?start=${start + 2}` } })
    }
    expect(await all({ recordsAt: 'values', paging: { kind: 'link', at: '_links.next', endAt: 'isLastPage' } })).toEqual(five)
  })

  it('lead on by an offset', async () => {
    answer = (_, response, { searchParams }) => {
      const [offset, limit] = [Number(searchParams.get('sysparm_offset')), Number(searchParams.get('sysparm_limit'))]
      json(response, { result: five.slice(offset, offset + limit) })
    }
    expect(await all({ recordsAt: 'result', paging: { kind: 'offset', offsetParameter: 'sysparm_offset', limitParameter: 'sysparm_limit', pageSize: 2 } })).toEqual(five)
  })

  it('lead on by a cursor', async () => {
    answer = (_, response, { searchParams }) => {
      const start = Number(searchParams.get('cursor') ?? 0)
      json(response, { tickets: five.slice(start, start + 3), after_cursor: String(start + 3), end_of_stream: start + 3 >= 5 })
    }
    expect(await all({ recordsAt: 'tickets', paging: { kind: 'cursor', parameter: 'cursor', at: 'after_cursor', endAt: 'end_of_stream' } })).toEqual(five)
  })

  it('that lead in a circle end in an error', async () => {
    answer = (_, response) => json(response, { tickets: [{ id: 1 }], next: '/again' })
    await expect(all({ recordsAt: 'tickets', paging: { kind: 'link', at: 'next' } })).rejects.toMatchObject({ code: 'DATA_MALFORMED' })
  })

  it('on another server are not asked for', async () => {
    answer = (_, response) => json(response, { tickets: [], next: 'http://example.org/steal' })
    await expect(all({ recordsAt: 'tickets', paging: { kind: 'link', at: 'next' } })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' })
  })

  it('may be packed, and records made into others or left out', async () => {
    answer = (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(five)))
    expect(await all({ toRecord: ({ id }) => (Number(id) % 2 === 0 ? undefined : { number: Number(id) * 10 }) })).toEqual([{ number: 10 }, { number: 30 }, { number: 50 }])
  })
})

describe('a source that fails', () => {
  it('is asked again while that may pass', async () => {
    answer = (_, response) => {
      if (asked.length === 1) response.writeHead(503).end()
      else if (asked.length === 2) response.writeHead(429, { 'retry-after': '0' }).end()
      else if (asked.length === 3) response.destroy()
      else json(response, five)
    }
    expect(await all({})).toEqual(five)
    expect(asked).toHaveLength(4)
  })

  it.each<[string, (response: ServerResponse) => void, number, unknown]>([
    ['a status that stays', (response) => void response.writeHead(500).end(), 3, { code: 'SOURCE_UNAVAILABLE', details: { status: 500, attempts: 3 } }],
    ['a refusal', (response) => void response.writeHead(401).end('secret'), 1, { code: 'SOURCE_UNAVAILABLE', details: { status: 401 } }],
    ['a connection that breaks', (response) => void response.destroy(), 3, { code: 'SOURCE_UNAVAILABLE' }],
    ['something that is no JSON', (response) => void response.end('<html>'), 1, { code: 'DATA_MALFORMED' }],
    ['JSON without records', (response) => json(response, { error: 'x' }), 1, { code: 'DATA_MALFORMED' }],
    ['records that are none', (response) => json(response, [1]), 1, { code: 'DATA_MALFORMED' }],
    ['an endless redirection', (response) => void response.writeHead(302, { location: '/' }).end(), 3, { code: 'SOURCE_UNAVAILABLE' }],
    ['a page that is too large', (response) => json(response, ['x'.repeat(5_000)]), 1, { code: 'DATA_TOO_LARGE' }],
    ['a page that is too large once it is unpacked', (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1_000_000))), 1, { code: 'DATA_TOO_LARGE' }],
  ])('with %s ends in an error', async (_, respond, times, error) => {
    answer = (__, response) => respond(response)
    await expect(all({ retry: { attempts: 3, firstDelayMs: 1 }, maximumPageBytes: 4_000 })).rejects.toMatchObject(error as object)
    if (times === 1 || asked.length <= 3) expect(asked).toHaveLength(times)
  })

  it('by not answering ends in an error', async () => {
    answer = () => undefined
    await expect(all({ retry: { attempts: 1 }, timeoutMs: 30 })).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
  })

  it('is left when the caller cancels', async () => {
    const controller = new AbortController()
    answer = () => controller.abort()
    await expect(all({ signal: controller.signal })).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('private networks', () => {
  it.each(['', 'http://localhost:1/', 'http://[::1]:1/', 'http://169.254.169.254/latest/meta-data', 'http://2130706433/', 'http://0x7f.1/', 'file:///etc/passwd', 'ftp://example.org/'])('are refused: %s', async (given) => {
    answer = (_, response) => json(response, five)
    await expect(all({ url: given || url, allowPrivateAddresses: false, retry: { attempts: 1 } })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' })
    expect(asked).toEqual([])
  })

  it('are refused where a name leads to them, also beside a public address', async () => {
    const lookUp: HttpSource['lookUp'] = (_, __, done) => done(null, [{ address: '93.184.216.34', family: 4 }, { address: '127.0.0.1', family: 4 }])
    await expect(all({ url: 'http://rebound.example/', allowPrivateAddresses: false, lookUp, retry: { attempts: 1 } })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' })
  })

  it('are refused where a redirection leads to them', async () => {
    // the first name is allowed to be this machine, as a public server would be
    const { port } = new URL(url)
    answer = (_, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end()
    await expect(all({ url: `http://127.0.0.1:${port}/` })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' })
  })

  it('of another origin get no credentials', async () => {
    const other = createServer((request, response) => json(response, [{ authorization: request.headers.authorization ?? 'none', key: request.headers['x-api-key'] ?? 'none' }]))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    answer = (_, response) => void response.writeHead(307, { location: `http://127.0.0.1:${(other.address() as AddressInfo).port}/` }).end()
    expect(await all({ headers: { 'authorization': 'Bearer x', 'x-api-key': 'y' } })).toEqual([{ authorization: 'none', key: 'none' }])
    await new Promise((resolve) => other.close(resolve))
  })
})

it('refuses a URL that is none', async () => {
  await expect(all({ url: 'incidents' })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
})
