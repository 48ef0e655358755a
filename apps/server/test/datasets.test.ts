import { gzipSync } from 'node:zlib'
import { startTestServer, type TestServer } from './support/running-server.js'

interface Ingested {
  readonly version: { readonly name: string; readonly version: number; readonly fingerprint: string; readonly rowCount: number; readonly columns: readonly { readonly name: string; readonly kind: string }[] }
  readonly badRowCount: number
  readonly badRows: readonly { readonly line: number }[]
}

let server: TestServer
let trainer: string
beforeAll(async () => {
  server = await startTestServer()
  trainer = server.first.keys.trainer
})
afterAll(() => server.stop())

const csv = 'id,text,hours\n1,VPN is down,2\n2,mail,1,surplus\n3,paper jam,0.5\n'
const upload = (query: string, body: string | Uint8Array, headers: Record<string, string> = { 'content-type': 'text/csv' }) =>
  server.ask<Ingested>('POST', `/v1/datasets?${query}`, { key: trainer, body, headers })
const rowsOf = async (path: string) => (await server.ask<{ version: number; rowCount: number; rows: Record<string, unknown>[] }>('GET', `/v1/datasets/${path}`, { key: trainer })).body

it('keeps an uploaded file, tells of its bad rows, and reads it back as of every version', async () => {
  const first = await upload('name=tickets&text=text&label=May', csv)
  expect(first.status).toBe(201)
  expect(first.body).toMatchObject({ version: { name: 'tickets', version: 1, rowCount: 2, origin: { kind: 'stream', label: 'May', badRowCount: 1 } }, badRowCount: 1, badRows: [{ line: 3 }] })
  const between = new Date(Date.now() + 1).toISOString()
  await new Promise((resolve) => setTimeout(resolve, 5))
  const second = await upload('name=tickets&mode=append', gzipSync('id,text,hours\n4,screen,4\n'), { 'content-type': 'application/gzip' })
  expect(second.body.version).toMatchObject({ version: 2, rowCount: 3 })

  expect(await rowsOf('tickets/rows?column=id&column=hours')).toEqual({ version: 2, rowCount: 3, rows: [{ id: 1, hours: 2 }, { id: 3, hours: 0.5 }, { id: 4, hours: 4 }] })
  expect((await rowsOf('tickets/rows?version=1&offset=1')).rows).toEqual([{ id: 3, text: 'paper jam', hours: 0.5 }])
  expect((await rowsOf(`tickets/rows?asOf=${between}`)).version).toBe(1)
  const { body } = await server.ask<{ versions: { version: number; fingerprint: string }[] }>('GET', '/v1/datasets/tickets/versions', { key: trainer })
  expect(body.versions.map(({ version }) => version)).toEqual([2, 1])
  expect(body.versions[1]!.fingerprint).toBe(first.body.version.fingerprint)
})

it('shows the rows in quarantine, gives them as a file, and takes them in once they are mended', async () => {
  await upload('name=mended&text=text', csv)
  const shown = await server.ask<{ rows: { row: number; line: number; text: string }[] }>('GET', '/v1/datasets/mended/versions/1/quarantine', { key: trainer })
  expect(shown.body.rows).toEqual([{ row: 1, line: 3, reason: 'expected 3 values as in the header, got 4', text: '2,mail,1,surplus' }])
  const file = await server.ask('GET', '/v1/datasets/mended/versions/1/quarantine.ndjson', { key: trainer })
  expect([file.headers.get('content-type'), file.text]).toEqual(['application/x-ndjson', `${JSON.stringify(shown.body.rows[0])}\n`])
  const replay = () => server.ask<Ingested>('POST', '/v1/datasets/mended/versions/1/quarantine/replay', { key: trainer, body: { rows: [{ row: 1, text: '2,mail,1' }] } })
  expect(await replay()).toMatchObject({ status: 201, body: { version: { version: 2, rowCount: 3 }, badRowCount: 0 } })
  expect(await replay()).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID' } })
  expect((await rowsOf('mended/rows')).rows.map(({ id }) => id)).toEqual([1, 3, 2])
})

