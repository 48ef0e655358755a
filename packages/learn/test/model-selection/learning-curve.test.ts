import { createRandom } from '@motadata/core'
import { extrapolateLearningCurve, judgePredictability, learningCurve, type LearningCurvePoint } from '../../src/index.js'
import { codeOf } from '../sparse-matrix.js'

const codes = Int32Array.from({ length: 500 }, (_, row) => (row % 50 === 0 ? 2 : row % 3 === 0 ? 1 : 0))

describe('learningCurve', () => {
  it('grows training sets that contain the smaller ones, with all classes, never a test row', () => {
    const seen: { train: Uint32Array; test: Uint32Array }[] = []
    const points = learningCurve(codes, (train, test) => {
      seen.push({ train, test })
      return train.length
    }, { sizes: [20, 100, 100, 9999, 400], repeats: 2, seed: 3 })
    expect(points.map(({ rowCount, mean, scores }) => [rowCount, mean, scores.length])).toEqual([[20, 20, 2], [100, 100, 2], [400, 400, 2]])
    const [small, , middle] = seen
    expect(small.test).toEqual(middle.test)
    expect([...small.train].every((row) => middle.train.includes(row))).toBe(true)
    for (const { train, test } of seen) {
      expect(new Set([...train].map((row) => codes[row])).size).toBe(3)
      expect([...train].some((row) => test.includes(row))).toBe(false)
    }
    expect(seen[1].test).not.toEqual(small.test)
  })

  it('refuses sizes that do not fit and stops when aborted', () => {
    expect(codeOf(() => learningCurve(codes, () => 1, { sizes: [1, 9999] }))).toBe('INPUT_INVALID')
    expect(codeOf(() => learningCurve(codes, () => 1, { sizes: [10], repeats: 0 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => learningCurve(codes, () => 1, { sizes: [10], signal: AbortSignal.abort() }))).toBe('CANCELLED')
  })
})

/** Points of a known law with noise. */
function pointsOf(seed: number, noise = 0.008, sizes = [100, 200, 400, 800]): LearningCurvePoint[] {
  const random = createRandom(seed)
  return sizes.map((rowCount) => {
    const scores = Float64Array.from({ length: 4 }, () => 0.9 - 2 * rowCount ** -0.5 + noise * Math.sqrt(3) * (2 * random.next() - 1))
    const mean = scores.reduce((sum, score) => sum + score / 4, 0)
    return { rowCount, scores, mean, deviation: Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2 / 3, 0)) }
  })
}

describe('extrapolateLearningCurve', () => {
  it('continues an exact law exactly', () => {
    const { score, limit } = extrapolateLearningCurve(pointsOf(1, 0), { rowCount: 10_000 })
    expect(score).toBeCloseTo(0.88, 3)
    expect(limit).toBeCloseTo(0.9, 3)
  })

  it('has an interval that holds the truth about as often as it says, and widens with the distance', () => {
    let held = 0
    for (let draw = 0; draw < 60; draw++) {
      const { interval } = extrapolateLearningCurve(pointsOf(draw), { rowCount: 8000, seed: draw, repeats: 100 })
      const truth = 0.9 - 2 * 8000 ** -0.5
      if (truth >= interval.low && truth <= interval.high) held++
    }
    expect(held).toBeGreaterThanOrEqual(48)
    const widthAt = (rowCount: number): number => {
      const { interval } = extrapolateLearningCurve(pointsOf(2), { rowCount })
      return interval.high - interval.low
    }
    expect(widthAt(20_000)).toBeGreaterThan(widthAt(1000))
  })

  it('never exceeds the ceiling', () => {
    const points = [100, 200].map((rowCount, at) => ({ rowCount, scores: Float64Array.of(0.9 + at * 0.09), mean: 0.9 + at * 0.09, deviation: 0 }))
    expect(extrapolateLearningCurve(points, { rowCount: 1e6 }).interval.high).toBeLessThanOrEqual(1)
  })

  it('refuses one point and nonsense', () => {
    expect(codeOf(() => extrapolateLearningCurve(pointsOf(1).slice(0, 1), { rowCount: 100 }))).toBe('DATA_EMPTY')
    expect(codeOf(() => extrapolateLearningCurve(pointsOf(1), { rowCount: 0 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => extrapolateLearningCurve(pointsOf(1), { rowCount: 10, confidence: 2 }))).toBe('INPUT_INVALID')
  })
})

describe('judgePredictability', () => {
  it('compares the interval with what knowing nothing gives', () => {
    const options = { rowCount: 2000 }
    expect(judgePredictability(pointsOf(3), 0.4, 0.05, options)).toMatchObject({ verdict: 'likely', baseline: 0.4 })
    expect(judgePredictability(pointsOf(3), 0.95, 0.05, options).verdict).toBe('unlikely')
    const { score } = extrapolateLearningCurve(pointsOf(3), options)
    expect(judgePredictability(pointsOf(3), score - 0.05, 0.05, options).verdict).toBe('uncertain')
  })
})
