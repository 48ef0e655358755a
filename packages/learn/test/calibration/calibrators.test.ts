import { createRandom } from '@motadata/core'
import {
  calibrate, chooseCalibrator, type FittedCalibrator, fitIsotonic, fitIsotonicCalibrator, fitPlatt, fitSigmoid, fitTemperature, type HeldOutProbabilities, IdentityCalibrator,
  loadCalibrator, logLoss, type ModelState, mostProbable, sigmoidOf, topLabelCalibrationError, valueOfRising,
} from '../../src/index.js'
import { damagedStates } from '../damage-state.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose } from '../sparse-matrix.js'

interface CurveCase { readonly name: string; readonly input: { x: number[]; y: number[]; predict: number[]; score: number[] }; readonly expected: { pred: number[]; a: number; b: number } }
const { cases } = readFixture<{ cases: CurveCase[] }>('calibration')
const caseOf = (name: string): CurveCase => cases.find((one) => one.name.startsWith(name))!

describe('fitIsotonic', () => {
  it('has the values of scikit-learn', () => {
    const { input, expected } = caseOf('IsotonicRegression')
    const fitted = fitIsotonic(input.x, input.y)
    expectClose(input.predict.map((x) => valueOfRising(fitted, x)), expected.pred, 1e-9)
  })

  it('takes rows of one x as their mean, and a falling line as its mean', () => {
    const fitted = fitIsotonic([2, 1, 2, 1], [5, 0, 7, 2])
    expect([[...fitted.x], [...fitted.y]]).toEqual([[1, 2], [1, 6]])
    expect([...fitIsotonic([1, 2, 3], [3, 2, 1]).y]).toEqual([2, 2])
  })

  it('refuses no points and other lengths', () => {
    expect(codeOf(() => fitIsotonic([], []))).toBe('DATA_EMPTY')
    expect(codeOf(() => fitIsotonic([1], [1, 2]))).toBe('SHAPE_MISMATCH')
  })
})

describe('fitSigmoid', () => {
  it('has the values of scikit-learn', () => {
    const { input, expected } = caseOf('Platt')
    const sigmoid = fitSigmoid(input.score, input.y)
    expectClose([sigmoid.slope, sigmoid.intercept], [expected.a, expected.b], 1e-4)
    expectClose([0, 0.5, 1].map((score) => sigmoidOf(sigmoid, score)), expected.pred, 1e-4)
  })

  it('stays finite where scores tell classes apart perfectly', () => {
    const { slope, intercept } = fitSigmoid([-1e6, -1, 1, 1e6], [0, 0, 1, 1])
    expect(Number.isFinite(slope) && Number.isFinite(intercept)).toBe(true)
  })
})

/** Rows whose true probabilities are known, and what a model says that raises them to a power: above 1 it is too sure of itself. */
function distorted(rowCount: number, power: number, seed: number, classCount = 3): HeldOutProbabilities {
  const random = createRandom(seed)
  const { log } = Math
  const probabilities = new Float64Array(rowCount * classCount)
  const codes = new Int32Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    const weights = Array.from({ length: classCount }, () => log(1 - random.next()) ** 2)
    const sum = weights.reduce((total, weight) => total + weight, 0)
    let at = random.next() * sum
    codes[row] = weights.findIndex((weight) => (at -= weight) < 0)
    if (codes[row] < 0) codes[row] = classCount - 1
    const raised = weights.map((weight) => (weight / sum) ** power)
    const raisedSum = raised.reduce((total, weight) => total + weight, 0)
    raised.forEach((weight, code) => (probabilities[row * classCount + code] = weight / raisedSum))
  }
  return { probabilities, codes, classCount }
}
const fits = { temperature: fitTemperature, platt: fitPlatt, isotonic: fitIsotonicCalibrator }

