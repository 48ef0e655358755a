import fc from 'fast-check'
import { fieldsOfRecord, recordOfFields } from '../../src/sources/csv-fields.js'
import { CsvRecords } from '../../src/sources/csv-records.js'
import { CsvScanner } from '../../src/sources/csv-scanner.js'

interface Found {
  readonly records: { readonly line: number; readonly fields: readonly string[] }[]
  readonly bad: { readonly line: number; readonly columnIndex: number | undefined; readonly reason: string }[]
}

const noLimit = { maximumRowBytes: 1_000_000, maximumFieldBytes: 1_000_000 }

function scan(text: string, options: { readonly delimiter?: string; readonly lineEnd?: 'line-feed' | 'carriage-return'; readonly pieceBytes?: number; readonly maximumRowBytes?: number } = {}): Found {
  const { delimiter = ',', lineEnd = 'line-feed', pieceBytes = 1_000_000 } = options
  const found: Found = { records: [], bad: [] }
  const scanner = new CsvScanner({
    delimiter, lineEnd, ...noLimit, ...(options.maximumRowBytes === undefined ? {} : { maximumRowBytes: options.maximumRowBytes }),
    onRecord: ({ bytes, start, end, line, fieldCount }) => {
      const fields = fieldsOfRecord(bytes.toString('utf8', start, end), delimiter)
      expect(fields).toHaveLength(fieldCount)
      found.records.push({ line, fields })
    },
    onBadRecord: (line, columnIndex, reason) => found.bad.push({ line, columnIndex, reason }),
  })
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += pieceBytes) scanner.write(bytes.subarray(at, at + pieceBytes))
  scanner.end()
  return found
}

/** What csv-parse says, with the same way to go on after a bad record. */
async function parse(text: string, delimiter: string, lineEnd: 'line-feed' | 'carriage-return'): Promise<Found> {
  const found: Found = { records: [], bad: [] }
  const records = new CsvRecords({
    delimiter, lineEnd, maximumRowBytes: 1_000_000,
    onRecord: (fields, line) => found.records.push({ line, fields }),
    onBadRecord: (line, columnIndex, reason) => found.bad.push({ line, columnIndex, reason }),
  })
  if (text !== '') await records.write(Buffer.from(text))
  await records.end()
  return found
}

const dirty = fc.string({ unit: fc.constantFrom('a', '"', '""', ',', ';', '\n', '\r\n', '\r', ' ', '\0', 'é', '😀'), maxLength: 30 })

it('finds the records and the faults that csv-parse finds', async () => {
  await fc.assert(
    fc.asyncProperty(dirty, fc.constantFrom(',', ';'), fc.constantFrom('line-feed', 'carriage-return'), async (text, delimiter, lineEnd) => {
      expect(scan(text, { delimiter, lineEnd })).toEqual(await parse(text, delimiter, lineEnd))
    }),
    { numRuns: 2_000 },
  )
})

it('finds the same, however the text is cut into pieces', () => {
  fc.assert(fc.property(dirty, fc.integer({ min: 1, max: 5 }), (text, pieceBytes) => {
    expect(scan(text, { pieceBytes })).toEqual(scan(text))
  }), { numRuns: 1_000 })
})

it('gives up a row that is too long with its first line, and holds no more of it', () => {
  const found = scan(`a,b\n"${'x'.repeat(50)}\ny",1\nc,d\n`, { maximumRowBytes: 20, pieceBytes: 8 })
  expect(found.records.map(({ fields }) => fields)).toEqual([['a', 'b'], ['c', 'd']])
  expect(found.bad).toEqual([
    { line: 2, columnIndex: undefined, reason: 'the row is longer than 20 bytes' },
    { line: 3, columnIndex: 0, reason: expect.stringContaining('a quote') },
  ])
})

it('writes fields as a record that has them again', () => {
  const fields = fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') }), { minLength: 1, maxLength: 4 })
  fc.assert(fc.property(fields, (values) => {
    expect(scan(`${recordOfFields(values, ',')}\n`).records.map((record) => record.fields)).toEqual([values])
  }))
})
