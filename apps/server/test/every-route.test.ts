import { type RouteAccess, type Role, roles } from '@motadata/core'
import { until } from '@motadata/testing'
import { IdentityProvider } from './support/identity-provider.js'
import { type Answer, type AskOptions, type OpenTestPlatform, startTestServer, type TestServer, trainingRows } from './support/running-server.js'
import { describeWithServices } from './support/services.js'
import { embedded, onPostgresql } from './support/test-platforms.js'

/** What a route can be pointed at. */
interface Ids {
  readonly model: string
  readonly version: number
  readonly alias: string
  readonly dataset: string
  readonly events: string
  readonly entity: string
  readonly view: string
  readonly service: string
  readonly pipeline: string
  readonly runId: string
  readonly jobId: string
  readonly keyId: string
  readonly operatorKeyId: string
  readonly tenantId: string
  /** Of a redacted text. */
  readonly token: string
  readonly erasureId: string
  readonly tenantErasureId: string
}

interface Example {
  readonly path: string
  /** Whether the body names what is asked for, as others name it in the path. */
  readonly isNamedInBody?: boolean
  /** Whether it makes what the path names, for whoever asks. */
  readonly makesOwn?: boolean
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

const pushed = { caller_id: 'a caller', event_time: '2026-01-07T00:00:00Z', hours: 3, text: 'the VPN drops' }
const pushedColumns = Object.fromEntries(Object.entries(pushed).map(([name, value]) => [name, [value]]))
const featureIds = { events: 'acme_events', entity: 'acme_caller', view: 'acme_history', service: 'acme_service' }
const instances = [{ text: 'the VPN drops every few minutes' }]

/** Of acme, one of them in quarantine. */
const ticketsWithBadRow = `text,category\n${trainingRows.map(({ text, category }) => `${JSON.stringify(text)},${category}`).join('\n')}\na secret of acme in a row,with,too many values\n`

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
  'POST /v1/token-revocations': () => ({ path: '/v1/token-revocations', body: { subject: 'somebody who left' } }),
  'GET /v1/audit-events': () => ({ path: '/v1/audit-events' }),
  'GET /v1/audit-events/verification': () => ({ path: '/v1/audit-events/verification' }),
  'GET /v1/me': () => ({ path: '/v1/me' }),
  'GET /v1/models': () => ({ path: '/v1/models' }),
  'GET /v1/models/:name': ({ model }) => ({ path: `/v1/models/${model}` }),
  'GET /v1/models/:name/versions': ({ model }) => ({ path: `/v1/models/${model}/versions` }),
  'GET /v1/models/:name/versions/:version': ({ model, version }) => ({ path: `/v1/models/${model}/versions/${version}` }),
  'PUT /v1/models/:name/aliases/:alias': ({ model, version, alias }) => ({ path: `/v1/models/${model}/aliases/${alias}`, body: { version } }),
  'GET /v1/models/:name/versions/:version/card': ({ model, version }) => ({ path: `/v1/models/${model}/versions/${version}/card` }),
  'GET /v1/models/:name/versions/:version/card.html': ({ model, version }) => ({ path: `/v1/models/${model}/versions/${version}/card.html` }),
  'GET /v1/models/:name/versions/:version/lineage': ({ model, version }) => ({ path: `/v1/models/${model}/versions/${version}/lineage` }),
  'GET /v1/models/:name/versions/:version/compare': ({ model, version }) => ({ path: `/v1/models/${model}/versions/${version}/compare?with=1` }),
  'PATCH /v1/models/:name': ({ model }) => ({ path: `/v1/models/${model}`, body: { description: 'routes tickets' } }),
  'DELETE /v1/models/:name': ({ model }) => ({ path: `/v1/models/${model}` }),
  'POST /v1/models/:model/predict': ({ model, alias }) => ({ path: `/v1/models/${model}@${alias}/predict`, body: { instances } }),
  'POST /v1/models/:name/versions/:version/predict': ({ model, version }) => ({ path: `/v1/models/${model}/versions/${version}/predict`, body: { instances } }),
  'POST /v1/models/:model/explain': ({ model, alias }) => ({ path: `/v1/models/${model}@${alias}/explain`, body: { instances } }),
  'POST /v1/models/:name/versions/:version/explain': ({ model, version }) => ({ path: `/v1/models/${model}/versions/${version}/explain`, body: { instances } }),
  'GET /v1/datasets': () => ({ path: '/v1/datasets' }),
  'GET /v1/datasets/:name': ({ dataset }) => ({ path: `/v1/datasets/${dataset}` }),
  'GET /v1/datasets/:name/versions': ({ dataset }) => ({ path: `/v1/datasets/${dataset}/versions` }),
  'GET /v1/datasets/:name/versions/:version': ({ dataset }) => ({ path: `/v1/datasets/${dataset}/versions/1` }),
  'GET /v1/datasets/:name/versions/:version/profile': ({ dataset }) => ({ path: `/v1/datasets/${dataset}/versions/1/profile` }),
  'GET /v1/datasets/:name/versions/:version/profile.html': ({ dataset }) => ({ path: `/v1/datasets/${dataset}/versions/1/profile.html` }),
  'GET /v1/datasets/:name/rows': ({ dataset }) => ({ path: `/v1/datasets/${dataset}/rows` }),
  'GET /v1/datasets/:name/expectations': ({ dataset }) => ({ path: `/v1/datasets/${dataset}/expectations` }),
  'POST /v1/datasets': () => ({ path: '/v1/datasets', headers: { 'idempotency-key': 'another' }, body: { name: 'another', rows: [{ text: 'another' }] } }),
  'POST /v1/datasets/:name/validations': ({ dataset }) => ({ path: `/v1/datasets/${dataset}/validations`, body: { expectations: [{ kind: 'row-count', minimum: 1 }] } }),
  'GET /v1/datasets/:name/versions/:version/quarantine': ({ dataset }) => ({ path: `/v1/datasets/${dataset}/versions/1/quarantine` }),
  'GET /v1/datasets/:name/versions/:version/quarantine.ndjson': ({ dataset }) => ({ path: `/v1/datasets/${dataset}/versions/1/quarantine.ndjson` }),
  'POST /v1/datasets/:name/versions/:version/quarantine/replay': ({ dataset }) => ({
    path: `/v1/datasets/${dataset}/versions/1/quarantine/replay`, body: { rows: [{ row: 1, text: 'mended,printing' }] },
  }),
  'POST /v1/datasets/:name/archive': ({ dataset }) => ({ path: `/v1/datasets/${dataset}/archive` }),
  'DELETE /v1/datasets/:name': ({ dataset }) => ({ path: `/v1/datasets/${dataset}` }),
  'GET /v1/entities': () => ({ path: '/v1/entities' }),
  'GET /v1/entities/:name': ({ entity }) => ({ path: `/v1/entities/${entity}` }),
  'PUT /v1/entities/:name': () => ({ path: '/v1/entities/another', makesOwn: true, body: { joinKey: 'another_id', keyKind: 'text' } }),
  'DELETE /v1/entities/:name': ({ entity }) => ({ path: `/v1/entities/${entity}` }),
  'GET /v1/feature-views': () => ({ path: '/v1/feature-views' }),
  'GET /v1/feature-views/:name': ({ view }) => ({ path: `/v1/feature-views/${view}` }),
  'PUT /v1/feature-views/:name': ({ view, entity, events }) => ({
    path: `/v1/feature-views/${view}`, body: { entities: [entity], features: [{ name: 'hours', kind: 'number' }, { name: 'text', kind: 'text' }], source: { dataset: events, eventTime: 'event_time' } },
  }),
  'DELETE /v1/feature-views/:name': ({ view }) => ({ path: `/v1/feature-views/${view}` }),
  'PUT /v1/feature-views/:name/features/:feature': ({ view }) => ({ path: `/v1/feature-views/${view}/features/hours`, body: { kind: 'number' } }),
  'POST /v1/feature-views/:name/push': ({ view }) => ({ path: `/v1/feature-views/${view}/push`, headers: { 'idempotency-key': 'nightly' }, body: { rows: [pushed] } }),
  'POST /v1/feature-views/:name/materialize': ({ view }) => ({ path: `/v1/feature-views/${view}/materialize`, body: {} }),
  'GET /v1/feature-views/:name/skew': ({ view }) => ({ path: `/v1/feature-views/${view}/skew` }),
  'GET /v1/feature-views/:name/freshness': ({ view }) => ({ path: `/v1/feature-views/${view}/freshness` }),
  'GET /v1/feature-services': () => ({ path: '/v1/feature-services' }),
  'GET /v1/feature-services/:name': ({ service }) => ({ path: `/v1/feature-services/${service}` }),
  'PUT /v1/feature-services/:name': ({ service, view }) => ({ path: `/v1/feature-services/${service}`, body: { features: [`${view}:hours`] } }),
  'DELETE /v1/feature-services/:name': ({ service }) => ({ path: `/v1/feature-services/${service}` }),
  'GET /v1/features': () => ({ path: '/v1/features' }),
  'GET /v1/features/:reference': ({ view }) => ({ path: `/v1/features/${view}:hours` }),
  'GET /v1/features/feast-definitions': () => ({ path: '/v1/features/feast-definitions' }),
  'POST /v1/features/online': ({ view }) => ({ path: '/v1/features/online', isNamedInBody: true, body: { features: [`${view}:hours`], entities: { caller_id: ['a caller'] } } }),
  'POST /v1/features/historical': ({ view }) => ({ path: '/v1/features/historical', isNamedInBody: true, body: { features: [`${view}:hours`], rows: [{ caller_id: 'a caller', event_time: '2026-02-01T00:00:00Z' }] } }),
  'POST /v1/features/nearest': ({ view }) => ({ path: '/v1/features/nearest', isNamedInBody: true, body: { feature: `${view}:text`, text: 'the VPN drops' } }),
  'POST /feast/get-online-features': ({ view }) => ({ path: '/feast/get-online-features', isNamedInBody: true, body: { features: [`${view}:hours`], entities: { caller_id: ['a caller'] } } }),
  'POST /feast/push': ({ view }) => ({ path: '/feast/push', isNamedInBody: true, body: { push_source_name: view, df: pushedColumns } }),
  'POST /feast/write-to-online-store': ({ view }) => ({ path: '/feast/write-to-online-store', isNamedInBody: true, body: { feature_view_name: view, df: pushedColumns } }),
  'POST /feast/materialize': ({ view }) => ({ path: '/feast/materialize', isNamedInBody: true, body: { disable_event_timestamp: true, feature_views: [view] } }),
  'POST /feast/materialize-incremental': ({ view }) => ({ path: '/feast/materialize-incremental', isNamedInBody: true, body: { end_ts: '2026-02-01T00:00:00Z', feature_views: [view] } }),
  'GET /v1/data-pipelines': () => ({ path: '/v1/data-pipelines' }),
  'GET /v1/data-pipelines/:name': ({ pipeline }) => ({ path: `/v1/data-pipelines/${pipeline}` }),
  'PUT /v1/data-pipelines/:name': () => ({ path: '/v1/data-pipelines/another', makesOwn: true, body: pipelineOf('another') }),
  'DELETE /v1/data-pipelines/:name': ({ pipeline }) => ({ path: `/v1/data-pipelines/${pipeline}` }),
  'PUT /v1/data-pipelines/:name/schedule': ({ pipeline }) => ({ path: `/v1/data-pipelines/${pipeline}/schedule`, body: { cron: '0 2 * * *' } }),
  'DELETE /v1/data-pipelines/:name/schedule': ({ pipeline }) => ({ path: `/v1/data-pipelines/${pipeline}/schedule` }),
  'POST /v1/data-pipelines/:name/runs': ({ pipeline }) => ({ path: `/v1/data-pipelines/${pipeline}/runs`, headers: { 'idempotency-key': 'nightly' }, body: {} }),
  'GET /v1/data-pipelines/:name/runs': ({ pipeline }) => ({ path: `/v1/data-pipelines/${pipeline}/runs` }),
  'GET /v1/data-pipelines/:name/runs/:runId': ({ pipeline, runId }) => ({ path: `/v1/data-pipelines/${pipeline}/runs/${runId}` }),
  'POST /v1/data-pipelines/:name/runs/:runId/cancel': ({ pipeline, runId }) => ({ path: `/v1/data-pipelines/${pipeline}/runs/${runId}/cancel` }),
  'POST /v1/training-jobs': () => ({
    path: '/v1/training-jobs', headers: { 'idempotency-key': 'nightly' }, body: { modelId: 'another', target: 'category', rows: trainingRows.slice(0, 20) },
  }),
  'GET /v1/jobs': () => ({ path: '/v1/jobs' }),
  'GET /v1/jobs/:jobId': ({ jobId }) => ({ path: `/v1/jobs/${jobId}` }),
  'POST /v1/jobs/:jobId/cancel': ({ jobId }) => ({ path: `/v1/jobs/${jobId}/cancel` }),
  'POST /v1/redactions': () => ({ path: '/v1/redactions', body: { texts: ['Anna Berg has no VPN'] } }),
  'POST /v1/redactions/restore': ({ token }) => ({ path: '/v1/redactions/restore', body: { texts: [token] } }),
  'POST /v1/erasures': () => ({ path: '/v1/erasures', headers: { 'idempotency-key': 'of nobody' }, body: { identifiers: ['nobody@nowhere.example'] } }),
  'GET /v1/erasures': () => ({ path: '/v1/erasures' }),
  'GET /v1/erasures/:erasureId': ({ erasureId }) => ({ path: `/v1/erasures/${erasureId}` }),
  'POST /v1/tenants/:tenantId/erasures': ({ tenantId }) => ({ path: `/v1/tenants/${tenantId}/erasures` }),
  'GET /v1/tenant-erasures': () => ({ path: '/v1/tenant-erasures' }),
  'GET /v1/tenant-erasures/:erasureId': ({ tenantErasureId }) => ({ path: `/v1/tenant-erasures/${tenantErasureId}` }),
}

