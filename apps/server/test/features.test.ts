import { startTestServer, type TestServer } from './support/running-server.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  const rows = [
    { caller_id: 'a', event_time: '2026-01-01T00:00:00Z', tickets: 1, note: 'VPN is down' }, { caller_id: 'a', event_time: '2026-01-03T00:00:00Z', tickets: 3, note: 'mail is slow' },
    { caller_id: 'b', event_time: '2026-01-02T00:00:00Z', tickets: null, note: 'VPN drops' },
  ]
  await ask('POST', '/v1/datasets', { name: 'events', rows, columnKinds: { caller_id: 'text', event_time: 'instant', tickets: 'number', note: 'text' } })
  await ask('PUT', '/v1/entities/caller', { joinKey: 'caller_id', keyKind: 'text' })
  await ask('PUT', '/v1/feature-views/history', view)
}, 60_000)
afterAll(() => server.stop())

const view = {
  entities: ['caller'], features: [{ name: 'tickets', kind: 'number' }, { name: 'note', kind: 'text' }], source: { dataset: 'events', eventTime: 'event_time' },
  onDemand: [{ name: 'per_day', kind: 'number', transformation: 'ratio', inputs: ['tickets', 'request:days'] }],
}

async function ask<Body = Record<string, unknown>>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: Body; text: string }> {
  return server.ask<Body>(method, path, { key: server.first.keys.admin, headers, ...(body === undefined ? {} : { body }) })
}

it('brings a view online by a job, and serves it', async () => {
  const job = await ask<{ id: string }>('POST', '/v1/feature-views/history/materialize', {})
  expect(job.status).toBe(202)
  expect(await server.endedJob(server.first.keys.admin, job.body.id)).toMatchObject({ state: 'succeeded', result: { view: 'history', entityCount: 2, keptCount: 2 } })
  const { body } = await ask('POST', '/v1/features/online', { features: ['history:tickets', 'history:per_day'], entities: { caller_id: ['a', 'b', 'c'], days: [2, 2, 2] } })
  expect(body).toEqual({
    features: [
      { name: 'tickets', values: [3, null, null], statuses: ['PRESENT', 'NULL_VALUE', 'NOT_FOUND'], eventTimes: ['2026-01-03T00:00:00.000Z', '2026-01-02T00:00:00.000Z', null] },
      { name: 'per_day', values: [1.5, null, null], statuses: ['PRESENT', 'NULL_VALUE', 'NOT_FOUND'], eventTimes: ['2026-01-03T00:00:00.000Z', '2026-01-02T00:00:00.000Z', null] },
    ],
  })
  expect((await ask('GET', '/v1/feature-views/history/skew')).body).toMatchObject({ compared: 2, missingOnline: 0, features: [{ differing: 0 }, { differing: 0 }] })
  expect((await ask('GET', '/v1/feature-views/history/freshness')).body).toMatchObject({ newestEvent: '2026-01-03T00:00:00.000Z', isLate: false })
}, 30_000)

it('gives rows what was known at their instants, or keeps them', async () => {
  const rows = [{ caller_id: 'a', event_time: '2026-01-02T00:00:00Z', id: 7 }, { caller_id: 'c', event_time: '2026-01-02T00:00:00Z', id: 8 }]
  expect((await ask('POST', '/v1/features/historical', { features: ['history:tickets'], rows })).body).toEqual({
    rowCount: 2, rows: [{ ...rows[0], event_time: '2026-01-02T00:00:00.000Z', tickets: 1 }, { ...rows[1], event_time: '2026-01-02T00:00:00.000Z', tickets: null }],
  })
  const kept = await ask('POST', '/v1/features/historical', { features: ['history:tickets'], dataset: { name: 'events' }, into: 'training', fullNames: true })
  expect(kept.body).toMatchObject({ rowCount: 3, version: { name: 'training', version: 1, columns: expect.arrayContaining([{ name: 'history__tickets', kind: 'number' }]) as unknown } })
})

it('finds the nearest texts', async () => {
  const { body } = await ask('POST', '/v1/features/nearest', { feature: 'history:note', text: 'the VPN' })
  expect(body).toMatchObject({ neighbours: [{ keys: { caller_id: 'b' }, text: 'VPN drops' }] })
})

