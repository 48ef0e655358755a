import { PGlite } from '@electric-sql/pglite'
import { openPlatform, silentLogger } from '@motadata/adapters'
import { type DataRecord, type Platform, toRecords } from '@motadata/core'
import { asAcme } from '@motadata/testing'
import { databaseRecords, DataLoader, DataManager, type SqlConnection, type SqlPool } from '../../src/index.js'

let database: PGlite
beforeAll(async () => {
  database = await PGlite.create()
  await database.exec(`create table incident (number text, opened_at timestamptz, hours numeric, impact int, document json);
    insert into incident select 'INC' || n, '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 hour', n / 2.0, n % 3, json_build_object('n', n) from generate_series(1, 2500) n`)
}, 60_000)
afterAll(() => database.close())

const all = async (source: SqlConnection | SqlPool, query: Parameters<typeof databaseRecords>[1]): Promise<DataRecord[]> => {
  const records: DataRecord[] = []
  for await (const record of databaseRecords(source, query)) records.push(record)
  return records
}
const connection: SqlConnection = { query: (text, values) => database.query(text, values) }

it('reads what a query gives, some rows at a time', async () => {
  const fetches: string[] = []
  const counted: SqlConnection = { query: (text, values) => { fetches.push(text); return database.query(text, values) } }
  const rows = await all(counted, { sql: 'select number, impact, hours from incident where impact = $1 order by number;', parameters: [1], rowsAtOnce: 300 })
  expect(rows).toHaveLength(834)
  expect(rows[0]).toEqual({ number: 'INC1', impact: 1, hours: '0.50000000000000000000' })
  expect(fetches.filter((text) => text.startsWith('fetch'))).toHaveLength(4)
  expect(fetches.at(-1)).toBe('rollback')
})

it('is loaded into memory, or taken in as a dataset', async () => {
  const sql = 'select number, opened_at, hours, document from incident order by hours limit 3'
  const { dataset } = await new DataLoader().loadFromDatabase(connection, { sql })
  expect(toRecords(dataset)[1]).toEqual({ number: 'INC2', opened_at: new Date('2026-01-01T02:00:00Z'), hours: 1, document: '{"n":2}' })
  const platform: Platform = await openPlatform({ inMemory: true, logger: silentLogger })
  const datasets = await DataManager.open(platform)
  const { version } = await datasets.ingestData(asAcme, { name: 'incidents', source: { records: databaseRecords(connection, { sql }) } })
  expect([version.rowCount, version.origin.kind]).toEqual([3, 'stream'])
  expect(toRecords(await datasets.readData(asAcme, { name: 'incidents' }))).toEqual(toRecords(dataset))
  await platform.close()
})

it.each<[string, string, string]>([
  ['a write', 'insert into incident (number) values (1) returning number', 'SOURCE_UNAVAILABLE'],
  ['a write in a query', 'with gone as (delete from incident returning *) select * from gone', 'SOURCE_UNAVAILABLE'],
  ['several statements', 'select 1; delete from incident', 'INPUT_INVALID'],
  ['a way out of the transaction', 'select 1; commit; delete from incident', 'INPUT_INVALID'],
  ['a table that is not there', 'select * from nothing', 'SOURCE_UNAVAILABLE'],
  ['nothing', '', 'INPUT_INVALID'],
])('refuses %s and changes nothing', async (_, sql, code) => {
  await expect(all(connection, { sql })).rejects.toMatchObject({ code })
  expect((await database.query<{ count: number }>('select count(*)::int as count from incident')).rows[0]!.count).toBe(2500)
})

it('gives a pool its connection back, however it ends', async () => {
  let given = 0
  let back = 0
  const pool: SqlPool = { totalCount: 0, connect: () => { given++; return Promise.resolve({ ...connection, release: () => void back++ }) } }
  expect(await all(pool, { sql: 'select number from incident limit 2' })).toHaveLength(2)
  await expect(all(pool, { sql: 'select * from nothing' })).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
  for await (const { number } of databaseRecords(pool, { sql: 'select number from incident' })) if (number !== null) break
  expect([given, back]).toEqual([3, 3])
})

it('stops when the caller cancels', async () => {
  const controller = new AbortController()
  const reading = async (): Promise<void> => {
    for await (const { number } of databaseRecords(connection, { sql: 'select number from incident', rowsAtOnce: 10, signal: controller.signal })) if (number !== null) controller.abort()
  }
  await expect(reading()).rejects.toMatchObject({ code: 'CANCELLED' })
})
