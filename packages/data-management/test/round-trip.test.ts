import { toRecords } from '@motadata/core'
import fc from 'fast-check'
import { loadCsv, loadNdjson } from './load-text.js'

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', ' ', 'é', '😀') }))
const table = fc
  .record({ width: fc.integer({ min: 1, max: 4 }), height: fc.integer({ min: 1, max: 8 }) })
  .chain(({ width, height }) => fc.array(fc.array(text.map((value) => value.replaceAll('\0', '')), { minLength: width, maxLength: width }), { minLength: height, maxLength: height }))

/** Every value in quotes: the most that RFC 4180 allows to be written. */
function csvOf(rows: readonly string[][], delimiter: string, lineEnd: string): string {
  const header = rows[0]!.map((_, i) => `column ${i}`)
  return [header, ...rows].map((fields) => fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(delimiter)).join(lineEnd)
}

function kindsOf(rows: readonly string[][]): Record<string, 'text'> {
  return Object.fromEntries(rows[0]!.map((_, i) => [`column ${i}`, 'text']))
}

function recordsOf(rows: readonly string[][]): Record<string, string | null>[] {
  return rows.map((fields) => Object.fromEntries(fields.map((field, i) => [`column ${i}`, field === '' ? null : field])))
}

it('reads back whatever was written as CSV, however it is cut into pieces', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.constantFrom(',', ';', '\t', '|'), fc.constantFrom('\n', '\r\n'), fc.integer({ min: 1, max: 50 }), async (rows, delimiter, lineEnd, pieceBytes) => {
      const loaded = await loadCsv(csvOf(rows, delimiter, lineEnd), { delimiter, pieceBytes, columnKinds: kindsOf(rows) })
      expect(loaded.badRows).toEqual([])
      expect(toRecords(loaded.dataset)).toEqual(recordsOf(rows))
    }),
    { numRuns: 100 },
  )
})

it('reads back whatever was written as JSON lines', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 50 }), async (rows, pieceBytes) => {
      const lines = recordsOf(rows).map((record) => JSON.stringify(record)).join('\n')
      expect(toRecords((await loadNdjson(lines, { pieceBytes, columnKinds: kindsOf(rows) })).dataset)).toEqual(recordsOf(rows))
    }),
    { numRuns: 50 },
  )
})

it('reads any text without failing, and reports a line at most once, in order', async () => {
  const dirty = fc.string({ unit: fc.constantFrom('a', '1', '"', ',', '\n', '\r', ' ', '\0', 'é', '{', '}', ':') })
  await fc.assert(
    fc.asyncProperty(dirty, fc.integer({ min: 1, max: 20 }), async (content, pieceBytes) => {
      const loaded = await loadCsv(`a,b\n1,2\n${content}`, { delimiter: ',', pieceBytes, limits: { maximumRowBytes: 16 } })
      const lines = loaded.badRows.map(({ line }) => line)
      expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b))
      expect(loaded.dataset.rowCount + loaded.badRowCount).toBeLessThanOrEqual(1 + content.split('\n').length)
      await loadNdjson(`{"a":1}\n${content}`, { pieceBytes })
    }),
    { numRuns: 200 },
  )
})

it('answers any bytes that are no text with a coded error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.constantFrom(loadCsv, loadNdjson), async (bytes, load) => {
      await load(Buffer.concat([Buffer.from(bytes), Buffer.of(0xff)])).then(
        () => expect('an error').toBe('a dataset'),
        (error: unknown) => expect(error).toHaveProperty('code', expect.stringMatching(/^(ENCODING_INVALID|DATA_MALFORMED)$/)),
      )
    }),
    { numRuns: 100 },
  )
})