/** A pipeline over tickets, which need not be there yet. */
function pipelineOf(dataset: string): object {
  return { steps: [{ name: 'tickets', kind: 'extract', dataset, schema: { text: 'text' } }, { name: 'kept', kind: 'load', dataset: `${dataset}_kept` }] }
}

/** What anybody may call; nothing of a tenant is in it. */
const publicRoutes = [/^\/health\/(live|ready)$/, /^\/feast\/health$/, /^\/openapi\.json$/, /^\/docs($|\/)/]

/** Every route that a test server has, and what it is called with: HEAD like its GET. */
function exampleOf(method: string, url: string): ((ids: Ids) => Example) | undefined {
  return examples[`${method === 'HEAD' ? 'GET' : method} ${url}`]
}

const tooSmallFor = (access: RouteAccess): Role[] => {
  if (access === 'operator') return [...roles]
  return [...roles.slice(0, roles.indexOf(access as never)), 'operator']
}

/** How a caller says who they are. */
const credentials = ['an API key', 'a token'] as const

describe('every route on the embedded database', () => describeRoutes(embedded))
describeWithServices('every route on PostgreSQL, as a login that owns nothing', {}, () => describeRoutes(onPostgresql))

function describeRoutes(open: OpenTestPlatform): void {
  let server: TestServer
  let provider: IdentityProvider
  let guarded: { readonly name: string; readonly method: string; readonly access: RouteAccess; readonly example: (ids: Ids) => Example }[]
  let firsts: Ids
  /** Names, ids and digests that belong to the first tenant. */
  let marks: string[]

  beforeAll(async () => {
    provider = await IdentityProvider.start()
    server = await startTestServer({ open, config: provider.settings })
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
    const ingested = await server.ask<{ version: { fingerprint: string } }>('POST', '/v1/datasets?name=acme_tickets', {
      key: trainer, headers: { 'idempotency-key': 'nightly', 'content-type': 'text/csv' }, body: ticketsWithBadRow,
    })
    await registerFeatures(featureIds)
    const runId = await runPipeline('acme_pipeline', 'acme_tickets')
    const { apiKeys } = (await server.ask<{ apiKeys: { id: string; prefix: string; name: string }[] }>('GET', '/v1/api-keys', { key: admin })).body
    const spare = await server.ask<{ id: string }>('POST', '/v1/operator-keys', { key: server.operatorKey, body: { name: 'spare' } })
    const version = await server.ask<{ artifact: { sha256: string }; datasetFingerprint: string }>('GET', '/v1/models/acme_router/versions/1', { key: admin })
    const redacted = await server.ask<{ texts: string[] }>('POST', '/v1/redactions', { key: trainer, body: { texts: ['acme.secret@acme.example'] } })
    const erasure = await server.ask<{ id: string }>('POST', '/v1/erasures', { key: admin, body: { identifiers: ['nobody@nowhere.example'] } })
    await server.ask('POST', '/v1/tenants', { key: server.operatorKey, body: { id: 'vehement' } })
    const tenantErasure = await server.ask<{ id: string }>('POST', '/v1/tenants/vehement/erasures', { key: server.operatorKey })
    await until(async () => (await server.ask<{ state: string }>('GET', `/v1/erasures/${erasure.body.id}`, { key: admin })).body.state === 'completed' || undefined)
    firsts = {
      model: 'acme_router', version: 1, alias: 'acme-trial', dataset: 'acme_tickets', ...featureIds, pipeline: 'acme_pipeline', runId, jobId: job.id, keyId: apiKeys.find(({ name }) => name === 'a viewer')!.id,
      operatorKeyId: spare.body.id, tenantId: server.first.id, token: redacted.body.texts[0]!, erasureId: erasure.body.id, tenantErasureId: tenantErasure.body.id,
    }
    marks = [
      'acme', 'a secret', runId, erasure.body.id, job.id, nightly.body.id, version.body.artifact.sha256, version.body.datasetFingerprint, ingested.body.version.fingerprint, ...apiKeys.flatMap(({ id, prefix }) => [id, prefix]),
    ]
  }, 120_000)
  afterAll(async () => {
    await server.stop()
    await provider.stop()
  })

  const keyOf = (role: Role, credential: (typeof credentials)[number] = 'an API key', tenant = server.first): string => {
    if (role === 'operator') return server.operatorKey
    return credential === 'a token' ? provider.token(tenant.id, role) : tenant.keys[role]
  }
  /** Defines a pipeline over a dataset and runs it. @returns the run's id */
  const runPipeline = async (pipeline: string, dataset: string): Promise<string> => {
    const { trainer } = server.first.keys
    const defined = await server.ask('PUT', `/v1/data-pipelines/${pipeline}`, { key: trainer, body: pipelineOf(dataset) })
    const { status, body: { id } } = await server.ask<{ id: string }>('POST', `/v1/data-pipelines/${pipeline}/runs`, { key: trainer, headers: { 'idempotency-key': 'nightly' }, body: {} })
    expect([defined.status, status]).toEqual([200, 202])
    await server.endedJob(trainer, id)
    return id
  }
  /** Events, an entity, a view of them and a service; the view is online. */
  const registerFeatures = async ({ events, entity, view, service }: Pick<Ids, 'events' | 'entity' | 'view' | 'service'>): Promise<void> => {
    const ids = { ...firsts, events, entity, view, service }
    const rows = [{ ...pushed, event_time: '2026-01-06T00:00:00Z' }]
    const columnKinds = { caller_id: 'text', event_time: 'instant', hours: 'number', text: 'text' }
    const { trainer } = server.first.keys
    for (const [method, path, body] of [
      ['POST', '/v1/datasets', { name: events, rows, columnKinds }],
      ['PUT', `/v1/entities/${entity}`, { joinKey: 'caller_id', keyKind: 'text' }],
      ...['PUT /v1/feature-views/:name', 'PUT /v1/feature-services/:name', 'POST /feast/materialize'].map((name) => {
        const example = examples[name]!(ids)
        return [name.split(' ')[0]!, example.path, example.body] as const
      }),
    ] as const) {
      const { status, text } = await server.ask(method, path, { key: trainer, body })
      expect([path, status, text]).toEqual([path, method === 'POST' && path === '/v1/datasets' ? 201 : 200, text])
    }
  }
  const call = (method: string, { path, body, headers }: Example, key?: string): Promise<Answer<{ code?: string; id?: string }>> => {
    const options: AskOptions = { ...(key === undefined ? {} : { key }), ...(body === undefined ? {} : { body }), ...(headers ? { headers } : {}) }
    return server.ask(method, path, options)
  }
  /** All that the first tenant has, but for when its keys were last used. */
  const holdings = async (): Promise<unknown[]> => {
    const paths = ['/v1/models', '/v1/models/acme_router/versions', '/v1/api-keys', '/v1/jobs', '/v1/datasets', '/v1/datasets/acme_tickets/versions', '/v1/entities', '/v1/feature-views', '/v1/feature-services', '/v1/data-pipelines', '/v1/data-pipelines/acme_pipeline', '/v1/data-pipelines/acme_pipeline/runs']
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
      const forged = provider.token('acme', 'admin').replace(/[^.]*$/, 'A'.repeat(86))
      for (const key of [undefined, 'mk1.acme.00000000-0000-7000-8000-000000000000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', forged]) {
        const { status, headers, body } = await call(method, example(firsts), key)
        expect([name, status, headers.get('www-authenticate')]).toEqual([name, 401, 'Bearer'])
        expect(headers.get('content-type')).toMatch(/^application\/problem\+json/)
        if (method !== 'HEAD') expect(body).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
      }
    }
  })

  it.each(credentials)('answers 403 to every role that is too small by %s, an operator’s being too small within a tenant', async (credential) => {
    const before = await holdings()
    for (const { name, method, access, example } of guarded) {
      for (const role of tooSmallFor(access)) {
        const { status, body } = await call(method, example(firsts), keyOf(role, credential))
        expect([name, role, status]).toEqual([name, role, 403])
        if (method !== 'HEAD') expect(body).toMatchObject({ status: 403, code: 'PERMISSION_DENIED' })
      }
    }
    expect(await holdings()).toEqual(before)
  })

  it.each(credentials)('shows and changes nothing of the first tenant when an admin of the second asks for it with %s', async (credential) => {
    const before = await holdings()
    const theirs = keyOf('admin', credential, server.second)
    const nothing: Ids = {
      model: 'never_made', version: 1, alias: 'never-made', dataset: 'never-made', events: 'never-made', entity: 'never-made', view: 'never-made', service: 'never-made', pipeline: 'never-made', runId: '01900000-0000-7000-8000-000000000005', jobId: '01900000-0000-7000-8000-000000000000', keyId: '01900000-0000-7000-8000-000000000001',
      operatorKeyId: '01900000-0000-7000-8000-000000000002', tenantId: 'never-made', token: 'EMAIL_aaaaaaaaaaaaaaaa', erasureId: '01900000-0000-7000-8000-000000000003', tenantErasureId: '01900000-0000-7000-8000-000000000004',
    }
    for (const { name, method, access, example } of guarded) {
      const { status, text, body } = await call(method, example(firsts), theirs)
      const said = withoutSent(text, firsts)
      expect([name, marks.filter((mark) => said.includes(mark))]).toEqual([name, []])
      if (access === 'operator') {
        expect([name, status]).toEqual([name, 403])
      } else if (example(firsts).isNamedInBody || (name.includes(':') && !example(firsts).makesOwn)) {
        expect([name, status]).toEqual([name, 404])
        // and it can't be told from something that was never there
        const never = await call(method, example(nothing), theirs)
        expect([name, never.status, withoutSent(never.text, nothing)]).toEqual([name, status, said])
      } else {
        expect([name, status >= 200 && status < 300]).toEqual([name, true])
        expect(marks).not.toContain(body?.id)
      }
    }
    expect(await holdings()).toEqual(before)
  })

  it.each(credentials)('is open to the role it asks for, by %s', async (credential) => {
    const model = credential === 'a token' ? 'acme_tokens' : 'acme_router'
    const dataset = credential === 'a token' ? 'acme_token_tickets' : firsts.dataset
    const features = credential === 'a token' ? { events: 'acme_token_events', entity: 'acme_token_caller', view: 'acme_token_history', service: 'acme_token_service' } : featureIds
    if (credential === 'a token') {
      await registerFeatures(features)
      await server.train(model)
      await server.ask('POST', `/v1/datasets?name=${dataset}`, { key: keyOf('trainer'), headers: { 'content-type': 'text/csv' }, body: ticketsWithBadRow })
      await server.ask('PUT', `/v1/models/${model}/aliases/${firsts.alias}`, { key: keyOf('admin'), body: { version: 1 } })
    }
    const [spare, tenant] = await Promise.all([
      server.ask<{ id: string }>('POST', '/v1/api-keys', { key: keyOf('admin'), body: { name: 'spare', role: 'viewer' } }),
      server.ask<{ tenant: { id: string } }>('POST', '/v1/tenants', { key: server.operatorKey, body: { id: `initech-${model}`.replace('acme_', '') } }),
    ])
    const pipeline = credential === 'a token' ? 'acme_token_pipeline' : firsts.pipeline
    const runId = await runPipeline(pipeline, dataset)
    const ids: Ids = { ...firsts, model, dataset, ...features, pipeline, runId, keyId: spare.body.id, tenantId: tenant.body.tenant.id }
    // what ends something comes last, lest the others find it ended; no token is an operator's
    const open = guarded.filter(({ access }) => credential === 'an API key' || access !== 'operator')
    for (const { name, method, access, example } of open.toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))) {
      const { status } = await call(method, example(ids), keyOf(access as Role, credential))
      const isEnded = name === 'POST /v1/jobs/:jobId/cancel' || name === 'POST /v1/data-pipelines/:name/runs/:runId/cancel'
      expect([name, isEnded ? status === 409 : status >= 200 && status < 300]).toEqual([name, true])
    }
  }, 90_000)
}

/** What an answer says beyond what it was asked for and under which id. */
function withoutSent(text: string, ids: Ids): string {
  const sent = [`${ids.model}@${ids.alias}`, ids.model, ids.alias, ids.dataset, ids.events, ids.entity, ids.view, ids.service, ids.pipeline, ids.runId, ids.jobId, ids.keyId, ids.operatorKeyId, ids.token, ids.erasureId, ids.tenantErasureId]
  return sent.reduce((left, value) => left.replaceAll(value, '…'), text.replace(/"requestId":"[^"]*"/, ''))
}
