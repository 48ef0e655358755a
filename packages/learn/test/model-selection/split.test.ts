import fc from 'fast-check'
import { randomSplit, stratifiedKFold, stratifiedSplit } from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf } from '../sparse-matrix.js'

const cases = readFixture<{ cases: { name: string; input: { y: number[] }; expected: { folds: { train: number[]; test: number[] }[] } }[] }>('splits')
  .cases.filter(({ name }) => name.startsWith('StratifiedKFold'))
const share = fc.double({ min: 0.01, max: 0.99, noNaN: true })
const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const count = (codes: readonly number[], rows: Uint32Array, code: number): number => rows.reduce((sum, row) => sum + Number(codes[row] === code), 0)

/** Both sides together are all rows, each once and in order. */
function expectPartition(rowCount: number, { train, test }: { train: Uint32Array; test: Uint32Array }): void {
  expect([...train, ...test].sort((a, b) => a - b)).toEqual(Array.from({ length: rowCount }, (_, row) => row))
  expect(train).toEqual(train.slice().sort())
  expect(test).toEqual(test.slice().sort())
}

describe('randomSplit', () => {
  it('holds out the share of the rows, at least one on either side, the same for the same seed', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 300 }), share, seed, (rowCount, testShare, seedValue) => {
      const split = randomSplit(rowCount, { testShare, seed: seedValue })
      expectPartition(rowCount, split)
      expect(split.test.length).toBe(Math.min(Math.max(Math.round(rowCount * testShare), 1), rowCount - 1))
      expect(randomSplit(rowCount, { testShare, seed: seedValue })).toEqual(split)
    }))
  })

  it('holds out other rows for another seed', () => {
    expect(randomSplit(1000, { testShare: 0.5, seed: 1 })).not.toEqual(randomSplit(1000, { testShare: 0.5, seed: 2 }))
  })
})

describe('stratifiedSplit', () => {
  it('holds out the share of every class, but leaves a row of each for training', () => {
    const codes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 300 }).filter((list) => new Set(list).size < list.length)
    fc.assert(fc.property(codes, share, seed, (list, testShare, seedValue) => {
      const split = stratifiedSplit(list, { testShare, seed: seedValue })
      expectPartition(list.length, split)
      expect(split.test.length).toBeGreaterThan(0)
      for (const code of new Set(list)) {
        const rows = list.filter((other) => other === code).length
        const held = count(list, split.test, code)
        expect(held).toBeLessThan(rows)
        expect(Math.abs(held - Math.min(rows * testShare, rows - 1))).toBeLessThanOrEqual(2)
      }
      expect(stratifiedSplit(list, { testShare, seed: seedValue })).toEqual(split)
    }))
  })

  it('holds out exactly the share where classes allow it', () => {
    const codes = [...new Array<number>(80).fill(0), ...new Array<number>(20).fill(1)]
    const { test } = stratifiedSplit(codes, { testShare: 0.25, seed: 3 })
    expect([count(codes, test, 0), count(codes, test, 1)]).toEqual([20, 5])
  })

  it('refuses classes of single rows', () => {
    expect(codeOf(() => stratifiedSplit([0, 1, 2], { testShare: 0.5 }))).toBe('DATA_EMPTY')
  })

  it('splits a million rows', () => {
    const codes = new Int32Array(1_000_000).map((_, row) => row % 3)
    expect(stratifiedSplit(codes, { testShare: 0.2 }).test.length).toBe(200_000)
  })
})

describe.each([
  { name: 'randomSplit', split: (testShare: number, rowCount: number) => randomSplit(rowCount, { testShare }) },
  { name: 'stratifiedSplit', split: (testShare: number, rowCount: number) => stratifiedSplit(new Int32Array(rowCount), { testShare }) },
])('$name', ({ split }) => {
  it('refuses shares outside 0..1 and fewer than two rows', () => {
    for (const testShare of [0, 1, -1, Number.NaN]) expect(codeOf(() => split(testShare, 10))).toBe('INPUT_INVALID')
    expect(codeOf(() => split(0.5, 1))).toBe('DATA_EMPTY')
  })
})

describe('stratifiedKFold', () => {
  it.each(cases)('deals rows as scikit-learn does: $name', ({ input, expected }) => {
    const folds = stratifiedKFold(input.y, { foldCount: 3 })
    expect(folds.map(({ train, test }) => ({ train: [...train], test: [...test] }))).toEqual(expected.folds)
  })

  it('makes every row a test row once, with classes spread evenly, the same for the same seed', () => {
    const codes = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 100 })
    fc.assert(fc.property(codes, fc.integer({ min: 2, max: 5 }), seed, (list, foldCount, seedValue) => {
      const folds = stratifiedKFold(list, { foldCount, seed: seedValue })
      folds.forEach((fold) => expectPartition(list.length, fold))
      expect(folds.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual(list.map((_, row) => row))
      for (const code of new Set(list)) {
        const held = folds.map(({ test }) => count(list, test, code))
        expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1)
      }
      expect(stratifiedKFold(list, { foldCount, seed: seedValue })).toEqual(folds)
    }))
  })

  it('refuses numbers of folds out of range', () => {
    for (const foldCount of [1, 2.5, 4, Number.NaN]) expect(codeOf(() => stratifiedKFold([0, 1, 0], { foldCount }))).toBe('INPUT_INVALID')
  })
})
