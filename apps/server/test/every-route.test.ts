import { type RouteAccess, type Role, roles } from '@motadata/core'
import { type Answer, type AskOptions, startTestServer, type TestServer, trainingRows } from './support/running-server.js'

/** What a route can be pointed at. */
interface Ids {
  readonly model: string
  readonly version: number
  readonly alias: string
  readonly jobId: string
  readonly keyId: string
  readonly operatorKeyId: string
  readonly tenantId: string
}

interface Example {
  readonly path: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

const instances = [{ text: 'the VPN drops every few minutes' }]

/** How every route that asks who calls is called. A route that is added is added here, or this test fails. */
const examples: Readonly<Record<string, (ids: Ids) => Example>> = {
  'GET /metrics': () => ({ path: '/metrics' }),
  'POST /v1/tenants': () => ({ path: '/v1/tenants', body: { id: 'hooli' } }),
  'GET /v1/tenants': () => ({ path: '/v1/tenants' }),
  'GET /v1/tenants/:tenantId': ({ tenantId }) => ({ path: `/v1/tenants/${tenantId}` }),
  'POST /v1/tenants/:tenantId/suspend': ({ tenantId }) => ({ path: `/v1/tenants/${tenantId}/suspend` }),
  'POST /v1/tenants/:tenantId/resume': ({ tenantId }) => ({ path: `/v1/tenants/${tenantId}/resume` }),
  'POST /v1/api-keys': () => ({ path: '/v1/api-keys', body: { name: 'one more', role: 'viewer' } }),
  'GET /v1/api-keys': () => ({ path: '/v1/api-keys' }),
  'GET /v1/api-keys/:keyId': ({ keyId }) => ({ path: `/v1/api-keys/${keyId}` }),
  'POST /v1/api-keys/:keyId/rotate': ({ keyId }) => ({ path: `/v1/api-keys/${keyId}/rotate`, body: {} }),
  'DELETE /v1/api-keys/:keyId': ({ keyId }) => ({ path: `/v1/api-keys/${keyId}` }),
  'POST /v1/operator-keys': () => ({ path: '/v1/operator-keys', body: { name: 'one more' } }),
  'GET /v1/operator-keys': () => ({ path: '/v1/operator-keys' }),
  'GET /v1/operator-keys/:keyId': ({ operatorKeyId }) => ({ path: `/v1/operator-keys/${operatorKeyId}` }),
  'POST /v1/operator-keys/:keyId/rotate': ({ operatorKeyId }) => ({ path: `/v1/operator-keys/${operatorKeyId}/rotate`, body: {} }),
  'DELETE /v1/operator-keys/:keyId': ({ operatorKeyId }) => ({ path: `/v1/operator-keys/${operatorKeyId}` }),
  'GET /v1/me': () => ({ path: '/v1/me' }),
  'GET /v1/models': () => ({ path: '/v1/models' }),
  'GET /v1/models/:name': ({ model }) => ({ path: `/v1/models/${model}` }),
  'GET /v1/models/:name/versions': ({ model }) => ({ path: `/v1/models/${model}/versions` }),
  'GET /v1/models/:name/versions/:version': ({ model, version }) => ({ path: `/v1/models/${model}/versions/${version}` }),
  'PUT /v1/models/:name/aliases/:alias': ({ model, version, alias }) => ({ path: `/v1/models/${model}/aliases/${alias}`, body: { version } }),
  'DELETE /v1/models/:name': ({ model }) => ({ path: `/v1/models/${model}` }),
  'POST /v1/models/:model/predict': ({ model, alias }) => ({ path: `/v1/models/${model}@${alias}/predict`, body: { instances } }),
  'POST /v1/models/:name/versions/:version/predict': ({ model, version }) => ({ path: `/v1/models/${model}/versions/${version}/predict`, body: { instances } }),
  'POST /v1/training-jobs': () => ({
    path: '/v1/training-jobs', headers: { 'idempotency-key': 'nightly' }, body: { modelId: 'another', target: 'category', rows: trainingRows.slice(0, 20) },
  }),
  'GET /v1/jobs': () => ({ path: '/v1/jobs' }),
  'GET /v1/jobs/:jobId': ({ jobId }) => ({ path: `/v1/jobs/${jobId}` }),
  'POST /v1/jobs/:jobId/cancel': ({ jobId }) => ({ path: `/v1/jobs/${jobId}/cancel` }),
}

/** What anybody may call; nothing of a tenant is in it. */
const publicRoutes = [/^\/health\/(live|ready)$/, /^\/openapi\.json$/, /^\/docs($|\/)/]

/** Every route that a test server has, and what it is called with: HEAD like its GET. */
function exampleOf(method: string, url: string): ((ids: Ids) => Example) | undefined {
  return examples[`${method === 'HEAD' ? 'GET' : method} ${url}`]
}

const tooSmallFor = (access: RouteAccess): Role[] => {
  if (access === 'operator') return [...roles]
  return [...roles.slice(0, roles.indexOf(access as never)), 'operator']
}

describe('every route', () => {
  let server: TestServer
  let guarded: { readonly name: string; readonly method: string; readonly access: RouteAccess; readonly example: (ids: Ids) => Example }[]
  let firsts: Ids
  /** Names, ids and digests that belong to the first tenant. */
  let marks: string[]

  beforeAll(async () => {
    server = await startTestServer()
    guarded = server.routes.filter(({ access }) => access !== 'public').flatMap(({ method, url, access }) => {
      const example = exampleOf(method, url)
      return example ? [{ name: `${method} ${url}`, method, access, example }] : []
    })
    const { admin, trainer } = server.first.keys
    const job = await server.train('acme_router')
    const nightly = await server.ask<{ id: string }>('POST', '/v1/training-jobs', {
      key: trainer, headers: { 'idempotency-key': 'nightly' }, body: { modelId: 'acme_router', target: 'category', rows: trainingRows },
    })
    await server.endedJob(trainer, nightly.body.id)
    await server.ask('PUT', '/v1/models/acme_router/aliases/acme-trial', { key: admin, body: { version: 2 } })
    const { apiKeys } = (await server.ask<{ apiKeys: { id: string; prefix: string; name: string }[] }>('GET', '/v1/api-keys', { key: admin })).body
    const spare = await server.ask<{ id: string }>('POST', '/v1/operator-keys', { key: server.operatorKey, body: { name: 'spare' } })
    const version = await server.ask<{ artifact: { sha256: string }; datasetFingerprint: string }>('GET', '/v1/models/acme_router/versions/1', { key: admin })
    firsts = {
      model: 'acme_router', version: 1, alias: 'acme-trial', jobId: job.id, keyId: apiKeys.find(({ name }) => name === 'a viewer')!.id,
      operatorKeyId: spare.body.id, tenantId: server.first.id,
    }
    marks = [
      'acme', job.id, nightly.body.id, version.body.artifact.sha256, version.body.datasetFingerprint, ...apiKeys.flatMap(({ id, prefix }) => [id, prefix]),
    ]
  })
  afterAll(() => server.stop())

  const keyOf = (role: Role): string => (role === 'operator' ? server.operatorKey : server.first.keys[role])
  const call = (method: string, { path, body, headers }: Example, key?: string): Promise<Answer<{ code?: string; id?: string }>> => {
    const options: AskOptions = { ...(key === undefined ? {} : { key }), ...(body === undefined ? {} : { body }), ...(headers ? { headers } : {}) }
    return server.ask(method, path, options)
  }
  /** All that the first tenant has, but for when its keys were last used. */
  const holdings = async (): Promise<unknown[]> => {
    const paths = ['/v1/models', '/v1/models/acme_router/versions', '/v1/api-keys', '/v1/jobs']
    const texts = await Promise.all(paths.map(async (path) => (await server.ask('GET', path, { key: server.first.keys.admin })).text))
    return texts.map((text) => JSON.parse(text, (name, value: unknown) => (name === 'lastUsedAt' ? undefined : value)) as unknown)
  }

  it('is in the table above or public on purpose, and the table has no other', () => {
    const unknown = server.routes
      .filter(({ method, url, access }) => (access === 'public' ? !publicRoutes.some((known) => known.test(url)) : !exampleOf(method, url)))
      .map(({ method, url }) => `${method} ${url}`)
    expect(unknown).toEqual([])
    const served = server.routes.filter(({ access }) => access !== 'public').map(({ method, url }) => `${method} ${url}`)
    expect(Object.keys(examples).filter((name) => !served.includes(name))).toEqual([])
  })

  it('asks who calls: without a good key it answers 401 with problem details', async () => {
    for (const { name, method, example } of guarded) {
      for (const key of [undefined, 'mk1.acme.00000000-0000-7000-8000-000000000000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']) {
        const { status, headers, body } = await call(method, example(firsts), key)
        expect([name, status, headers.get('www-authenticate')]).toEqual([name, 401, 'Bearer'])
        expect(headers.get('content-type')).toMatch(/^application\/problem\+json/)
        if (method !== 'HEAD') expect(body).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
      }
    }
  })

  it('answers 403 to every role that is too small, an operator’s being too small within a tenant', async () => {
    const before = await holdings()
    for (const { name, method, access, example } of guarded) {
      for (const role of tooSmallFor(access)) {
        const { status, body } = await call(method, example(firsts), keyOf(role))
        expect([name, role, status]).toEqual([name, role, 403])
        if (method !== 'HEAD') expect(body).toMatchObject({ status: 403, code: 'PERMISSION_DENIED' })
      }
    }
    expect(await holdings()).toEqual(before)
  })

  it('shows and changes nothing of the first tenant when an admin of the second asks for it', async () => {
    const before = await holdings()
    const nothing: Ids = {
      model: 'never_made', version: 1, alias: 'never-made', jobId: '01900000-0000-7000-8000-000000000000', keyId: '01900000-0000-7000-8000-000000000001',
      operatorKeyId: '01900000-0000-7000-8000-000000000002', tenantId: 'never-made',
    }
    for (const { name, method, access, example } of guarded) {
      const { status, text, body } = await call(method, example(firsts), server.second.keys.admin)
      const said = withoutSent(text, firsts)
      expect([name, marks.filter((mark) => said.includes(mark))]).toEqual([name, []])
      if (access === 'operator') {
        expect([name, status]).toEqual([name, 403])
      } else if (name.includes(':')) {
        expect([name, status]).toEqual([name, 404])
        // and it can't be told from something that was never there
        const never = await call(method, example(nothing), server.second.keys.admin)
        expect([name, never.status, withoutSent(never.text, nothing)]).toEqual([name, status, said])
      } else {
        expect([name, status >= 200 && status < 300]).toEqual([name, true])
        expect(marks).not.toContain(body?.id)
      }
    }
    expect(await holdings()).toEqual(before)
  })

  it('is open to the role it asks for', async () => {
    const [spare, tenant] = await Promise.all([
      server.ask<{ id: string }>('POST', '/v1/api-keys', { key: keyOf('admin'), body: { name: 'spare', role: 'viewer' } }),
      server.ask<{ tenant: { id: string } }>('POST', '/v1/tenants', { key: server.operatorKey, body: { id: 'initech' } }),
    ])
    const ids: Ids = { ...firsts, keyId: spare.body.id, tenantId: tenant.body.tenant.id }
    // what ends something comes last, lest the others find it ended
    const inOrder = guarded.toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))
    for (const { name, method, access, example } of inOrder) {
      const { status } = await call(method, example(ids), keyOf(access as Role))
      const isEnded = name === 'POST /v1/jobs/:jobId/cancel'
      expect([name, isEnded ? status === 409 : status >= 200 && status < 300]).toEqual([name, true])
    }
  })
})

/** What an answer says beyond what it was asked for and under which id. */
function withoutSent(text: string, ids: Ids): string {
  const sent = [`${ids.model}@${ids.alias}`, ids.model, ids.alias, ids.jobId, ids.keyId, ids.operatorKeyId]
  return sent.reduce((left, value) => left.replaceAll(value, '…'), text.replace(/"requestId":"[^"]*"/, ''))
}
