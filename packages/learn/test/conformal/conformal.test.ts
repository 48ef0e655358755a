import { createRandom } from '@motadata/core'
import {
  fitPredictionSets, fitQuantileConformal, fitSplitConformal, type HeldOutProbabilities, type ModelState, PredictionIntervals, PredictionSets,
} from '../../src/index.js'
import { conformalQuantile } from '../../src/conformal/conformal-quantile.js'
import { damagedStates } from '../damage-state.js'
import { codeOf } from '../sparse-matrix.js'

/** Rows of four classes, the last one hard; the model knows the rough truth. */
function noisyRows(rowCount: number, seed: number): HeldOutProbabilities {
  const random = createRandom(seed)
  const codes = Int32Array.from({ length: rowCount }, () => random.below(4))
  const probabilities = new Float64Array(4 * rowCount)
  codes.forEach((code, row) => {
    const weights = [0, 1, 2, 3].map((other) => Math.exp((other === code ? (code === 3 ? 0.5 : 2.5) : 0) + 1.5 * (random.next() - random.next())))
    const sum = weights.reduce((total, weight) => total + weight, 0)
    weights.forEach((weight, other) => (probabilities[4 * row + other] = weight / sum))
  })
  return { probabilities, codes, classCount: 4 }
}

function coverageOf(sets: PredictionSets, { probabilities, codes }: HeldOutProbabilities, ofClass?: number): number {
  let [covered, rows] = [0, 0]
  for (let row = 0; row < codes.length; row++) {
    if (ofClass !== undefined && codes[row] !== ofClass) continue
    rows++
    if (sets.setOf(probabilities, 4 * row).includes(codes[row])) covered++
  }
  return covered / rows
}

describe('conformalQuantile', () => {
  it('is the rank that leaves a share of new values above it', () => {
    const scores = Float64Array.from({ length: 9 }, (_, at) => 9 - at)
    expect(conformalQuantile(scores, 0.9)).toBe(9)
    expect(conformalQuantile(scores, 0.5)).toBe(5)
    expect(conformalQuantile(scores, 0.95)).toBe(Infinity)
    expect(scores[0]).toBe(9)
  })
})

describe.each(['least-ambiguous', 'adaptive'] as const)('prediction sets, %s', (method) => {
  it('hold the true class as often as promised, on average over draws', () => {
    for (const coverage of [0.9, 0.95]) {
      const achieved = Array.from({ length: 40 }, (_, draw) => coverageOf(fitPredictionSets(noisyRows(300, draw), { coverage, method }), noisyRows(500, 1000 + draw)))
      const mean = achieved.reduce((sum, value) => sum + value / 40, 0)
      // One draw of 300 and 500 rows deviates by 0.03 at most, the mean of 40 by 0.005.
      expect(mean).toBeGreaterThan(coverage - 0.015)
      expect(mean).toBeLessThan(coverage + 0.03)
    }
  })

  it('cover the hard class too when each class has its bound', () => {
    const fresh = noisyRows(8000, 2)
    const perClass = fitPredictionSets(noisyRows(8000, 1), { coverage: 0.9, method, perClass: true })
    expect(coverageOf(perClass, fresh, 3)).toBeGreaterThan(0.87)
    if (method === 'least-ambiguous') expect(coverageOf(fitPredictionSets(noisyRows(8000, 1), { coverage: 0.9, method }), fresh, 3)).toBeLessThan(0.85)
  })

  it('are never empty, most probable class first, and everything where there are too few rows', () => {
    const sets = fitPredictionSets(noisyRows(2000, 3), { coverage: 0.3, method })
    expect(sets.setOf([0.25, 0.25, 0.25, 0.25])[0]).toBe(0)
    const everything = fitPredictionSets(noisyRows(5, 4), { coverage: 0.95, method })
    expect(everything.setOf([0.1, 0.6, 0.2, 0.1])).toEqual([1, 2, 0, 3])
  })

  it('are the same after loading, and refuse damaged states', () => {
    const sets = fitPredictionSets(noisyRows(100, 5), { method })
    expect(PredictionSets.load(sets.toState())).toEqual(sets)
    for (const { state } of damagedStates(sets.toState())) expect(codeOf(() => PredictionSets.load(state as ModelState))).toBe('MODEL_LOAD_FAILED')
  })
})

