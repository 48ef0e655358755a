import { startTestServer, type TestServer } from './support/running-server.js'

let server: TestServer
beforeAll(async () => void (server = await startTestServer()))
afterAll(() => server.stop())

describe('health', () => {
  it('is live, and ready when everything can answer', async () => {
    expect(await server.ask('GET', '/health/live')).toMatchObject({ status: 200, body: { live: true } })
    expect(await server.ask('GET', '/health/ready')).toMatchObject({
      status: 200, body: { ready: true, checks: { database: true, worker: true, server: true } },
    })
  })

  it('is not ready, and still live, when the database no longer answers', async () => {
    const stopped = await startTestServer()
    try {
      await stopped.platform.close()
      expect(await stopped.ask('GET', '/health/ready')).toMatchObject({ status: 503, body: { ready: false, checks: { database: false, server: true } } })
      expect(await stopped.ask('GET', '/health/live')).toMatchObject({ status: 200 })
    } finally {
      await stopped.stop()
    }
  })
})

describe('metrics', () => {
  it('are for the operator, count requests by route and name no tenant', async () => {
    await server.ask('GET', '/v1/models', { key: server.first.keys.viewer })
    const { status, text, headers } = await server.ask('GET', '/metrics', { key: server.operatorKey })
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^text\/plain/)
    expect(text).toMatch(/http_server_request_duration_count\{[^}]*http_route="\/v1\/models"[^}]*\} [1-9]/)
    expect(text).toMatch(/process_memory_usage(_bytes)?(\{[^}]*\})? \d/)
    expect(text).not.toMatch(/acme|globex/)
  })

  it('are not for a tenant’s admin, nor for nobody', async () => {
    expect((await server.ask('GET', '/metrics', { key: server.first.keys.admin })).status).toBe(403)
    expect((await server.ask('GET', '/metrics')).status).toBe(401)
  })
})
