import { Readable } from 'node:stream'
import { openPlatform, silentLogger } from '@motadata/adapters'
import { type CellValue, type Platform, toRecords } from '@motadata/core'
import { asAcme, asGlobex, walkTenantTables } from '@motadata/testing'
import { DataManager, type Ingested, type SourceFormat } from '../../src/index.js'

let platform: Platform
let datasets: DataManager
let names = 0
const newName = (): string => `incidents-${++names}`

beforeAll(async () => {
  platform = await openPlatform({ inMemory: true, logger: silentLogger })
  datasets = await DataManager.open(platform)
})
afterAll(() => platform.close())

const csv = 'id;text;hours\n1;VPN;2\n2;mail;soon\n3;"open;1\n4;two\n5;fine;0.5\n6;x\0y;1\n'
const ingest = (name: string, text: string, format: SourceFormat = 'csv'): Promise<Ingested> =>
  datasets.ingestData(asAcme, { name, source: { stream: Readable.from([text]), format }, columnKinds: { hours: 'number', text: 'text' } })
const idsOf = async (name: string): Promise<CellValue[]> => toRecords(await datasets.readData(asAcme, { name })).map(({ id }) => id!)

describe('bad rows', () => {
  it('are kept with their texts, lines and reasons, in the order of the source', async () => {
    const name = newName()
    const { version, badRowCount } = await ingest(name, csv)
    expect([version.rowCount, badRowCount]).toEqual([2, 4])
    expect(await datasets.listQuarantine(asAcme, { name, version: 1 })).toEqual({ rows: [
      { row: 1, line: 3, column: 'hours', reason: 'expected a number as declared, got other text', text: '2;mail;soon' },
      { row: 2, line: 4, column: 'text', reason: expect.stringContaining('a quote is opened'), text: '3;"open;1' },
      { row: 3, line: 5, reason: 'expected 3 values as in the header, got 2', text: '4;two' },
      { row: 4, line: 7, column: 'text', reason: 'the value holds a NUL character', text: '6;x␀y;1' },
    ] })
  })

  it('come in pages', async () => {
    const name = newName()
    await ingest(name, csv)
    const first = await datasets.listQuarantine(asAcme, { name }, { limit: 3 })
    expect(first.rows.map(({ row }) => row)).toEqual([1, 2, 3])
    expect((await datasets.listQuarantine(asAcme, { name }, { limit: 3, pageToken: first.nextPageToken! })).rows.map(({ row }) => row)).toEqual([4])
    await expect(datasets.listQuarantine(asAcme, { name }, { pageToken: 'x' })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  it('are none where all rows are good, and go with their dataset', async () => {
    const name = newName()
    await ingest(name, 'id;text;hours\n1;a;1\n')
    expect(await datasets.listQuarantine(asAcme, { name })).toEqual({ rows: [] })
    await expect(datasets.replayQuarantine(asAcme, { name }, [{ row: 1, text: '1;a;1' }])).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await ingest(name, csv)
    await datasets.deleteData(asAcme, name)
    await expect(datasets.listQuarantine(asAcme, { name })).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
    await ingest(name, 'id;text;hours\n1;a;1\n')
    expect(await datasets.listQuarantine(asAcme, { name })).toEqual({ rows: [] })
  })

  it('belong to one tenant', async () => {
    const name = newName()
    await ingest(name, csv)
    await expect(datasets.listQuarantine(asGlobex, { name })).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
    await expect(datasets.replayQuarantine(asGlobex, { name }, [{ row: 1, text: '2;mail;3' }])).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
    await datasets.ingestData(asGlobex, { name, source: { rows: [{ id: 1 }] } })
    expect(await datasets.listQuarantine(asGlobex, { name })).toEqual({ rows: [] })
    await datasets.deleteData(asGlobex, name)
    const { tables, problems } = await walkTenantTables(platform.database)
    expect(problems).toEqual([])
    expect(tables).toEqual(expect.arrayContaining(['data_management.quarantine', 'data_management.quarantined_row']))
  })
})

describe('mended rows', () => {
  it('are taken in as a version of their own, and those that are bad still stay', async () => {
    const name = newName()
    await ingest(name, csv)
    const { version, badRowCount, badRows } = await datasets.replayQuarantine(asAcme, { name, version: 1 }, [
      { row: 1, text: '2;mail;3' }, { row: 3, text: '4;two' }, { row: 2, text: '3;"open\nat last";1\n' }, { row: 4, text: '6;xy;later' },
    ])
    expect(version).toMatchObject({ version: 2, rowCount: 4, origin: { appendedTo: 1, label: 'quarantine of version 1', badRowCount: 2 } })
    expect([badRowCount, badRows.map(({ line }) => line)]).toEqual([2, [3, 4]])
    expect(await idsOf(name)).toEqual([1, 5, 2, 3])
    expect(toRecords(await datasets.readData(asAcme, { name }, { offset: 3 }))).toEqual([{ id: 3, text: 'open\nat last', hours: 1 }])
    const { rows } = await datasets.listQuarantine(asAcme, { name, version: 1 })
    expect(rows.map(({ row, replayedAs }) => [row, replayedAs])).toEqual([[1, 2], [2, 2], [3, undefined], [4, undefined]])
    expect(await datasets.listQuarantine(asAcme, { name, version: 2 })).toEqual({ rows: [] })
  })

  it('are taken in once, also by many at once', async () => {
    const name = newName()
    await ingest(name, csv)
    const attempts = await Promise.allSettled(Array.from({ length: 4 }, () => datasets.replayQuarantine(asAcme, { name, version: 1 }, [{ row: 1, text: '2;mail;3' }])))
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const attempt of attempts) if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: 'INPUT_INVALID' })
    expect(await idsOf(name)).toEqual([1, 5, 2])
  })

  it('of JSON are JSON', async () => {
    const name = newName()
    await ingest(name, '[{"id":1,"text":"a","hours":1},\n{"id":2,"text":"b","hours":"soon"}, {"id":3,"text":{"nested":1},"hours":1}]', 'json')
    const { rows } = await datasets.listQuarantine(asAcme, { name })
    expect(rows.map(({ row, line, text }) => [row, line, text])).toEqual([[1, 2, '{"id":2,"text":"b","hours":"soon"}'], [2, 2, '{"id":3,"text":{"nested":1},"hours":1}']])
    await datasets.replayQuarantine(asAcme, { name, version: 1 }, [{ row: 2, text: '{"id":3,\n"text":"c","hours":1}' }, { row: 1, text: '{"id":2,"text":"b","hours":2}' }])
    expect(await idsOf(name)).toEqual([1, 3, 2])
  })

  it.each<[string, readonly { readonly row: number; readonly text: string }[]]>([
    ['no rows', []], ['a row twice', [{ row: 1, text: '2;mail;3' }, { row: 1, text: '2;mail;3' }]], ['a row that is not there', [{ row: 9, text: '2;mail;3' }]],
    ['a text of two rows', [{ row: 1, text: '2;mail;3\n7;x;1' }]], ['a text of none', [{ row: 1, text: '' }, { row: 2, text: '3;x;1' }]], ['no number', [{ row: 0, text: 'x' }]],
  ])('are refused when there are %s', async (_, rows) => {
    const name = newName()
    await ingest(name, csv)
    await expect(datasets.replayQuarantine(asAcme, { name, version: 1 }, rows)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect((await datasets.listVersions(asAcme, name)).versions).toHaveLength(1)
  })

  it('that are all bad still change nothing', async () => {
    const name = newName()
    await ingest(name, csv)
    await expect(datasets.replayQuarantine(asAcme, { name, version: 1 }, [{ row: 1, text: '2;mail;never' }])).rejects.toMatchObject({ code: 'DATA_MALFORMED' })
    expect((await datasets.listVersions(asAcme, name)).versions).toHaveLength(1)
  })
})