describe.each(Object.entries(fits))('the %s calibrator', (name, fit) => {
  it('makes probabilities of new rows come true that were too sure', () => {
    const calibrator = fit(distorted(4000, 2.5, 1))
    const fresh = distorted(4000, 2.5, 2)
    const calibrated = calibrate(calibrator, fresh.probabilities)
    const errorOf = (probabilities: Float64Array): number => topLabelCalibrationError(fresh.codes, probabilities, 3).expected
    expect(errorOf(fresh.probabilities)).toBeGreaterThan(0.1)
    expect(errorOf(calibrated)).toBeLessThan(0.04)
    expect(logLoss(fresh.codes, calibrated, 3)).toBeLessThan(logLoss(fresh.codes, fresh.probabilities, 3))
    const sums = Float64Array.from(fresh.codes, (_, row) => calibrated[3 * row] + calibrated[3 * row + 1] + calibrated[3 * row + 2])
    expectClose(sums, new Array<number>(4000).fill(1), 1e-12)
  })

  it('leaves its input alone and gives a row what it gives a batch, after loading too', () => {
    const held = distorted(200, 2, 3)
    const before = held.probabilities.slice()
    const calibrator = fit(held)
    const calibrated = calibrate(calibrator, held.probabilities)
    expect(held.probabilities).toEqual(before)
    const loaded = loadCalibrator(calibrator.toState())
    const row = held.probabilities.slice(6, 9)
    loaded.calibrateRow(row)
    expect(row).toEqual(calibrated.slice(6, 9))
    expect(loaded.toState()).toEqual(calibrator.toState())
    expect(loaded.sizeBytes).toBe(calibrator.sizeBytes)
  })

  it('stays finite on probabilities of exactly 0 and 1', () => {
    const held = { probabilities: Float64Array.of(1, 0, 0, 1, 1, 0, 0, 1), codes: [0, 1, 1, 1], classCount: 2 }
    for (const probability of calibrate(fit(held), held.probabilities)) expect(probability >= 0 && probability <= 1).toBe(true)
  })

  it('refuses no rows, other lengths, classes and probabilities that are none', () => {
    expect(codeOf(() => fit({ probabilities: new Float64Array(0), codes: [], classCount: 2 }))).toBe('DATA_EMPTY')
    expect(codeOf(() => fit({ probabilities: new Float64Array(3), codes: [0], classCount: 2 }))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => fit({ probabilities: new Float64Array(2), codes: [2], classCount: 2 }))).toBe('TARGET_INVALID')
    expect(codeOf(() => fit({ probabilities: Float64Array.of(2, -1), codes: [0], classCount: 2 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => fit({ probabilities: Float64Array.of(1), codes: [0], classCount: 1 }))).toBe('INPUT_INVALID')
  })

  // A temperature half a degree higher is one as well.
  it.each(damagedStates(fit(distorted(100, 2, 4)).toState()).filter(({ damage }) => damage !== 'json temperature: larger by one half'))('is not loaded from a state with $damage', ({ state }) => {
    expect(codeOf(() => loadCalibrator(state as ModelState))).toBe('MODEL_LOAD_FAILED')
  })
})

describe('fitTemperature', () => {
  it('finds the power that probabilities were raised to, and keeps the order of classes', () => {
    const held = distorted(6000, 2.5, 5)
    const calibrator = fitTemperature(held)
    expect(calibrator.temperature).toBeCloseTo(2.5, 0)
    expect(mostProbable(calibrate(calibrator, held.probabilities), 3)).toEqual(mostProbable(held.probabilities, 3))
  })

  it('is at its minimum: a little more or less loses', () => {
    const held = distorted(500, 0.5, 6)
    const { temperature } = fitTemperature(held)
    const lossAt = (value: number): number => logLoss(held.codes, held.probabilities.map((_, at) => {
      const start = at - (at % 3)
      const raised = [0, 1, 2].map((code) => held.probabilities[start + code] ** (1 / value))
      return raised[at - start] / (raised[0] + raised[1] + raised[2])
    }), 3)
    expect(lossAt(temperature)).toBeLessThan(Math.min(lossAt(temperature * 1.01), lossAt(temperature / 1.01)))
  })
})

describe('chooseCalibrator', () => {
  it('leaves good probabilities alone', () => {
    expect(chooseCalibrator(distorted(3000, 1, 7), { seed: 1 }).method).toBe('none')
  })

  it('chooses the simplest that is clearly better, and gives what it was measured by', () => {
    const held = distorted(3000, 2, 8)
    const { method, logLosses, calibrator, crossFitted } = chooseCalibrator(held, { seed: 1 })
    expect(method).toBe('temperature')
    expect(logLosses.none! - logLosses.temperature!).toBeGreaterThan(0.05)
    expect(logLoss(held.codes, crossFitted, 3)).toBeCloseTo(logLosses.temperature!, 10)
    expect(calibrator.toState()).toEqual(fitTemperature(held).toState())
  })

  it('chooses isotonic calibration where the distortion is no sigmoid', () => {
    const held = distorted(6000, 1, 9, 2)
    const stepped = held.probabilities.map((_, at) => {
      const p = held.probabilities[at - (at % 2)]
      const first = p < 0.2 ? 0.5 * p : p < 0.6 ? 0.9 : 0.2 + 0.01 * p
      return at % 2 === 0 ? first : 1 - first
    })
    expect(chooseCalibrator({ ...held, probabilities: stepped }, { methods: ['none', 'temperature', 'isotonic'] }).method).toBe('isotonic')
  })

  it('gives the same choice for the same seed', () => {
    const [first, second] = [0, 1].map(() => chooseCalibrator(distorted(300, 2, 10), { seed: 3 }))
    expect(second.logLosses).toEqual(first.logLosses)
    expect(second.calibrator.toState()).toEqual(first.calibrator.toState())
  })
})

describe('loadCalibrator', () => {
  it('loads one that changes nothing', () => {
    const loaded: FittedCalibrator = loadCalibrator(new IdentityCalibrator(3).toState())
    expect(calibrate(loaded, Float64Array.of(0.2, 0.3, 0.5))).toEqual(Float64Array.of(0.2, 0.3, 0.5))
    expect(codeOf(() => calibrate(loaded, Float64Array.of(0.2, 0.3)))).toBe('SHAPE_MISMATCH')
  })

  it('refuses what is no calibrator', () => {
    for (const state of [null, {}, { format: 'random-forest/1' }]) expect(codeOf(() => loadCalibrator(state as ModelState))).toBe('MODEL_LOAD_FAILED')
  })
})
