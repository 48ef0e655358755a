import { createRandom } from '@motadata/core'
import { compareClassifiers, correctedResampledTTest, pairedBootstrap, pairedTTest } from '../../src/index.js'
import { codeOf } from '../sparse-matrix.js'

describe('compareClassifiers', () => {
  it('counts rows on which only one is right, and has the p-value of McNemar', () => {
    const rows = [...new Array<number[]>(9).fill([0, 0, 1]), ...new Array<number[]>(2).fill([0, 1, 0]), ...new Array<number[]>(9).fill([1, 1, 1]), [2, 0, 1]]
    const column = (at: number): number[] => rows.map((row) => row[at])
    const comparison = compareClassifiers(column(0), column(1), column(2))
    expect(comparison).toMatchObject({ onlyFirstRight: 9, onlySecondRight: 2, accuracyDifference: -7 / 21 })
    expect(comparison.pValue).toBeCloseTo(0.0654296875, 10) // statsmodels 0.13.5: mcnemar([[5, 2], [9, 4]], exact=True)
  })
})

describe('correctedResampledTTest', () => {
  it('is the paired t-test with a variance that counts the overlap of training sets', () => {
    const [first, second] = [[0.81, 0.83, 0.8, 0.84, 0.82], [0.8, 0.81, 0.8, 0.81, 0.81]]
    const plain = pairedTTest(first, second)
    const corrected = correctedResampledTTest(first, second, 1 / 4)
    expect(corrected.statistic).toBeCloseTo(plain.statistic * Math.sqrt((1 / 5) / (1 / 5 + 1 / 4)), 12)
    expect(corrected.pValue).toBeGreaterThan(plain.pValue)
  })

  it('refuses what it can not be made of', () => {
    expect(codeOf(() => correctedResampledTTest([1], [1], 0.25))).toBe('DATA_EMPTY')
    expect(codeOf(() => correctedResampledTTest([1, 2], [1], 0.25))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => correctedResampledTTest([1, 2], [1, 3], 0))).toBe('INPUT_INVALID')
  })
})

describe('pairedBootstrap', () => {
  it('holds the true difference as often as it says, and finds none where there is none', () => {
    let [held, found] = [0, 0]
    for (let draw = 0; draw < 60; draw++) {
      const random = createRandom(draw)
      const first = Float64Array.from({ length: 40 }, () => random.next())
      const second = first.map((loss) => loss + random.next() - 0.5)
      const { interval, pValue } = pairedBootstrap(first, second, { repeats: 200, seed: draw, confidence: 0.9 })
      if (interval.low <= 0 && interval.high >= 0) held++
      if (pValue < 0.05) found++
    }
    expect(held).toBeGreaterThan(45)
    expect(held).toBeLessThan(60)
    expect(found).toBeLessThan(10)
  })

  it('finds a clear difference with its sign, the same for the same seed', () => {
    const first = Float64Array.from({ length: 50 }, (_, row) => row % 5)
    const result = pairedBootstrap(first, first.map((loss, row) => loss - 1 + (row % 3) / 10), { seed: 2 })
    expect(result.difference).toBeCloseTo(-0.902, 12)
    expect(result.pValue).toBeCloseTo(2 / 2001, 12)
    expect(result.interval.high).toBeLessThan(-0.85)
    expect(pairedBootstrap(first, first.map((loss, row) => loss - 1 + (row % 3) / 10), { seed: 2 })).toEqual(result)
    expect(codeOf(() => pairedBootstrap([], []))).toBe('DATA_EMPTY')
    expect(codeOf(() => pairedBootstrap([1], [1, 2]))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => pairedBootstrap([1], [1], { repeats: 5 }))).toBe('INPUT_INVALID')
  })
})
