import { startTestServer, type TestServer } from './support/running-server.js'

interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly security?: unknown
  readonly responses: Record<string, unknown>
}

let server: TestServer
beforeAll(async () => void (server = await startTestServer()))
afterAll(() => server.stop())

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1 and describes every route that is not documentation itself', async () => {
    const { body } = await server.ask<{ openapi: string; paths: Record<string, Record<string, Operation>> }>('GET', '/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    const described = Object.entries(body.paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`))
    const served = server.routes
      .filter(({ method, url }) => method !== 'HEAD' && url !== '/openapi.json' && !url.startsWith('/docs'))
      .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`)
    expect(described.sort()).toEqual(served.sort())
  })

  it('describes every group of operations, and none that there is not', async () => {
    const { body } = await server.ask<{ tags: { name: string }[]; paths: Record<string, Record<string, { tags?: string[] }>> }>('GET', '/openapi.json')
    const used = new Set(['tokens']) // only where there is an identity provider
    Object.values(body.paths).flatMap((path) => Object.values(path)).flatMap(({ tags }) => tags ?? ['none']).forEach((tag) => used.add(tag))
    expect(body.tags.map(({ name }) => name).sort()).toEqual([...used].sort())
  })

  it('says of every operation its name, what it does, who may call it, and how it fails', async () => {
    const { body } = await server.ask<{ paths: Record<string, Record<string, Operation>> }>('GET', '/openapi.json')
    const operations = Object.values(body.paths).flatMap((path) => Object.values(path))
    const access = new Map(server.routes.map(({ method, url, access: role }) => [`${method.toLowerCase()} ${url.replace(/:(\w+)/g, '{$1}')}`, role]))
    for (const [path, byMethod] of Object.entries(body.paths)) {
      for (const [method, { security }] of Object.entries(byMethod)) {
        const role = access.get(`${method} ${path}`)
        expect([path, security]).toEqual([path, role === 'public' ? undefined : [{ bearer: [role] }, { apiKey: [role] }]])
      }
    }
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
    for (const { operationId, summary, responses } of operations) {
      expect([operationId, typeof summary]).toEqual([expect.any(String), 'string'])
      expect(JSON.stringify(responses)).toContain('application/problem+json')
    }
  })
})

it('nothing in the OpenAPI document points to what is not there', async () => {
  const { body, text } = await server.ask<Record<string, unknown>>('GET', '/openapi.json')
  const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference!))
  expect(references.size).toBeGreaterThan(0)
  for (const reference of references) {
    const [root, ...steps] = reference.split('/')
    expect([root, steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], body)]).toEqual(['#', expect.any(Object)])
  }
})

describe('the documentation', () => {
  it('loads nothing from elsewhere', async () => {
    const page = await server.ask('GET', '/docs/')
    expect(page.status).toBe(200)
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!)
    expect(assets.length).toBeGreaterThan(2)
    for (const asset of assets) {
      const url = new URL(asset, `${server.url}/docs/`)
      expect(url.origin).toBe(server.url)
      expect((await fetch(url)).status).toBe(200)
    }
    // the browser is told to refuse the rest, and not to look for https where there is none
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toMatch(/https?:|\*|upgrade-insecure-requests|[a-z]\.(io|com|org)/)
  })
})
