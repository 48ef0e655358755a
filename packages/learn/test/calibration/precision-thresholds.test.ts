import { createRandom } from '@motadata/core'
import { acceptedClass, choosePrecisionThresholds, type HeldOutProbabilities, measureAbstention, type PrecisionOptions } from '../../src/index.js'
import { codeOf } from '../sparse-matrix.js'

const classes = ['network', 'access', 'hardware']
const { exp } = Math

/** Rows whose probabilities are true, `hard` being the share of rows that nobody can tell; the last class is harder than its probabilities say. */
function rowsOf(rowCount: number, seed: number, hard = 0.3): HeldOutProbabilities {
  const random = createRandom(seed)
  const probabilities = new Float64Array(3 * rowCount)
  const codes = new Int32Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    const favourite = random.below(3)
    const strength = exp((random.next() < hard ? 1 : 9) * random.next())
    const weights = [1, 1, 1]
    weights[favourite] = strength
    const sum = weights[0] + weights[1] + weights[2]
    for (let code = 0; code < 3; code++) probabilities[3 * row + code] = weights[code] / sum
    const at = random.next() * sum
    codes[row] = at < weights[0] ? 0 : at < weights[0] + weights[1] ? 1 : 2
    if (favourite === 2 && random.next() < 0.04) codes[row] = random.below(2)
  }
  return { probabilities, codes, classCount: 3 }
}

const splits = Array.from({ length: 20 }, (_, split) => ({ held: rowsOf(4000, split), fresh: rowsOf(1500, 500 + split) }))

/** Splits in which the precision counted over 1,500 new rows broke the promise, and the least coverage. */
function trial(options: PrecisionOptions): { broken: number; leastCoverage: number } {
  let [broken, leastCoverage] = [0, 1]
  for (const { held, fresh } of splits) {
    const report = measureAbstention(fresh, choosePrecisionThresholds(held, classes, options))
    if (report.shortfall > 0) broken++
    leastCoverage = Math.min(leastCoverage, report.coverage)
  }
  return { broken, leastCoverage }
}

describe('choosePrecisionThresholds', () => {
  it.each([0.8, 0.9, 0.95])('keeps a promise of %f over a counted horizon in at least 19 of 20 splits, and accepts rows', (promisedPrecision) => {
    const { broken, leastCoverage } = trial({ promisedPrecision, horizonRows: 1500 })
    expect(broken).toBeLessThanOrEqual(1)
    expect(leastCoverage).toBeGreaterThan(0.1)
  })

  it('proves every class by itself when asked to, at less coverage', () => {
    const held = rowsOf(20_000, 1)
    const [all, each] = (['all-classes', 'each-class'] as const).map((scope) => choosePrecisionThresholds(held, classes, { promisedPrecision: 0.85, scope }))
    expect(each.coverage).toBeLessThan(all.coverage)
    const fresh = measureAbstention(rowsOf(40_000, 2), each)
    for (const { acceptedRows, precision } of fresh.classes) if (acceptedRows > 0) expect(precision).toBeGreaterThan(0.85)
    // Looking at one threshold after another is paid for: the worse class has the higher threshold.
    expect(each.classes[2].threshold!).toBeGreaterThan(each.classes[0].threshold!)
  })

  it('raises the threshold of a class that would live on the others', () => {
    const { classes: chosen, coverage } = choosePrecisionThresholds(rowsOf(20_000, 3), classes, { promisedPrecision: 0.93 })
    for (const { threshold, acceptedRows, correctRows } of chosen) if (threshold !== null) expect(correctRows / acceptedRows).toBeGreaterThanOrEqual(0.93)
    expect(coverage).toBeCloseTo(chosen.reduce((sum, one) => sum + one.acceptedRows, 0) / 20_000, 12)
    expect(chosen[2].threshold === null || chosen[2].threshold > chosen[0].threshold!).toBe(true)
  })

  it('accepts everything where everything is right, and nothing where too few rows could prove it', () => {
    const sure = (rowCount: number): HeldOutProbabilities => ({
      probabilities: Float64Array.from({ length: 3 * rowCount }, (_, at) => (at % 3 === 0 ? 0.98 : 0.01)), codes: new Int32Array(rowCount), classCount: 3,
    })
    expect(choosePrecisionThresholds(sure(600), classes, { promisedPrecision: 0.95 }).coverage).toBe(1)
    const few = choosePrecisionThresholds(sure(40), classes, { promisedPrecision: 0.95 })
    expect([few.coverage, few.classes[0].threshold]).toEqual([0, null])
    expect(measureAbstention(sure(40), few)).toMatchObject({ acceptedRows: 0, coverage: 0, precision: Number.NaN, precisionInterval: { low: 0, high: 1 }, shortfall: 0 })
  })

  it('is plain JSON that decides the same after storing', () => {
    const held = rowsOf(6000, 4)
    const thresholds = choosePrecisionThresholds(held, classes, { promisedPrecision: 0.9 })
    const stored = JSON.parse(JSON.stringify(thresholds)) as typeof thresholds
    expect(stored).toEqual(thresholds)
    for (let row = 0; row < 100; row++) {
      const code = acceptedClass(held.probabilities, stored, 3 * row)
      const own = held.probabilities.subarray(3 * row, 3 * row + 3)
      const best = own.indexOf(Math.max(...own))
      expect(code).toBe(own[best] >= (thresholds.classes[best].threshold ?? Infinity) ? best : -1)
    }
  })

  it('refuses promises, confidences and horizons that are none, and names that do not fit', () => {
    const held = rowsOf(100, 5)
    for (const promisedPrecision of [0, 1, Number.NaN]) expect(codeOf(() => choosePrecisionThresholds(held, classes, { promisedPrecision }))).toBe('INPUT_INVALID')
    expect(codeOf(() => choosePrecisionThresholds(held, classes, { promisedPrecision: 0.9, confidence: 1 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => choosePrecisionThresholds(held, classes, { promisedPrecision: 0.9, horizonRows: 0 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => choosePrecisionThresholds(held, ['a', 'b'], { promisedPrecision: 0.9 }))).toBe('SHAPE_MISMATCH')
    const thresholds = choosePrecisionThresholds(held, classes, { promisedPrecision: 0.9 })
    expect(codeOf(() => measureAbstention({ probabilities: Float64Array.of(0.5, 0.5), codes: [0], classCount: 2 }, thresholds))).toBe('SHAPE_MISMATCH')
  })
})