it('speaks as Feast’s feature server does', async () => {
  const df = { caller_id: ['f', 'g'], tickets: [5, 6], note: ['x', null], event_timestamp: ['2026-01-05 00:00:00+00:00', '2026-01-06T00:00:00'], created: ['2026-01-05T00:00:00', '2026-01-06T00:00:00'] }
  expect(await ask('POST', '/feast/write-to-online-store', { feature_view_name: 'history', df, allow_registry_cache: false })).toMatchObject({ status: 200 })
  const { body } = await ask('POST', '/feast/get-online-features', { features: ['history:tickets', 'history:note'], entities: { caller_id: ['f', 'g', 'z'] }, full_feature_names: false })
  expect(body).toEqual({
    metadata: { feature_names: ['caller_id', 'tickets', 'note'] },
    results: [
      { values: ['f', 'g', 'z'], statuses: ['PRESENT', 'PRESENT', 'PRESENT'], event_timestamps: Array(3).fill('1970-01-01T00:00:00Z') },
      { values: [5, 6, null], statuses: ['PRESENT', 'PRESENT', 'NOT_FOUND'], event_timestamps: ['2026-01-05T00:00:00.000Z', '2026-01-06T00:00:00.000Z', '1970-01-01T00:00:00Z'] },
      { values: ['x', null, null], statuses: ['PRESENT', 'NULL_VALUE', 'NOT_FOUND'], event_timestamps: ['2026-01-05T00:00:00.000Z', '2026-01-06T00:00:00.000Z', '1970-01-01T00:00:00Z'] },
    ],
  })
  expect(await ask('POST', '/feast/push', { push_source_name: 'history', df: { caller_id: ['h'], tickets: [1], note: ['n'], event_time: ['2026-01-07T00:00:00Z'] }, to: 'online_and_offline' })).toMatchObject({ status: 200, body: {} })
  expect(await ask('POST', '/feast/materialize', { start_ts: '2026-01-01T00:00:00', end_ts: '2026-01-04T00:00:00Z', feature_views: ['history'] })).toMatchObject({ status: 200, body: {} })
  expect(await ask('POST', '/feast/materialize-incremental', { end_ts: '2026-01-08T00:00:00Z' })).toMatchObject({ status: 200, body: {} })
  expect(await server.ask('GET', '/feast/health')).toMatchObject({ status: 200, body: { status: 'healthy' } })
  const missing = await ask<string>('POST', '/feast/get-online-features', { features: ['never:x'], entities: { caller_id: ['a'] } })
  expect(missing.status).toBe(404)
  expect(JSON.parse(missing.body)).toMatchObject({ module: 'feast.errors', class: 'FeatureViewNotFoundException', message: expect.stringContaining("'never'") as string })
})

it('gives definitions that feast apply takes', async () => {
  const { text } = await ask('GET', '/v1/features/feast-definitions')
  expect(text).toContain('history_view = FeatureView(')
})

it.each<[string, string, unknown, number, string]>([
  ['POST', '/v1/features/online', { features: ['history:tickets'], featureService: 's', entities: { caller_id: ['a'] } }, 400, 'INPUT_INVALID'],
  ['POST', '/v1/features/online', { features: ['history:tickets'], entities: {} }, 400, 'INPUT_INVALID'],
  ['POST', '/v1/features/online', { features: ['history:tickets'], entities: { caller_id: [['a']] } }, 400, 'REQUEST_INVALID'],
  ['POST', '/v1/features/online', { features: ['history:per_day'], entities: { caller_id: ['a'] } }, 400, 'COLUMN_MISSING'],
  ['POST', '/v1/features/historical', { features: ['history:tickets'], rows: [{ caller_id: 'a' }] }, 400, 'COLUMN_MISSING'],
  ['POST', '/v1/features/historical', { features: ['history:tickets'], dataset: { name: 'events' } }, 400, 'INPUT_INVALID'],
  ['PUT', '/v1/feature-views/history', { ...view, ttl: 5 }, 400, 'REQUEST_INVALID'],
  ['PUT', '/v1/feature-views/other', { ...view, features: [{ name: 'gone', kind: 'number' }], onDemand: [] }, 409, 'FEATURE_SOURCE_CHANGED'],
  ['PUT', '/v1/entities/caller', { joinKey: 'other', keyKind: 'text' }, 409, 'FEATURE_IN_USE'],
  ['POST', '/v1/feature-views/history/push', { rows: [{ caller_id: 'a', event_time: '2999-01-01T00:00:00Z', tickets: 1, note: null }] }, 400, 'EVENT_TIME_INVALID'],
  ['POST', '/v1/feature-views/history/push', { rows: [] }, 400, 'REQUEST_INVALID'],
  ['POST', '/v1/feature-views/history/materialize', { start: 'soon' }, 400, 'REQUEST_INVALID'],
  ['GET', '/v1/features/nonsense', undefined, 400, 'INPUT_INVALID'],
  ['POST', '/feast/materialize', { feature_views: ['history'] }, 400, 'INPUT_INVALID'],
])('%s %s with %j is refused', async (method, path, body, status, code) => {
  expect(await ask(method, path, body)).toMatchObject({ status, body: { code } })
})
