import { until } from '@motadata/testing'
import { startTestServer, type TestServer } from './support/running-server.js'
import { embedded } from './support/test-platforms.js'

interface Run {
  readonly id: string
  readonly state: string
  readonly steps: readonly { readonly step: string; readonly state: string; readonly rowCount?: number; readonly dataset?: { readonly name: string; readonly version: number } }[]
  readonly error?: object
}

let server: TestServer
let trainer: string

beforeAll(async () => {
  server = await startTestServer({ open: embedded })
  trainer = server.first.keys.trainer
  const rows = [{ id: 1, state: 'closed', hours: 2 }, { id: 2, state: 'open', hours: null }, { id: 3, state: 'closed', hours: 4 }]
  await server.ask('POST', '/v1/datasets', { key: trainer, body: { name: 'tickets', rows, columnKinds: { state: 'category' } } })
}, 60_000)
afterAll(() => server.stop())

const steps = [
  { name: 'tickets', kind: 'extract', dataset: 'tickets' },
  { name: 'closed', kind: 'filter', where: "state = 'closed'" },
  { name: 'checked', kind: 'validate', expectations: [{ kind: 'not-null', column: 'hours' }] },
  { name: 'kept', kind: 'load', dataset: 'closed-tickets' },
]
const put = (name: string, body: unknown) => server.ask<{ code?: string; step?: string; detail?: string; columns: object; revision: number }>('PUT', `/v1/data-pipelines/${name}`, { key: trainer, body })
const ended = (name: string, id: string) => until(async () => {
  const { body } = await server.ask<Run>('GET', `/v1/data-pipelines/${name}/runs/${id}`, { key: trainer })
  return body.state === 'queued' || body.state === 'running' ? undefined : body
})

it('is defined, run by a worker, shown step by step, and makes a dataset with its lineage', async () => {
  const defined = await put('closed-tickets', { description: 'what is done', steps })
  expect(defined).toMatchObject({ status: 200, body: { name: 'closed-tickets', revision: 1, steps, columns: { kept: [{ name: 'id', kind: 'number' }, { name: 'state', kind: 'category' }, { name: 'hours', kind: 'number' }] } } })
  const started = await server.ask<Run>('POST', '/v1/data-pipelines/closed-tickets/runs', { key: trainer })
  expect(started.status).toBe(202)
  const run = await ended('closed-tickets', started.body.id)
  expect(run).toMatchObject({ state: 'succeeded', share: 1, steps: [{ dataset: { name: 'tickets', version: 1 } }, { rowCount: 2 }, { report: { passed: true } }, { dataset: { name: 'closed-tickets', version: 1 } }] })
  expect((await server.ask('GET', '/v1/datasets/closed-tickets', { key: trainer })).body).toMatchObject({ rowCount: 2, origin: { kind: 'pipeline', pipeline: 'closed-tickets', runId: run.id, sources: [{ dataset: 'tickets', version: 1 }] } })
  expect((await server.ask<{ runs: Run[] }>('GET', '/v1/data-pipelines/closed-tickets/runs', { key: trainer })).body.runs.map(({ id }) => id)).toEqual([run.id])
  expect((await server.ask('GET', `/v1/jobs/${run.id}`, { key: trainer })).body).toMatchObject({ kind: 'run-pipeline', state: 'succeeded' })
})

it('comes by cron, until told otherwise', async () => {
  await put('by-night', { steps })
  expect((await server.ask('PUT', '/v1/data-pipelines/by-night/schedule', { key: trainer, body: { cron: '0 2 * * *', timeZone: 'Asia/Kolkata' } })).body).toMatchObject({ cron: '0 2 * * *', nextAt: expect.stringMatching(/T20:30:00/) })
  expect((await server.ask('GET', '/v1/data-pipelines/by-night', { key: trainer })).body).toMatchObject({ schedule: { timeZone: 'Asia/Kolkata' } })
  expect((await server.ask('PUT', '/v1/data-pipelines/by-night/schedule', { key: trainer, body: { cron: 'at night' } }))).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID' } })
  expect((await server.ask('DELETE', '/v1/data-pipelines/by-night/schedule', { key: trainer })).status).toBe(204)
  expect((await server.ask<{ schedule?: object }>('GET', '/v1/data-pipelines/by-night', { key: trainer })).body.schedule).toBeUndefined()
})

it.each<[string, unknown, number, string]>([
  ['a cycle', [{ name: 'a', kind: 'filter', where: 'true', inputs: ['b'] }, { name: 'b', kind: 'filter', where: 'true', inputs: ['a'] }], 400, 'PIPELINE_INVALID'],
  ['a column that is not there', [steps[0], { name: 's', kind: 'select', columns: ['nope'] }], 400, 'PIPELINE_INVALID'],
  ['SQL that reads a file', [steps[0], { name: 't', kind: 'transform', sql: "select * from read_csv('/etc/passwd')" }], 400, 'PIPELINE_SQL_REFUSED'],
  ['a dataset that is not there', [{ name: 'a', kind: 'extract', dataset: 'nope' }], 404, 'DATASET_NOT_FOUND'],
  ['steps that are none', ['filter'], 400, 'REQUEST_INVALID'],
  ['a step without a name', [{ kind: 'filter' }], 400, 'REQUEST_INVALID'],
  ['a name that pollutes', [{ name: '__proto__', kind: 'extract', dataset: 'tickets' }], 400, 'PIPELINE_INVALID'],
])('with %s is refused', async (_, given, status, code) => {
  expect(await put('wrong', { steps: given })).toMatchObject({ status, body: { code } })
  expect((await server.ask('GET', '/v1/data-pipelines/wrong', { key: trainer })).status).toBe(404)
})

it('tells where a run failed, with the report of what was not as expected', async () => {
  await put('failing', { steps: steps.filter(({ name }) => name !== 'closed') })
  const { body: { id } } = await server.ask<Run>('POST', '/v1/data-pipelines/failing/runs', { key: trainer, body: { useCache: false } })
  expect(await ended('failing', id)).toMatchObject({ state: 'failed', error: { code: 'PIPELINE_VALIDATION_FAILED', step: 'checked' }, steps: [{}, { state: 'failed', report: { passed: false, results: [{ failedRows: 1, rows: [2] }] } }, { state: 'waiting' }] })
})
