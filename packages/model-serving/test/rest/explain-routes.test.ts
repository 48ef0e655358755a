import { post, type ServedEcho, serveEcho } from '../served-echo.js'

describe('explainRoutes', () => {
  let served: ServedEcho

  beforeAll(async () => {
    served = await serveEcho()
  })
  afterAll(() => served.server.stopServer())

  const ask = (path: string, body: unknown): Promise<Response> => post(served.url + path, JSON.stringify(body))

  it.each(['/v1/models/echo/explain', '/v1/models/echo@challenger/explain', '/v1/models/echo/versions/12/explain'])('answers %s with predictions and what they are made of', async (path) => {
    const response = await ask(path, { instances: [{ text: 'VPN is down' }], label: 'printer', termCount: 1 })
    expect(response.status).toBe(200)
    const { predictions } = (await response.json()) as { predictions: unknown[] }
    expect(predictions).toEqual([expect.objectContaining({
      label: 'network',
      explanation: {
        method: 'linear', label: 'printer', score: 2, intercept: 0.5, fields: [{ source: 'text', contribution: 1.5 }],
        terms: [{ source: 'text', name: 'vpn', contribution: 1 }], otherTerms: 0.5,
      },
    })])
  })

  it.each<[string, unknown, number, string]>([
    ['/v1/models/none/explain', { instances: [{ text: 'x' }] }, 404, 'MODEL_NOT_FOUND'],
    ['/v1/models/echo/explain', { instances: [] }, 400, 'INSTANCES_EMPTY'],
    ['/v1/models/echo/explain', { instances: [{ text: 'x' }], termCount: 0 }, 400, 'REQUEST_INVALID'],
    ['/v1/models/echo/explain', { instances: [{ text: 'x' }], top: 3 }, 400, 'REQUEST_INVALID'],
  ])('answers %s of %j with %d', async (path, body, status, code) => {
    const response = await ask(path, body)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ code })
  })
})
