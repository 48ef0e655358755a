import {
  averagePrecision, brierScore, calibrationCurve, calibrationError, multiclassBrierScore, multiclassRocAuc, precisionRecallCurve, rocAuc, rocCurve,
  topLabelCalibrationError,
} from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose } from '../sparse-matrix.js'

type Numbers = (number | null)[]
interface ScoreCase {
  readonly name: string
  readonly input: { readonly y_true: number[]; readonly score: number[] }
  readonly expected: {
    readonly roc_auc: number | object
    readonly average_precision: number
    readonly roc_curve: { fpr: Numbers; tpr: Numbers; thresholds: Numbers }
    readonly pr_curve: { precision: Numbers; recall: Numbers; thresholds: Numbers }
    readonly brier?: number
    readonly calibration_uniform?: { prob_true: Numbers; prob_pred: Numbers }
    readonly calibration_quantile?: { prob_true: Numbers; prob_pred: Numbers }
    readonly ece_10_bins?: number
    readonly mce_10_bins?: number
  }
}
const { cases } = readFixture<{ cases: ScoreCase[] }>('metrics-scores-calibration')
const bothClasses = cases.filter(({ input }) => new Set(input.y_true).size === 2)
const withPositives = cases.filter(({ input }) => input.y_true.includes(1))
const probabilities = cases.filter(({ expected }) => expected.brier !== undefined)

describe('the ROC curve', () => {
  it.each(bothClasses)('is that of scikit-learn: $name', ({ input, expected }) => {
    const { falsePositiveRate, truePositiveRate, thresholds } = rocCurve(input.y_true, input.score)
    expectClose(falsePositiveRate, expected.roc_curve.fpr, 1e-12)
    expectClose(truePositiveRate, expected.roc_curve.tpr, 1e-12)
    // The first threshold admits nothing: infinity, as in later versions of scikit-learn; 1.2.1 takes the largest score + 1.
    expect(thresholds[0]).toBe(Infinity)
    expectClose(thresholds.slice(1), expected.roc_curve.thresholds.slice(1), 1e-12)
    expect(rocAuc(input.y_true, input.score)).toBeCloseTo(expected.roc_auc as number, 9)
  })

  it('is refused for one class, whose other axis would have no meaning; scikit-learn refuses the area and gives NaN for the curve', () => {
    for (const actual of [[1, 1, 1], [0, 0, 0]]) {
      expect(codeOf(() => rocAuc(actual, [0.2, 0.5, 0.9]))).toBe('TARGET_ONE_CLASS')
      expect(codeOf(() => rocCurve(actual, [0.2, 0.5, 0.9]))).toBe('TARGET_ONE_CLASS')
    }
    expect(codeOf(() => multiclassRocAuc([1, 1], [0, 1, 0, 1], 2))).toBe('TARGET_ONE_CLASS')
  })
})

describe('the precision-recall curve', () => {
  it.each(withPositives)('is that of scikit-learn: $name', ({ input, expected }) => {
    const { precision, recall, thresholds } = precisionRecallCurve(input.y_true, input.score)
    expectClose(precision, expected.pr_curve.precision, 1e-12)
    expectClose(recall, expected.pr_curve.recall, 1e-12)
    expectClose(thresholds, expected.pr_curve.thresholds, 1e-12)
    expect(averagePrecision(input.y_true, input.score)).toBeCloseTo(expected.average_precision, 9)
  })

  it('is refused without positive rows, whose recall has no meaning; scikit-learn gives a recall of 1', () => {
    expect(codeOf(() => precisionRecallCurve([0, 0], [0.1, 0.2]))).toBe('TARGET_ONE_CLASS')
    expect(codeOf(() => averagePrecision([0, 0], [0.1, 0.2]))).toBe('TARGET_ONE_CLASS')
  })
})

describe('calibration', () => {
  it.each(probabilities)('has the numbers of scikit-learn and of the definition: $name', ({ input, expected }) => {
    for (const strategy of ['uniform', 'quantile'] as const) {
      const bins = calibrationCurve(input.y_true, input.score, { binCount: 5, strategy })
      const wanted = expected[`calibration_${strategy}`]!
      expectClose(bins.map(({ observedShare }) => observedShare), wanted.prob_true, 1e-9)
      expectClose(bins.map(({ meanProbability }) => meanProbability), wanted.prob_pred, 1e-9)
      expect(bins.reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(input.y_true.length)
    }
    const { expected: mean, maximum } = calibrationError(input.y_true, input.score)
    expectClose([brierScore(input.y_true, input.score), mean, maximum], [expected.brier!, expected.ece_10_bins!, expected.mce_10_bins!], 1e-9)
    const both = input.score.flatMap((score) => [1 - score, score])
    expect(multiclassBrierScore(input.y_true, both, 2)).toBeCloseTo(2 * expected.brier!, 9)
  })

  it('of the predicted class takes its probability and whether it came', () => {
    const scores = [0.9, 0.1, 0.9, 0.1, 0.3, 0.7, 0.3, 0.7]
    expect(topLabelCalibrationError([0, 1, 1, 0], scores, 2)).toEqual(calibrationError([1, 0, 1, 0], [0.9, 0.9, 0.7, 0.7]))
  })
})

describe('measures of scores', () => {
  it.each([rocAuc, rocCurve, averagePrecision, precisionRecallCurve, brierScore, calibrationCurve, calibrationError])('refuse bad input: %p', (metric) => {
    expect(codeOf(() => metric([], []))).toBe('DATA_EMPTY')
    expect(codeOf(() => metric([0, 1], [0.5]))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => metric([0, 2], [0.5, 0.5]))).toBe('TARGET_INVALID')
    expect(codeOf(() => metric([0, 1], [0.5, Number.NaN]))).toBe('VALUE_NOT_FINITE')
  })

  it('refuse probabilities outside 0..1', () => {
    for (const metric of [brierScore, calibrationCurve, calibrationError]) expect(codeOf(() => metric([0, 1], [0.5, 1.5]))).toBe('INPUT_INVALID')
    expect(codeOf(() => calibrationCurve([0, 1], [0, 1], { binCount: 0 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => multiclassBrierScore([0], [2, -1], 2))).toBe('INPUT_INVALID')
  })
})
