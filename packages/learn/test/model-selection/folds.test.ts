import fc from 'fast-check'
import {
  groupKFold, groupSplit, kFold, leaveOneGroupOut, repeatedKFold, repeatedStratifiedKFold, type Split, timeSeriesSplit, timeSplit,
} from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf } from '../sparse-matrix.js'

interface SplitCase {
  readonly name: string
  readonly input: { readonly n: number; readonly groups: number[] | null }
  readonly expected: { readonly folds?: { train: number[]; test: number[] }[]; readonly raises?: string }
}
const { cases } = readFixture<{ cases: SplitCase[] }>('splits')
const plain = (splits: readonly Split[]): { train: number[]; test: number[] }[] => splits.map(({ train, test }) => ({ train: [...train], test: [...test] }))
const upTo = (n: number): number[] => Array.from({ length: n }, (_, at) => at)

const families: Readonly<Record<string, (testCase: SplitCase) => Split[]>> = {
  'KFold 5': ({ input }) => kFold(input.n, { foldCount: 5 }),
  'TimeSeriesSplit 3 gap 1 test 2': ({ input }) => timeSeriesSplit(upTo(input.n), { foldCount: 3, gap: 1, testSize: 2 }),
  'TimeSeriesSplit 3': ({ input }) => timeSeriesSplit(upTo(input.n), { foldCount: 3 }),
  GroupKFold: ({ input }) => groupKFold(input.groups!, { foldCount: 3 }),
  LeaveOneGroupOut: ({ input }) => leaveOneGroupOut(input.groups!),
}
const covered = cases.filter(({ name }) => !name.startsWith('StratifiedKFold'))

describe('folds', () => {
  it.each(covered)('are those of scikit-learn: $name', (testCase) => {
    const family = families[Object.keys(families).find((name) => testCase.name.startsWith(name))!]
    if (testCase.expected.raises) expect(codeOf(() => family(testCase))).toBe('INPUT_INVALID')
    else expect(plain(family(testCase))).toEqual(testCase.expected.folds)
  })

  it('dealt again are other folds, the same for the same seed, and each a partition', () => {
    const splits = repeatedKFold(20, { foldCount: 4, repeats: 3, seed: 5 })
    expect(splits).toHaveLength(12)
    expect(plain(splits.slice(0, 4))).not.toEqual(plain(splits.slice(4, 8)))
    expect(repeatedKFold(20, { foldCount: 4, repeats: 3, seed: 5 })).toEqual(splits)
    for (let repeat = 0; repeat < 3; repeat++) {
      expect(splits.slice(4 * repeat, 4 * repeat + 4).flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual(upTo(20))
    }
    const codes = upTo(20).map((row) => row % 2)
    for (const { test } of repeatedStratifiedKFold(codes, { foldCount: 5, repeats: 2 })) expect(test.reduce((sum, row) => sum + codes[row], 0)).toBe(2)
  })

  it('refuse numbers that do not fit', () => {
    expect(codeOf(() => kFold(3, { foldCount: 1 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => repeatedKFold(3, { foldCount: 2, repeats: 0 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => groupKFold(['a', 'a'], { foldCount: 2 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => leaveOneGroupOut(['a', 'a']))).toBe('INPUT_INVALID')
    expect(codeOf(() => timeSeriesSplit([1, 2], { foldCount: 2 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => timeSeriesSplit([1, Number.NaN, 3], { foldCount: 2 }))).toBe('VALUE_NOT_FINITE')
  })
})

describe('groupSplit', () => {
  const groups = fc.array(fc.integer({ min: 0, max: 20 }).map((group) => `caller ${group}`), { minLength: 2, maxLength: 200 }).filter((list) => new Set(list).size > 1)
  it('never parts a group, is a partition and comes near the share', () => {
    fc.assert(fc.property(groups, fc.double({ min: 0.05, max: 0.95, noNaN: true }), fc.nat(), (list, testShare, seed) => {
      const { train, test } = groupSplit(list, { testShare, seed })
      expect([...train, ...test].sort((a, b) => a - b)).toEqual(upTo(list.length))
      expect(train.length * test.length).toBeGreaterThan(0)
      const held = new Set([...test].map((row) => list[row]))
      expect([...train].some((row) => held.has(list[row]))).toBe(false)
    }))
    const even = upTo(1000).map((row) => row % 100)
    expect(groupSplit(even, { testShare: 0.2, seed: 1 }).test).toHaveLength(200)
  })

  it('refuses shares outside 0..1 and a single group', () => {
    expect(codeOf(() => groupSplit(['a', 'b'], { testShare: 1 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => groupSplit(['a', 'a'], { testShare: 0.5 }))).toBe('DATA_EMPTY')
  })
})

describe('timeSplit', () => {
  const times = Float64Array.of(50, 10, 30, 20, 40)

  it('holds out the last rows and keeps labels from after the cut out of training', () => {
    expect(timeSplit(times, { testShare: 0.4 })).toEqual({ train: Uint32Array.of(1, 2, 3), test: Uint32Array.of(0, 4), leftOut: new Uint32Array(0), cutMs: 40 })
    const labelKnownAt = Float64Array.of(99, 12, 45, Number.NaN, 60)
    expect(timeSplit(times, { cutMs: 40, labelKnownAt })).toEqual({ train: Uint32Array.of(1), test: Uint32Array.of(0, 4), leftOut: Uint32Array.of(2, 3), cutMs: 40 })
    // Known at the very moment of the cut is not known before it.
    expect([...timeSplit(times, { cutMs: 40, labelKnownAt: Float64Array.of(99, 12, 40, 39, 60) }).train]).toEqual([1, 3])
  })

  it('leaves rows without a time out', () => {
    expect(timeSplit(Float64Array.of(Number.NaN, 1, 2), { testShare: 0.5 }).leftOut).toEqual(Uint32Array.of(0))
  })

  it('refuses cuts that leave a side empty, and both or neither of share and cut', () => {
    expect(codeOf(() => timeSplit(times, { cutMs: 10 }))).toBe('DATA_EMPTY')
    expect(codeOf(() => timeSplit(times, { cutMs: 99 }))).toBe('DATA_EMPTY')
    expect(codeOf(() => timeSplit(Float64Array.of(1), { testShare: 0.5 }))).toBe('DATA_EMPTY')
    expect(codeOf(() => timeSplit(times, {}))).toBe('INPUT_INVALID')
    expect(codeOf(() => timeSplit(times, { testShare: 0.5, cutMs: 20 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => timeSplit(times, { testShare: 0.4, labelKnownAt: new Float64Array(2) }))).toBe('SHAPE_MISMATCH')
  })
})

describe('timeSeriesSplit', () => {
  it('goes by time, not by row, and by what was known', () => {
    const times = [40, 10, 30, 20, 60, 50]
    expect(plain(timeSeriesSplit(times, { foldCount: 2, testSize: 2 }))).toEqual([{ train: [1, 3], test: [0, 2] }, { train: [0, 1, 2, 3], test: [4, 5] }])
    const labelKnownAt = Float64Array.of(55, 11, 31, 35, 61, 51)
    expect(plain(timeSeriesSplit(times, { foldCount: 2, testSize: 2, labelKnownAt })).map(({ train }) => train)).toEqual([[1], [1, 2, 3]])
  })
})
