import { buildColumn, type CellValue, columnKinds } from '@motadata/core'
import fc from 'fast-check'
import { fitsKind } from '../../src/sources/fits-kind.js'

const cell: fc.Arbitrary<CellValue> = fc.oneof(
  fc.string(),
  fc.double().map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom(null, '', ' 12 ', 'TRUE', 'false ', '1e999', '2026-01-05', '2026-13-05', '2026-01-05 10:00', '0x10', true, false),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)

it('says of every value what building a column of it would', () => {
  fc.assert(
    fc.property(fc.constantFrom(...columnKinds), cell, (kind, value) => {
      let builds = true
      try {
        buildColumn('c', kind, [value])
      } catch {
        builds = false
      }
      expect(fitsKind(kind, value)).toBe(builds)
    }),
    { numRuns: 1_000 },
  )
})
