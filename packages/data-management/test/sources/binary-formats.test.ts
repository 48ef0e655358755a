import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import zlib from 'node:zlib'
import { toRecords } from '@motadata/core'
import { table } from 'arquero'
import { withDuckDB } from '../../src/engine/open-duckdb.js'
import { DataLoader } from '../../src/index.js'

let folder: string
const loader = new DataLoader()
const at = (name: string): string => join(folder, name)
const parquet = (name: string, sql: string): Promise<unknown> => withDuckDB({ folder }, (connection) => connection.run(`copy (${sql}) to '${at(name)}' (format parquet)`))

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'binary-')))
  await parquet('tickets.parquet', `select * from (values (1, '007', true, timestamp '2026-01-05 10:00:00.123', 1.5::decimal(9,2)), (2, null, null, null, null)) t(id, code, vip, "at", hours)`)
})
afterAll(() => rm(folder, { recursive: true }))

describe('Parquet', () => {
  it('is read by its types, and its texts stay texts', async () => {
    expect(toRecords((await loader.loadFile(at('tickets.parquet'))).dataset)).toEqual([
      { id: 1, code: '007', vip: true, at: new Date('2026-01-05T10:00:00.123Z'), hours: 1.5 }, { id: 2, code: null, vip: null, at: null, hours: null },
    ])
  })

  it('with values that are not of a declared kind has bad rows', async () => {
    await parquet('mixed.parquet', "select * from (values ('1'), ('x'), ('3')) t(n)")
    const { dataset, badRows } = await loader.loadFile(at('mixed.parquet'), { columnKinds: { n: 'number' } })
    expect([toRecords(dataset), badRows.map(({ line }) => line)]).toEqual([[{ n: 1 }, { n: 3 }], [2]])
  })

  it('that is cut off, has another magic, or nested columns is refused', async () => {
    const bytes = await readFile(at('tickets.parquet'))
    await writeFile(at('cut.parquet'), bytes.subarray(0, bytes.length - 20))
    await writeFile(at('magic.parquet'), Buffer.concat([Buffer.from('XXXX'), bytes.subarray(4)]))
    await writeFile(at('text.parquet'), 'a,b\n1,2\n')
    await parquet('nested.parquet', 'select [1, 2] as list')
    for (const name of ['cut', 'magic', 'text', 'nested']) await expect(loader.loadFile(at(`${name}.parquet`))).rejects.toMatchObject({ code: 'DATA_MALFORMED' })
  })

  it('of more rows than the limit is refused before they are read', async () => {
    await parquet('many.parquet', 'select 1 as n from range(1000)')
    await expect(new DataLoader({ limits: { maximumRows: 10 } }).loadFile(at('many.parquet'))).rejects.toMatchObject({ code: 'DATA_TOO_LARGE', details: { limit: 'maximumRows' } })
  })
})

describe('Arrow', () => {
  it('is read, as a file and as a stream of messages', async () => {
    const rows = table({ id: [1, 2], text: ['VPN', 'mail'] })
    for (const format of ['file', 'stream'] as const) {
      await writeFile(at(`${format}.arrow`), rows.toArrowIPC({ format })!)
      expect(toRecords((await loader.loadFile(at(`${format}.arrow`))).dataset)).toEqual([{ id: 1, text: 'VPN' }, { id: 2, text: 'mail' }])
    }
  })

  it('that is damaged or something else is refused', async () => {
    await writeFile(at('damaged.arrow'), Buffer.concat([Buffer.from('ARROW1\0\0'), Buffer.alloc(64, 7)]))
    await writeFile(at('other.arrow'), 'a,b\n')
    for (const name of ['damaged', 'other']) await expect(loader.loadFile(at(`${name}.arrow`))).rejects.toMatchObject({ code: 'DATA_MALFORMED' })
  })
})

it('Zstandard is read where Node has it, and refused with a code where it has not', async () => {
  const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Buffer) => Buffer }
  const empty = Buffer.from('28b52ffd2000010000', 'hex')
  await writeFile(at('tickets.csv.zst'), zstdCompressSync ? zstdCompressSync(Buffer.from('id\n1\n')) : empty)
  const loading = loader.loadFile(at('tickets.csv.zst'))
  if (zstdCompressSync) expect(toRecords((await loading).dataset)).toEqual([{ id: 1 }])
  else await expect(loading).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'compression' } })
})