describe('fitPredictionSets', () => {
  it('refuses coverages and methods that are none', () => {
    for (const coverage of [0, 1, Number.NaN]) expect(codeOf(() => fitPredictionSets(noisyRows(10, 1), { coverage }))).toBe('INPUT_INVALID')
    expect(codeOf(() => fitPredictionSets(noisyRows(10, 1), { method: 'best' as 'adaptive' }))).toBe('INPUT_INVALID')
  })
})

/** Values whose spread grows with x. */
function spreadRows(rowCount: number, seed: number): { x: Float64Array; y: Float64Array } {
  const random = createRandom(seed)
  const x = Float64Array.from({ length: rowCount }, () => random.next())
  return { x, y: x.map((value) => 10 * value + (random.next() - 0.5) * 8 * value) }
}

describe('prediction intervals', () => {
  const held = spreadRows(2000, 1)
  const fresh = spreadRows(4000, 2)
  const shareInside = (intervalOf: (x: number) => { low: number; high: number }, from = 0): number => {
    const rows = [...fresh.x.keys()].filter((row) => fresh.x[row] >= from)
    return rows.filter((row) => {
      const { low, high } = intervalOf(fresh.x[row])
      return fresh.y[row] >= low && fresh.y[row] <= high
    }).length / rows.length
  }

  it('around a prediction hold the promised share, but too few where values spread', () => {
    const intervals = fitSplitConformal(held.y, held.x.map((value) => 10 * value), { coverage: 0.8 })
    expect(shareInside((x) => intervals.around(10 * x))).toBeCloseTo(0.8, 1)
    expect(shareInside((x) => intervals.around(10 * x), 0.8)).toBeLessThan(0.7)
  })

  it('around quantiles hold it everywhere, and correct quantiles that lie too near or too far', () => {
    for (const width of [1, 5]) {
      const [lower, upper] = [held.x.map((value) => (10 - width) * value), held.x.map((value) => (10 + width) * value)]
      const intervals = fitQuantileConformal(held.y, lower, upper, { coverage: 0.8 })
      expect(Math.sign(intervals.margin)).toBe(width === 1 ? 1 : -1)
      expect(shareInside((x) => intervals.around((10 - width) * x, (10 + width) * x))).toBeCloseTo(0.8, 1)
    }
  })

  it('never cross', () => {
    expect(new PredictionIntervals(0.5, -3).around(1, 2)).toEqual({ low: 1.5, high: 1.5 })
  })

  it('are the same after loading, and refuse damaged states', () => {
    const intervals = new PredictionIntervals(0.5, -3)
    expect(PredictionIntervals.load(intervals.toState())).toEqual(intervals)
    for (const { damage, state } of damagedStates(intervals.toState())) {
      if (/margin: (a negative number|larger)/.test(damage)) continue // any finite margin is one
      expect(codeOf(() => PredictionIntervals.load(state as ModelState))).toBe('MODEL_LOAD_FAILED')
    }
  })

  it('refuse too few rows, other lengths and missing values', () => {
    const two = Float64Array.of(1, 2)
    expect(codeOf(() => fitSplitConformal(two, two, { coverage: 0.9 }))).toBe('DATA_EMPTY')
    expect(codeOf(() => fitSplitConformal(two, Float64Array.of(1)))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => fitSplitConformal(two, Float64Array.of(1, Number.NaN)))).toBe('VALUE_NOT_FINITE')
    expect(codeOf(() => fitSplitConformal(two, two, { coverage: 2 }))).toBe('INPUT_INVALID')
  })
})
