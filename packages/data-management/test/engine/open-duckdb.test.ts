import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withDuckDB } from '../../src/engine/open-duckdb.js'
import { quoteText } from '../../src/engine/sql-text.js'

let root: string
let folder: string
let elsewhere: string
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'engine-')))
  folder = join(root, 'own')
  elsewhere = join(root, 'other.csv')
  await mkdir(folder)
  await writeFile(elsewhere, 'secret\n1\n')
  await writeFile(join(folder, 'own.csv'), 'value\n7\n')
})
afterAll(() => rm(root, { recursive: true }))

const rowsOf = (sql: string): Promise<unknown[][]> => withDuckDB({ folder }, async (connection) => (await connection.runAndReadAll(sql)).getRowsJS())

it('reads and writes in its folder', async () => {
  expect(await rowsOf(`select value from read_csv(${quoteText(join(folder, 'own.csv'))})`)).toEqual([[7n]])
  await rowsOf(`copy (select 8 as value) to ${quoteText(join(folder, 'made.parquet'))} (format parquet)`)
  expect(await rowsOf(`select value from ${quoteText(join(folder, 'made.parquet'))}`)).toEqual([[8]])
})

it.each([
  ['a file elsewhere', () => `select * from read_csv(${quoteText(elsewhere)})`],
  ['a file beyond its folder', () => `select * from read_text(${quoteText(join(folder, '..', 'other.csv'))})`],
  ['a path that climbs', () => `select * from read_text(${quoteText(`${folder}/../other.csv`)})`],
  ['a listing', () => `select * from glob(${quoteText(join(root, '*'))})`],
  ['a copy elsewhere', () => `copy (select 1) to ${quoteText(join(root, 'out.csv'))}`],
  ['a database elsewhere', () => `attach ${quoteText(join(root, 'x.db'))}`],
  ['the network', () => "select * from read_csv('http://127.0.0.1:9/x.csv')"],
  ['an extension', () => 'install httpfs'],
  ['an extension that is there', () => "load '/tmp/x.duckdb_extension'"],
  ['other settings', () => "set memory_limit = '64GB'"],
  ['the way out', () => 'set enable_external_access = true'],
])('refuses %s', async (_, sql) => {
  await expect(rowsOf(sql())).rejects.toThrow(/Permission Error|Invalid Input Error|Cannot change configuration|Catalog Error|IO Error.*disabled/)
})

it('keeps nothing between two units of work', async () => {
  await rowsOf('create table kept as select 1')
  await expect(rowsOf('select * from kept')).rejects.toThrow(/kept/)
})

it('interrupts a statement when it is cancelled', async () => {
  const controller = new AbortController()
  const endless = withDuckDB({ folder, signal: controller.signal }, async (connection) => {
    setImmediate(() => controller.abort())
    await connection.run('select count(*) from range(10000000000) a(i), range(1000) b(j) where (i * j) % 7 = 3')
  })
  await expect(endless).rejects.toMatchObject({ code: 'CANCELLED' })
  await expect(withDuckDB({ folder, signal: controller.signal }, () => Promise.resolve(1))).rejects.toMatchObject({ code: 'CANCELLED' })
})

it('says plainly when data is too large for its memory', async () => {
  const large = withDuckDB({ folder, memoryLimitBytes: 8 * 1024 * 1024 }, (connection) => connection.run('select list(i::varchar || repeat(\'x\', 100)) from range(3000000) t(i)'))
  await expect(large).rejects.toMatchObject({ code: 'DATA_TOO_LARGE' })
})
