import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { MemoryArtifactStore } from '@motadata/adapters'
import { parseTenantId, platformContext, toRecords } from '@motadata/core'
import { DataLoader, type LoadProgress } from '../src/index.js'

const csv = 'id,text\n1,VPN is down\n2,Mail is slow\n'
const ndjson = '{"id":1,"text":"VPN is down"}\n{"id":2,"text":"Mail is slow"}\n'
const rows = [{ id: 1, text: 'VPN is down' }, { id: 2, text: 'Mail is slow' }]

let folder: string
const loader = new DataLoader()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'data-loader-'))
})

afterAll(() => rm(folder, { recursive: true }))

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

describe('a file', () => {
  it.each([
    ['tickets.csv', csv],
    ['tickets.tsv', csv.replaceAll(',', '\t')],
    ['tickets.CSV.gz', gzipSync(csv)],
    ['tickets.ndjson', ndjson],
    ['tickets.jsonl.gz', gzipSync(ndjson)],
    ['two-members.csv.gz', Buffer.concat([gzipSync(csv.slice(0, 20)), gzipSync(csv.slice(20))])],
  ])('%s is read by what its name says', async (name, content) => {
    expect(toRecords((await loader.loadFile(await file(name, content))).dataset)).toEqual(rows)
  })

  it('with another name is read by what the options say', async () => {
    const path = await file('tickets.dat', gzipSync(ndjson))
    expect(toRecords((await loader.loadFile(path, { format: 'ndjson', compression: 'gzip' })).dataset)).toEqual(rows)
    await expect(loader.loadFile(path)).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'format' } })
  })

  it('that is not there, or a folder, is said to be so', async () => {
    await expect(loader.loadFile(join(folder, 'none.csv'))).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
    await expect(loader.loadFile(folder, { format: 'csv' })).rejects.toMatchObject({ code: 'DATA_MALFORMED' })
  })

  it.each([
    ['gzip named .csv', 'gzip.csv', gzipSync(csv), 'gzip'],
    ['plain text named .gz', 'plain.csv.gz', csv, 'not gzip'],
    ['an Excel workbook', 'book.csv', Buffer.from('504b0304140006000800', 'hex'), 'ZIP'],
    ['Parquet', 'table.csv', Buffer.from('504152311504150a15', 'hex'), 'Parquet'],
    ['Parquet in gzip', 'table.csv.gz', gzipSync(Buffer.from('504152311504150a15', 'hex')), 'Parquet'],
    ['gzip within gzip', 'twice.csv.gz', gzipSync(gzipSync(csv)), 'gzip within gzip'],
    ['UTF-16', 'wide.csv', Buffer.from(`\uFEFF${csv}`, 'utf16le'), 'UTF-16'],
    ['JSON lines named .csv', 'lines.csv', ndjson, 'JSON'],
    ['a JSON array named .ndjson', 'array.ndjson', '[{"id":1}]', 'JSON array'],
    ['CSV named .ndjson', 'table.ndjson', csv, 'line 1: the line is not JSON'],
    ['a gzip that is cut off', 'cut.csv.gz', gzipSync(csv).subarray(0, 30), 'cut off'],
    ['a gzip with flipped bits', 'flipped.csv.gz', gzipSync(csv).map((byte, i) => (i === 20 ? byte ^ 0xff : byte)), 'damaged'],
  ])('that is not what it is said to be is refused: %s', async (_, name, content, says) => {
    await expect(loader.loadFile(await file(name, content))).rejects.toMatchObject({ code: 'DATA_MALFORMED', message: expect.stringContaining(says) })
  })

  it('may begin like another format without being one', async () => {
    const path = await file('part.csv', 'PAR1,PKs,BZh\n1,2,3\n')
    expect(toRecords((await loader.loadFile(path)).dataset)).toEqual([{ PAR1: 1, PKs: 2, BZh: 3 }])
  })

  it.each([
    ['in the first line', Buffer.from('caf\xe9,b\n1,2\n', 'latin1'), 1],
    ['further down', Buffer.concat([Buffer.from('a,b\n1,\u6771\n'.repeat(20_000)), Buffer.from('1,\xfc\n', 'latin1')]), 40_001],
    ['cut off within a character', Buffer.concat([Buffer.from('a,b\n1,2\n3,'), Buffer.of(0xe6, 0x9d)]), 3],
  ])('that is not UTF-8 %s is refused with the line', async (_, content, line) => {
    await expect(loader.loadFile(await file('latin.csv', content))).rejects.toMatchObject({ code: 'ENCODING_INVALID', details: { line } })
  })

  it('tells how far it is', async () => {
    const content = gzipSync(csv + '3,x\n'.repeat(100_000))
    const seen: LoadProgress[] = []
    await loader.loadFile(await file('many.csv.gz', content), { onProgress: (progress) => seen.push(progress) })
    expect(seen.length).toBeGreaterThan(3)
    expect(seen.map(({ rowCount }) => rowCount)).toEqual(seen.map(({ rowCount }) => rowCount).sort((a, b) => a - b))
    expect(seen.at(-1)).toMatchObject({ bytesRead: content.length, totalBytes: content.length })
  })

  it('is left when the caller cancels', async () => {
    const controller = new AbortController()
    const loading = loader.loadFile(await file('cancelled.csv', csv + '3,x\n'.repeat(100_000)), { signal: controller.signal, onProgress: () => controller.abort() })
    await expect(loading).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('does not keep the process from other work', async () => {
    let turns = 0
    let loading = true
    const path = await file('long.csv', csv + '3,some more text\n'.repeat(50_000))
    const load = loader.loadFile(path).finally(() => (loading = false))
    while (loading) {
      await new Promise(setImmediate)
      turns++
    }
    expect((await load).dataset.rowCount).toBe(50_002)
    expect(turns).toBeGreaterThan(10)
  })
})

