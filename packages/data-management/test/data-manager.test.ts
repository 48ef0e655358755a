import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPlatform, silentLogger } from '@motadata/adapters'
import { type CellValue, createDataset, createRandom, fingerprintDataset, fromRecords, type Platform, toRecords } from '@motadata/core'
import { acme, asAcme, asGlobex, FixedClock, globex, walkTenantTables } from '@motadata/testing'
import fc from 'fast-check'
import { DataManager, type IngestProgress } from '../src/index.js'

let platform: Platform
let datasets: DataManager
const clock = new FixedClock()
let names = 0
const newName = (): string => `tickets-${++names}`

const tickets = [
  { text: 'VPN is down', priority: 'high', hours: 2.5, vip: true, opened: new Date('2026-01-05T10:00:00.123Z') },
  { text: 'Drucker druckt "leer"', priority: 'low', hours: null, vip: null, opened: null },
  { text: null, priority: null, hours: -1, vip: false, opened: new Date('1969-12-31T23:59:59.999Z') },
]

beforeAll(async () => {
  platform = await openPlatform({ inMemory: true, logger: silentLogger })
  datasets = await DataManager.open({ ...platform, clock })
})
afterAll(() => platform.close())

const artifactsOf = async (tenant: typeof acme): Promise<string[]> => {
  const hashes: string[] = []
  for await (const { sha256 } of platform.artifacts.list(tenant)) hashes.push(sha256)
  return hashes
}

describe('what is ingested', () => {
  it('is read as it was, values of every kind and missing ones', async () => {
    const name = newName()
    const { version } = await datasets.ingestData(asAcme, { name, source: { rows: tickets }, description: 'Of the service desk', label: 'export of May' })
    expect(version).toMatchObject({ name, version: 1, rowCount: 3, origin: { kind: 'rows', label: 'export of May', badRowCount: 0 }, createdAt: new Date(clock.nowMs()) })
    expect(toRecords(await datasets.readData(asAcme, { name }))).toEqual(tickets)
  })

  it('is read as it was, whatever the rows are', async () => {
    const value = fc.oneof(fc.constant(null), fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => text !== '' && text.isWellFormed() && !text.includes('\0')))
    const record = fc.record({
      text: value, category: fc.constantFrom<CellValue>('a', 'b', null), flag: fc.constantFrom<CellValue>(true, false, null),
      number: fc.oneof(fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true })),
      at: fc.oneof(fc.constant(null), fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })),
    })
    await fc.assert(fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 30 }), async (rows) => {
      const name = newName()
      const dataset = fromRecords(rows, { text: 'text', category: 'category', flag: 'boolean', number: 'number', at: 'instant' })
      await datasets.ingestData(asAcme, { name, source: { rows: dataset } })
      expect(fingerprintDataset(await datasets.readData(asAcme, { name }))).toBe(fingerprintDataset(dataset))
    }), { numRuns: 15 })
  })

  it('is one version for the same rows, under every name', async () => {
    const [first, second] = [newName(), newName()]
    const a = await datasets.ingestData(asAcme, { name: first, source: { rows: tickets } })
    const again = await datasets.ingestData(asAcme, { name: first, source: { rows: tickets } })
    const b = await datasets.ingestData(asAcme, { name: second, source: { rows: tickets } })
    expect(again.version).toEqual(a.version)
    expect(b.version.fingerprint).toBe(a.version.fingerprint)
    const other = await datasets.ingestData(asAcme, { name: first, source: { rows: tickets.slice(1) } })
    expect(other.version).toMatchObject({ version: 2 })
    expect(other.version.fingerprint).not.toBe(a.version.fingerprint)
  })

  it('is one version for one idempotency key', async () => {
    const name = newName()
    const first = await datasets.ingestData(asAcme, { name, source: { rows: tickets }, mode: 'append', idempotencyKey: 'batch-1' })
    const again = await datasets.ingestData(asAcme, { name, source: { rows: tickets }, mode: 'append', idempotencyKey: 'batch-1' })
    expect(again.version).toEqual(first.version)
  })

  it('is refused under an idempotency key of another dataset', async () => {
    const [first, second] = [newName(), newName()]
    await datasets.ingestData(asAcme, { name: first, source: { rows: tickets }, idempotencyKey: first })
    await expect(datasets.ingestData(asAcme, { name: second, source: { rows: tickets }, idempotencyKey: first })).rejects.toMatchObject({
      code: 'INPUT_INVALID', details: { field: 'idempotencyKey', dataset: second, received: first },
    })
    await expect(datasets.getDataset(asAcme, { name: second })).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
  })

  it('comes from files too, and the rows that could not be read are told', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'datasets-'))
    const file = join(folder, 'tickets.csv')
    await writeFile(file, 'id,text,hours\n1,VPN,2\n2,mail,1,surplus\n3,paper,0.5\n')
    const name = newName()
    const progress: IngestProgress[] = []
    const { version, badRowCount, badRows } = await datasets.ingestData(asAcme, { name, source: { file }, onProgress: (at) => progress.push(at) })
    await rm(folder, { recursive: true })
    expect([badRowCount, badRows[0]!.line, version.origin]).toEqual([1, 3, { kind: 'file', badRowCount: 1 }])
    expect(toRecords(await datasets.readData(asAcme, { name })).map(({ text }) => text)).toEqual(['VPN', 'paper'])
    const shares = progress.map(({ share }) => share)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(progress.at(-1)).toEqual({ stage: 'writing', share: 1 })
  })
})

