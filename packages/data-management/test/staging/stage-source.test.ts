import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ColumnKinds, fingerprintDataset, type LoadedDataset, MLError, toRecords } from '@motadata/core'
import fc from 'fast-check'
import { withDuckDB } from '../../src/engine/open-duckdb.js'
import { withWorkFolder } from '../../src/engine/work-folder.js'
import { DataLoader, type LoadLimits, type SourceFormat } from '../../src/index.js'
import { readPartFiles } from '../../src/parts/read-parts.js'
import { resolveLimits } from '../../src/sources/load-limits.js'
import { stageSource } from '../../src/staging/stage-source.js'
import type { StagedDataset } from '../../src/staging/staged-rows.js'

interface Options {
  readonly format?: SourceFormat
  readonly rowsPerChunk?: number
  readonly pieceBytes?: number
  readonly columnKinds?: ColumnKinds
  readonly limits?: Partial<LoadLimits>
  readonly delimiter?: string
}

let parent: string
beforeAll(async () => {
  parent = await realpath(await mkdtemp(join(tmpdir(), 'staging-')))
})
afterAll(() => rm(parent, { recursive: true }))

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

type Outcome = LoadedDataset & Pick<StagedDataset, 'rejected' | 'parts'>

function stage(text: string | Buffer, { format = 'csv', rowsPerChunk = 3, pieceBytes = 1_000, columnKinds, limits, delimiter }: Options = {}): Promise<Outcome> {
  return withWorkFolder((folder) => withDuckDB({ folder }, async (connection) => {
    const source = { bytes: pieces(Buffer.from(text), pieceBytes), form: { format, compression: 'none' as const, ...(delimiter === undefined ? {} : { delimiter }) } }
    const staged = await stageSource(source, { connection, folder, limits: resolveLimits(limits), columnKinds, rowsPerChunk, throwIfEnded: () => undefined })
    const dataset = await readPartFiles(connection, staged.parts, staged.columns)
    return { dataset, badRowCount: staged.badRowCount, badRows: staged.badRows, rejected: staged.rejected, parts: staged.parts }
  }), parent)
}

const load = (text: string | Buffer, { format = 'csv', columnKinds, limits, delimiter }: Options = {}): Promise<LoadedDataset> =>
  new DataLoader(limits === undefined ? {} : { limits }).loadStream(pieces(Buffer.from(text), 1_000_000), {
    format, ...(columnKinds === undefined ? {} : { columnKinds }), ...(delimiter === undefined ? {} : { delimiter }),
  })

type Seen = { readonly fingerprint: string; readonly badRowCount: number; readonly badRows: unknown } | { readonly code: unknown; readonly message: string }

const seen = (loading: Promise<LoadedDataset>): Promise<Seen> => loading.then(
  ({ dataset, badRowCount, badRows }) => ({ fingerprint: fingerprintDataset(dataset), badRowCount, badRows }),
  (error: unknown) => {
    if (!(error instanceof MLError)) throw error
    return { code: error.code, message: error.message }
  },
)

const cell = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('', '1', '2.5', '-0', '007', '+5', ' 7 ', '1e3', '1_000') },
  { weight: 3, arbitrary: fc.constantFrom('true', 'FALSE', '2026-01-05', '2026-02-30', '2026-01-05T10:00:00.1234567+02:00', '2026-01-05 10:00') },
  { weight: 2, arbitrary: fc.constantFrom('a', 'b', 'VPN is "down"', 'two\nlines', 'é', ' ', 'x'.repeat(101)) },
)
const quoted = (value: string): string => (/["\n,]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)
/** Columns that look like one kind mostly, and may turn out to be another further down. */
const table = fc.array(fc.tuple(cell, fc.constantFrom('1', '2', '', 'x'), fc.constantFrom('2026-01-05', '2026-01-06', '', 'soon'), cell), { minLength: 1, maxLength: 14 })
  .map((rows) => ['a,b,c,d', ...rows.map((row) => row.map(quoted).join(','))].join('\n'))
const kinds = fc.constantFrom<ColumnKinds>({}, {}, { b: 'number' }, { c: 'instant', a: 'text' }, { d: 'boolean', b: 'category' })

it('makes of CSV what reading it in memory makes, whatever its values are and wherever chunks end', async () => {
  await fc.assert(fc.asyncProperty(table, kinds, fc.integer({ min: 1, max: 5 }), async (text, columnKinds, rowsPerChunk) => {
    expect(await seen(stage(text, { columnKinds, rowsPerChunk }))).toEqual(await seen(load(text, { columnKinds })))
  }), { numRuns: 150 })
}, 120_000)

it('makes of broken CSV what reading it in memory makes', async () => {
  const dirty = fc.string({ unit: fc.constantFrom('a', '1', '"', ',', '\n', '\r\n', '\r', ' ', '\0', 'é'), maxLength: 40 })
  await fc.assert(fc.asyncProperty(dirty, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 50 }), async (text, rowsPerChunk, pieceBytes) => {
    const content = `a,b\n1,2\n${text}`
    expect(await seen(stage(content, { rowsPerChunk, pieceBytes, delimiter: ',' }))).toEqual(await seen(load(content, { delimiter: ',' })))
  }), { numRuns: 150 })
}, 120_000)