it('takes rows in JSON, once for one idempotency key', async () => {
  const ask = () => server.ask<Ingested>('POST', '/v1/datasets', {
    key: trainer, headers: { 'idempotency-key': 'batch-7' }, body: { name: 'events', mode: 'append', rows: [{ at: '2026-01-05T10:00:00Z', open: true }] },
  })
  const [first, again] = [await ask(), await ask()]
  expect(first.body.version.columns).toEqual([{ name: 'at', kind: 'instant' }, { name: 'open', kind: 'boolean' }])
  expect(again.body.version).toEqual(first.body.version)
  expect((await rowsOf('events/rows')).rows).toEqual([{ at: '2026-01-05T10:00:00.000Z', open: true }])
})

it('holds a version against expectations, and infers some to start from', async () => {
  await upload('name=checked&text=text', csv)
  const inferred = await server.ask<{ expectations: object[] }>('GET', '/v1/datasets/checked/expectations', { key: trainer })
  const own = await server.ask('POST', '/v1/datasets/checked/validations', { key: trainer, body: inferred.body })
  expect(own.body).toMatchObject({ passed: true, rowCount: 2 })
  const report = await server.ask('POST', '/v1/datasets/checked/validations', { key: trainer, body: { expectations: [{ kind: 'range', column: 'hours', minimum: 1 }, { kind: 'unique', columns: ['id'] }] } })
  expect(report.body).toMatchObject({ passed: false, results: [{ description: 'hours is at least 1', rows: [2], failedRows: 1 }, { passed: true }] })
})

it('archives and deletes', async () => {
  await upload('name=over', csv)
  expect((await server.ask('POST', '/v1/datasets/over/archive', { key: trainer })).body).toMatchObject({ name: 'over', archivedAt: expect.any(String) })
  expect(await upload('name=over&mode=append', csv)).toMatchObject({ status: 410, body: { code: 'DATASET_ARCHIVED' } })
  expect((await server.ask('DELETE', '/v1/datasets/over', { key: server.first.keys.admin })).status).toBe(204)
  expect((await server.ask('GET', '/v1/datasets/over', { key: trainer })).status).toBe(404)
})

it.each([
  ['no name', () => upload('', csv), 400, 'NAME_INVALID'],
  ['a name that is a path', () => upload('name=..%2Fx', csv), 400, 'NAME_INVALID'],
  ['an unknown key', () => upload('name=x&colour=red', csv), 400, 'INPUT_INVALID'],
  ['a column of two kinds', () => upload('name=x&text=id&number=id', csv), 400, 'INPUT_INVALID'],
  ['no rows', () => upload('name=x', 'id,text\n'), 400, 'DATA_EMPTY'],
  ['a file that is something else', () => upload('name=x', Buffer.from('PK\x03\x04 a workbook')), 400, 'DATA_MALFORMED'],
  ['another type of body', () => upload('name=x', '<x/>', { 'content-type': 'text/xml' }), 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ['rows that are no objects', () => server.ask('POST', '/v1/datasets', { key: trainer, body: { name: 'x', rows: ['a'] } }), 400, 'REQUEST_INVALID'],
  ['a prototype key', () => server.ask('POST', '/v1/datasets', { key: trainer, body: '{"name":"x","rows":[{"__proto__":1}]}', headers: { 'content-type': 'application/json' } }), 400, 'REQUEST_INVALID'],
  ['other columns', async () => { await upload('name=strict', csv); return upload('name=strict&mode=append', 'id,colour\n1,red\n') }, 409, 'DATASET_SCHEMA_CHANGED'],
  ['expectations that are none', async () => { await upload('name=strict', csv); return server.ask('POST', '/v1/datasets/strict/validations', { key: trainer, body: { expectations: [{ kind: 'rang' }] } }) }, 400, 'EXPECTATION_INVALID'],
  ['a version that is not there', () => server.ask('GET', '/v1/datasets/strict/rows?version=99', { key: trainer }), 404, 'DATASET_VERSION_NOT_FOUND'],
  ['an instant that is none', () => server.ask('GET', '/v1/datasets/strict/rows?asOf=yesterday', { key: trainer }), 400, undefined],
] as const)('refuses %s', async (_, ask, status, code) => {
  const answer = await ask()
  expect(answer).toMatchObject({ status, ...(code === undefined ? {} : { body: { code } }) })
})