describe('versions', () => {
  it('stay as they are while rows are appended, and can be read as of an instant', async () => {
    const name = newName()
    const first = await datasets.ingestData(asAcme, { name, source: { rows: [{ id: 1, text: 'a' }] }, columnKinds: { text: 'text' } })
    const between = new Date(clock.nowMs())
    clock.advance(60_000)
    const second = await datasets.ingestData(asAcme, { name, source: { rows: [{ id: 2, text: 'b' }] }, mode: 'append' })
    expect(second.version).toMatchObject({ version: 2, rowCount: 2, origin: { appendedTo: 1 } })
    const ids = async (reference: { version?: number; asOf?: Date }): Promise<CellValue[]> => toRecords(await datasets.readData(asAcme, { name, ...reference })).map(({ id }) => id!)
    expect(await ids({})).toEqual([1, 2])
    expect(await ids({ version: 1 })).toEqual([1])
    expect(await ids({ asOf: between })).toEqual([1])
    expect((await datasets.getDataset(asAcme, { name, asOf: between })).fingerprint).toBe(first.version.fingerprint)
    expect((await datasets.listVersions(asAcme, name)).versions.map(({ version }) => version)).toEqual([2, 1])
    await expect(datasets.readData(asAcme, { name, asOf: new Date(0) })).rejects.toMatchObject({ code: 'DATASET_VERSION_NOT_FOUND' })
    await expect(datasets.readData(asAcme, { name, version: 3 })).rejects.toMatchObject({ code: 'DATASET_VERSION_NOT_FOUND' })
  })

  it('take the rows of all who append at once, none twice', async () => {
    const name = newName()
    await Promise.all(Array.from({ length: 8 }, (_, writer) =>
      datasets.ingestData(asAcme, { name, source: { rows: [{ writer, line: 1 }, { writer, line: 2 }] }, mode: 'append' })))
    const rows = toRecords(await datasets.readData(asAcme, { name }))
    expect(rows.map(({ writer, line }) => `${String(writer)}:${String(line)}`).sort()).toEqual(Array.from({ length: 16 }, (_, at) => `${at >> 1}:${(at & 1) + 1}`))
    expect((await datasets.listVersions(asAcme, name)).versions).toHaveLength(8)
  })

  it('take other columns only when that is allowed, and earlier rows keep their values', async () => {
    const name = newName()
    await datasets.ingestData(asAcme, { name, source: { rows: [{ id: 1, at: new Date('2026-01-01T00:00:00Z') }, { id: 2.5, at: null }] } })
    const wider = { name, source: { rows: [{ id: 'INC-3', site: 'Oslo' }] }, mode: 'append', columnKinds: { id: 'text', site: 'text' } } as const
    await expect(datasets.ingestData(asAcme, wider)).rejects.toMatchObject({ code: 'DATASET_SCHEMA_CHANGED', details: { changes: ["'id' is text instead of number", "'site' (text) is new"] } })
    await datasets.ingestData(asAcme, { ...wider, allow: ['column-added', 'column-widened'] })
    expect(toRecords(await datasets.readData(asAcme, { name }))).toEqual([
      { id: '1', at: new Date('2026-01-01T00:00:00Z'), site: null }, { id: '2.5', at: null, site: null }, { id: 'INC-3', at: null, site: 'Oslo' },
    ])
    await datasets.ingestData(asAcme, { name, source: { rows: [{ at: 'soon' }] }, mode: 'append', columnKinds: { at: 'text' }, allow: ['column-widened'] })
    expect(toRecords(await datasets.readData(asAcme, { name }, { columns: ['at'] })).map(({ at }) => at)).toEqual(['2026-01-01T00:00:00.000Z', null, null, 'soon'])
  })

  it('are read by columns and by ranges, over the edges of their parts', async () => {
    const name = newName()
    for (const start of [0, 3, 6]) {
      await datasets.ingestData(asAcme, { name, source: { rows: [start, start + 1, start + 2].map((id) => ({ id, double: id * 2 })) }, mode: 'append' })
    }
    const read = async (offset: number, limit: number): Promise<unknown[]> => toRecords(await datasets.readData(asAcme, { name }, { columns: ['double', 'id'], offset, limit }))
    expect(await read(2, 5)).toEqual([2, 3, 4, 5, 6].map((id) => ({ double: id * 2, id })))
    expect(await read(9, 5)).toEqual([])
    expect(await read(0, 0)).toEqual([])
    await expect(datasets.readData(asAcme, { name }, { columns: ['missing'] })).rejects.toMatchObject({ code: 'COLUMN_MISSING' })
    await expect(datasets.readData(asAcme, { name }, { offset: -1 })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })
})

describe('lists', () => {
  it('come in pages', async () => {
    const name = newName()
    for (const id of [1, 2, 3]) await datasets.ingestData(asAcme, { name, source: { rows: [{ id }] } })
    const first = await datasets.listVersions(asAcme, name, { limit: 2 })
    expect(first.versions.map(({ version }) => version)).toEqual([3, 2])
    expect(await datasets.listVersions(asAcme, name, { limit: 2, pageToken: first.nextPageToken! })).toEqual({ versions: [expect.objectContaining({ version: 1 })] })

    const names: string[] = []
    let pageToken: string | undefined
    do {
      const page = await datasets.listDatasets(asAcme, { limit: 3, ...(pageToken === undefined ? {} : { pageToken }) })
      names.push(...page.datasets.map((dataset) => dataset.name))
      pageToken = page.nextPageToken
    } while (pageToken !== undefined)
    expect(names).toEqual([...new Set(names)].sort())
    expect(names).toContain(name)
    for (const page of [{ limit: 0 }, { limit: 201 }, { pageToken: 'x' }, { pageToken: '' }]) {
      await expect(datasets.listDatasets(asAcme, page)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
      await expect(datasets.listVersions(asAcme, name, page)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    }
  })
})

describe('the end of a dataset', () => {
  it('archived, it stays readable and takes no more rows', async () => {
    const name = newName()
    await datasets.ingestData(asAcme, { name, source: { rows: tickets } })
    expect((await datasets.archiveData(asAcme, name)).archivedAt).toEqual(new Date(clock.nowMs()))
    await expect(datasets.ingestData(asAcme, { name, source: { rows: tickets } })).rejects.toMatchObject({ code: 'DATASET_ARCHIVED' })
    expect((await datasets.readData(asAcme, { name })).rowCount).toBe(3)
  })

  it('deleted, it is gone, and its files are given up unless another dataset shares them', async () => {
    const [gone, kept] = [newName(), newName()]
    const shared = [{ note: 'shared by both' }]
    const { version } = await datasets.ingestData(asAcme, { name: kept, source: { rows: shared }, columnKinds: { note: 'text' } })
    const before = new Set(await artifactsOf(acme))
    const needed = async (endedAfterMs: number): Promise<ReadonlySet<string>> => datasets.neededArtifacts(asAcme, await artifactsOf(acme), new Date(endedAfterMs))
    const neededBefore = await needed(clock.nowMs())
    await datasets.ingestData(asAcme, { name: gone, source: { rows: shared }, columnKinds: { note: 'text' } })
    await datasets.ingestData(asAcme, { name: gone, source: { rows: [{ note: 'its own' }] }, columnKinds: { note: 'text' } })
    expect((await artifactsOf(acme)).length).toBe(before.size + 2)
    await datasets.deleteData(asAcme, gone)
    expect((await needed(clock.nowMs() - 1)).size).toBe(neededBefore.size + 2) // for a backup that was begun before
    expect(await needed(clock.nowMs())).toEqual(neededBefore)
    expect(await datasets.neededArtifacts(asGlobex, await artifactsOf(acme), new Date(0))).toEqual(new Set())
    await expect(datasets.readData(asAcme, { name: gone })).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
    expect((await datasets.readData(asAcme, { name: kept, version: version.version })).rowCount).toBe(1)
    await expect(datasets.deleteData(asAcme, gone)).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
  })
})

describe('tenants', () => {
  it('see nothing of each other, neither names nor rows nor files', async () => {
    const name = newName()
    await datasets.ingestData(asAcme, { name, source: { rows: tickets } })
    expect(await datasets.listDatasets(asGlobex)).toEqual({ datasets: [] })
    for (const attempt of [
      () => datasets.readData(asGlobex, { name }), () => datasets.getDataset(asGlobex, { name }), () => datasets.listVersions(asGlobex, name),
      () => datasets.archiveData(asGlobex, name), () => datasets.deleteData(asGlobex, name),
    ]) await expect(attempt()).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
    expect(await artifactsOf(globex)).toEqual([])
    expect((await datasets.ingestData(asGlobex, { name, source: { rows: tickets.slice(1) } })).version.version).toBe(1)
    await datasets.deleteData(asGlobex, name)
    expect((await datasets.readData(asAcme, { name })).rowCount).toBe(3)
  })

  it('are fenced in every table', async () => {
    const { tables, problems } = await walkTenantTables(platform.database)
    expect(problems).toEqual([])
    expect(tables).toEqual(expect.arrayContaining(['data_management.dataset', 'data_management.dataset_part', 'data_management.dataset_version', 'data_management.released_artifact']))
  })
})

describe('what cannot be kept', () => {
  it.each([['', 'NAME_INVALID'], ['../x', 'NAME_INVALID'], ['__proto__ ', 'NAME_INVALID']])('the name %p is refused', async (name, code) => {
    await expect(datasets.ingestData(asAcme, { name, source: { rows: tickets } })).rejects.toMatchObject({ code })
  })

  it('no rows are refused, and nothing is left of the attempt', async () => {
    const name = newName()
    await expect(datasets.ingestData(asAcme, { name, source: { rows: [] } })).rejects.toMatchObject({ code: 'DATA_EMPTY' })
    await expect(datasets.getDataset(asAcme, { name })).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
  })

  it('a cancelled ingest keeps nothing, and no working files', async () => {
    const name = newName()
    const controller = new AbortController()
    const random = createRandom(1)
    const rows = createDataset([['value', { kind: 'number', values: Float64Array.from({ length: 300_000 }, () => random.next()) }]])
    const cancelling = datasets.ingestData({ ...asAcme, signal: controller.signal }, { name, source: { rows }, onProgress: () => controller.abort() })
    await expect(cancelling).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(datasets.getDataset(asAcme, { name })).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
    expect((await readdir(tmpdir())).filter((entry) => entry.startsWith(`motadata-data-${process.pid}-`))).toEqual([])
  })
})