it('makes of JSON lines and of a JSON array what reading them in memory makes', async () => {
  const value = fc.oneof(cell, fc.constantFrom<unknown>(null, true, false, 5, -7, 1e21, { nested: 1 }, [1]))
  const record = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'new'), value, { maxKeys: 4 })
  await fc.assert(fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 10 }), kinds, fc.integer({ min: 1, max: 4 }), async (rows, columnKinds, rowsPerChunk) => {
    const lines = rows.map((row) => JSON.stringify(row)).join('\n')
    const inMemory = await seen(load(lines, { format: 'ndjson', columnKinds }))
    expect(await seen(stage(lines, { format: 'ndjson', columnKinds, rowsPerChunk, pieceBytes: 7 }))).toEqual(inMemory)
    const array = `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}]`
    const fromArray = await seen(stage(array, { format: 'json', columnKinds, rowsPerChunk, pieceBytes: 7 }))
    expect(fromArray).toEqual(await seen(load(array, { format: 'json', columnKinds })))
    if ('fingerprint' in inMemory) expect(fromArray).toMatchObject({ fingerprint: inMemory.fingerprint, badRowCount: inMemory.badRowCount })
  }), { numRuns: 80 })
}, 120_000)

it('gives bad rows with their texts as they came, in the order of the file', async () => {
  const { rejected } = await stage('id;hours;text\n1;2;ok\n2;soon;late\n3;"open;x\n4;1\n5;x;"a ""b"""\n', { columnKinds: { hours: 'number' } })
  expect(rejected).toEqual([
    { line: 3, column: 'hours', reason: 'expected a number as declared, got other text', text: '2;soon;late' },
    { line: 4, column: 'hours', reason: expect.stringContaining('a quote is opened'), text: '3;"open;x' },
    { line: 5, reason: 'expected 3 values as in the header, got 2', text: '4;1' },
    { line: 6, column: 'hours', reason: 'expected a number as declared, got other text', text: '5;x;"a ""b"""' },
  ])
})

it('ends a part at a number of rows, not where a piece of the source ends', async () => {
  const text = `a\n${Array.from({ length: 10 }, (_, at) => at).join('\n')}\n`
  const [small, large] = [await stage(text, { rowsPerChunk: 4, pieceBytes: 3 }), await stage(text, { rowsPerChunk: 4 })]
  expect(small.parts.map(({ rowCount }) => rowCount)).toEqual([4, 4, 2])
  expect(small.parts.map(({ sha256 }) => sha256)).toEqual(large.parts.map(({ sha256 }) => sha256))
})

it.each<[string, Partial<LoadLimits>, string]>([
  ['rows', { maximumRows: 3 }, 'DATA_TOO_LARGE'],
  ['cells', { maximumCells: 7 }, 'DATA_TOO_LARGE'],
  ['columns', { maximumColumns: 1 }, 'DATA_TOO_LARGE'],
  ['bytes', { maximumBytes: 10 }, 'DATA_TOO_LARGE'],
  ['bad rows', { maximumBadRows: 1 }, 'DATA_MALFORMED'],
])('holds to the limit of %s', async (_, limits, code) => {
  const text = 'a,b\n1,2\n3,4\nbad\n5,6\nbad\n7,8\n'
  await expect(stage(text, { limits, rowsPerChunk: 2 })).rejects.toMatchObject({ code })
  await expect(load(text, { limits })).rejects.toMatchObject({ code })
})

it('takes rows that are longer than the engine likes', async () => {
  const long = 'x'.repeat(3_000_000)
  const { dataset } = await stage(`a,b\n1,"${long}"\n2,y\n`, { limits: { maximumFieldBytes: 4_000_000 }, pieceBytes: 65_536 })
  expect(toRecords(dataset).map(({ b }) => String(b).length)).toEqual([3_000_000, 1])
})

it('refuses one line of many bytes without holding it', async () => {
  async function* endless(): AsyncGenerator<Buffer> {
    yield Buffer.from('a,b\n1,2\n')
    for (let at = 0; at < 200; at++) yield Buffer.alloc(65_536, 'x')
  }
  const { badRows, dataset } = await new DataLoader({ limits: { maximumRowBytes: 1_000_000 } }).loadStream(endless(), { format: 'csv' })
  expect([dataset.rowCount, badRows]).toEqual([1, [{ line: 3, reason: 'the row is longer than 1000000 bytes' }]])
})
