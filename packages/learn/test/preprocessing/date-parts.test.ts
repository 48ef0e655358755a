import fc from 'fast-check'
import { DateParts, dateParts, type DatePart } from '../../src/index.js'
import { codeOf, expectClose } from '../sparse-matrix.js'

const onCircle = (turn: number): number[] => [Math.sin(2 * Math.PI * turn), Math.cos(2 * Math.PI * turn)]

/** What the runtime's own calendar says. */
function byCalendar(epochMs: number): number[] {
  const date = new Date(epochMs)
  const weekday = date.getUTCDay()
  return [
    ...onCircle((((epochMs % 86_400_000) + 86_400_000) % 86_400_000) / 86_400_000),
    ...onCircle(weekday / 7),
    ...onCircle((date.getUTCDate() - 1) / 31),
    ...onCircle(date.getUTCMonth() / 12),
    weekday % 6 === 0 ? 1 : 0,
    date.getUTCFullYear() - 2000,
  ]
}

describe('DateParts', () => {
  it('agrees with the calendar of the runtime from the year 1600 to 2600', () => {
    const parts = new DateParts({ parts: dateParts })
    const out = new Float64Array(parts.columnCount)
    const instant = fc.integer({ min: Date.UTC(1600, 0, 1), max: Date.UTC(2600, 0, 1) })
    fc.assert(fc.property(instant, (epochMs) => {
      parts.transformRow(epochMs, out)
      expectClose(out, byCalendar(epochMs), 1e-9)
    }), { numRuns: 500 })
  })

  it.each(['1970-01-01', '2000-02-29', '1900-03-01', '2100-02-28', '2024-12-31', '1969-12-31'])('agrees with it on %s', (day) => {
    const parts = new DateParts({ parts: dateParts })
    const out = new Float64Array(parts.columnCount)
    parts.transformRow(Date.parse(day), out)
    expectClose(out, byCalendar(Date.parse(day)), 1e-12)
  })

  it('puts 23:59 next to 0:00', () => {
    const { values } = new DateParts({ parts: ['hour-of-day'] }).transform(Float64Array.of(Date.UTC(2026, 0, 5, 23, 59), Date.UTC(2026, 0, 6)))
    expect(Math.hypot(values[0] - values[2], values[1] - values[3])).toBeLessThan(0.01)
  })

  it('reads local time by the offset', () => {
    const parts = new DateParts({ parts: ['weekend'], utcOffsetMinutes: 330 })
    // Friday 19:00 UTC is Saturday 0:30 in Kolkata.
    expect([...parts.transform(Float64Array.of(Date.UTC(2026, 0, 2, 19), Date.UTC(2026, 0, 2, 18))).values]).toEqual([1, 0])
  })

  it('gives zeros for a missing instant, and writes no further than its columns', () => {
    const parts = new DateParts()
    expect(parts.columnNames()).toHaveLength(9)
    const out = new Float32Array(11).fill(7)
    expect(parts.transformRow(Number.NaN, out, 1)).toBe(9)
    expect([...out]).toEqual([7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7])
  })

  it('gives the same values after storing and loading', () => {
    const parts = new DateParts({ parts: ['year', 'month-of-year'], utcOffsetMinutes: -60 })
    const instants = Float64Array.of(Date.UTC(2026, 0, 1), Number.NaN)
    expect(DateParts.load(parts.toState()).transform(instants)).toEqual(parts.transform(instants))
  })

  it('refuses unknown and repeated parts, offsets out of range, infinities and too little room', () => {
    expect(codeOf(() => new DateParts({ parts: ['minute' as DatePart] }))).toBe('HYPERPARAMETER_INVALID')
    expect(codeOf(() => new DateParts({ parts: ['year', 'year'] }))).toBe('HYPERPARAMETER_INVALID')
    for (const utcOffsetMinutes of [1081, Number.NaN]) expect(codeOf(() => new DateParts({ utcOffsetMinutes }))).toBe('HYPERPARAMETER_INVALID')
    expect(codeOf(() => new DateParts().transformRow(Infinity, new Float64Array(9)))).toBe('VALUE_NOT_FINITE')
    expect(codeOf(() => new DateParts().transformRow(0, new Float64Array(8)))).toBe('SHAPE_MISMATCH')
  })
})
