import { createRandom } from '@motadata/core'
import { measureSlices } from '../../src/index.js'
import { codeOf } from '../sparse-matrix.js'

const random = createRandom(5)
const rows = 1000
const site = { codes: Int32Array.from({ length: rows }, (_, row) => (row < 10 ? -1 : row % 4)), categories: ['Berlin', 'Pune', 'Lima', 'Oslo'] }
const language = { codes: Int32Array.from({ length: rows }, (_, row) => (row < 5 ? 1 : 0)), categories: ['en', 'de'] }
const hits = Float64Array.from(site.codes, (code) => Number(random.next() < (code === 1 ? 0.6 : 0.9)))

describe('measureSlices', () => {
  it('names the worst slice and tells bad from unlucky', () => {
    const { overall, slices, worst, tooSmall } = measureSlices(hits, { site, language })
    expect(overall).toBeCloseTo(hits.reduce((sum, hit) => sum + hit, 0) / rows, 12)
    expect(worst).toMatchObject({ column: 'site', value: 'Pune', isClearlyWorse: true })
    expect(slices.filter(({ isClearlyWorse }) => isClearlyWorse)).toHaveLength(1)
    expect(slices.map(({ mean }) => mean)).toEqual(slices.map(({ mean }) => mean).toSorted((a, b) => a - b))
    // `(missing)` has 10 rows, `de` has 5: both too few to judge.
    expect([slices.length, tooSmall]).toEqual([5, 2])
    for (const { mean, interval } of slices) expect(interval.low <= mean && mean <= interval.high).toBe(true)
  })

  it('measures any number, such as an error with its sign turned', () => {
    const errors = Float64Array.from(site.codes, (code) => -(code === 2 ? 20 : 5) * random.next())
    expect(measureSlices(errors, { site }).worst).toMatchObject({ value: 'Lima', isClearlyWorse: true })
    expect(measureSlices(errors, { site }, { minimumRows: 5 }).slices.map(({ value }) => value)).toContain('(missing)')
  })

  it('widens intervals with the number of slices looked at', () => {
    const widthOf = (columns: Parameters<typeof measureSlices>[1]): number => {
      const { interval } = measureSlices(hits, columns).slices.find(({ value }) => value === 'en')!
      return interval.high - interval.low
    }
    expect(widthOf({ language, site })).toBeGreaterThan(widthOf({ language }))
  })

  it('has no worst slice where all are too small, and refuses what does not fit', () => {
    expect(measureSlices([1, 0], { site: { codes: Int32Array.of(0, 1), categories: ['a', 'b'] } })).toEqual({ overall: 0.5, slices: [], worst: null, tooSmall: 2 })
    expect(codeOf(() => measureSlices([], {}))).toBe('DATA_EMPTY')
    expect(codeOf(() => measureSlices([1], { site }))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => measureSlices([Number.NaN], {}))).toBe('VALUE_NOT_FINITE')
    expect(codeOf(() => measureSlices([1], {}, { minimumRows: 1 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => measureSlices([1], {}, { confidence: 1 }))).toBe('INPUT_INVALID')
  })
})