describe('limits', () => {
  it('bound a gzip bomb by what comes out of it', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1_048_576, 'a'), { level: 9 })
    let produced = 0
    const small = new DataLoader({ limits: { maximumBytes: 1_048_576 } })
    const loading = small.loadStream(Readable.from([Buffer.from(bomb)]), { format: 'csv', compression: 'gzip', onProgress: () => produced++ })
    await expect(loading).rejects.toMatchObject({ code: 'DATA_TOO_LARGE', details: { limit: 'maximumBytes', maximum: 1_048_576 } })
    expect(produced).toBeLessThanOrEqual(16)
  })

  it('bound the rows', async () => {
    const small = new DataLoader({ limits: { maximumRows: 1 } })
    await expect(small.loadStream(Readable.from([csv]), { format: 'csv' })).rejects.toMatchObject({ code: 'DATA_TOO_LARGE', details: { limit: 'maximumRows' } })
  })

  it('are whole numbers', () => {
    expect(() => new DataLoader({ limits: { maximumRows: 0 } })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }))
  })
})

describe('a stream', () => {
  it('closes its source when the load fails', async () => {
    let closed = false
    async function* source() {
      try {
        for (;;) yield Buffer.from('a,a\n1,2\n'.repeat(10_000))
      } finally {
        closed = true
      }
    }
    for (const compression of ['none', 'gzip'] as const) {
      closed = false
      await expect(loader.loadStream(source(), { format: 'csv', compression })).rejects.toMatchObject({ code: 'DATA_MALFORMED' })
      expect(closed).toBe(true)
    }
  })

  it('hands on what its source throws', async () => {
    async function* source() {
      yield Buffer.from(gzipSync(csv).subarray(0, 20))
      throw new Error('connection lost')
    }
    await expect(loader.loadStream(source(), { format: 'csv', compression: 'gzip' })).rejects.toThrow('connection lost')
  })

  it('must give bytes, and have a format', async () => {
    await expect(loader.loadStream(Readable.from([{}]) as never, { format: 'csv' })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(loader.loadStream(csv as never, { format: 'csv' })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(loader.loadStream(Readable.from([csv]), { format: 'xml' as never })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'format' } })
    await expect(loader.loadStream(Readable.from([csv]), { format: 'csv', compression: 'zip' as never })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })
})

describe('bytes kept as an artifact', () => {
  const clock = { nowMs: () => 1_000 }
  const artifacts = new MemoryArtifactStore({ clock })
  const reader = new DataLoader({ artifacts, clock })
  const acme = platformContext(parseTenantId('acme'), 'r1')
  const globex = platformContext(parseTenantId('globex'), 'r2')

  it('are read by the tenant that handed them in, and by no other', async () => {
    const { sha256 } = await artifacts.put(acme.tenantId, gzipSync(csv))
    const source = { artifactSha256: sha256, format: 'csv', compression: 'gzip' } as const
    const { dataset } = await reader.read(acme, source, { columnKinds: { text: 'text' } })
    expect(toRecords(dataset)).toEqual(rows)
    await expect(reader.read(globex, source)).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
  })

  it('are not read beyond the deadline or a cancelled request', async () => {
    const { sha256 } = await artifacts.put(acme.tenantId, Buffer.from(csv))
    const source = { artifactSha256: sha256, format: 'csv', compression: 'none' } as const
    await expect(reader.read({ ...acme, deadlineMs: 999 }, source)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
    await expect(reader.read({ ...acme, signal: AbortSignal.abort() }, source)).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('need an artifact store', async () => {
    const source = { artifactSha256: 'ab', format: 'csv', compression: 'none' } as const
    await expect(loader.read(acme, source)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
  })
})
