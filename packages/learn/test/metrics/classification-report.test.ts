import fc from 'fast-check'
import {
  accuracy, balancedAccuracy, classificationReport, cohenKappa, confusionMatrix, fbeta, logLoss, matthewsCorrcoef, mostProbable, multiclassRocAuc,
  type PrecisionRecallF1, topKAccuracy,
} from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose } from '../sparse-matrix.js'

interface ClassificationCase {
  readonly name: string
  readonly input: { readonly y_true: (string | number)[]; readonly y_pred: (string | number)[]; readonly labels: (string | number)[]; readonly proba: number[][] | null }
  readonly expected: Readonly<Record<string, number | null>> & {
    readonly accuracy: number
    readonly confusion_matrix: number[][]
    readonly macro: PrecisionRecallF1
    readonly micro: PrecisionRecallF1
    readonly weighted: PrecisionRecallF1
    readonly per_class: Record<string, PrecisionRecallF1 & { support: number }>
  }
}
const all = readFixture<{ cases: ClassificationCase[] }>('metrics-classification').cases
/** Without rows there is nothing to measure: every metric refuses, where scikit-learn gives NaN, 0 or an error by turns. */
const cases = all.filter(({ input }) => input.y_true.length > 0)
const withProbabilities = cases.filter(({ input }) => input.proba)
const logLossCases = readFixture<{ cases: { name: string; input: { y_true: number[]; score: number[] }; expected: { log_loss?: number } }[] }>('metrics-scores-calibration')
  .cases.filter(({ expected }) => expected.log_loss !== undefined)
/** All rows of one class and predicted as it: NaN for Matthews' coefficient, as for kappa; scikit-learn gives 0 for the one and NaN for the other. */
const withoutChance = ['single class in truth and prediction', 'one sample']

const expectScores = (received: PrecisionRecallF1, expected: PrecisionRecallF1): void =>
  expectClose([received.precision, received.recall, received.f1], [expected.precision, expected.recall, expected.f1], 1e-12)

const codesOf = ({ input }: ClassificationCase, values: readonly (string | number)[]): number[] => values.map((label) => input.labels.indexOf(label))

describe('metrics of predicted classes', () => {
  it('are compared with all cases of the reference but the empty one', () => expect([all.length, cases.length]).toEqual([16, 15]))

  it.each(cases)('have the numbers of scikit-learn: $name', (testCase) => {
    const { name, input, expected } = testCase
    const [actual, predicted] = [codesOf(testCase, input.y_true), codesOf(testCase, input.y_pred)]
    const classCount = input.labels.length
    const report = classificationReport(actual, predicted, input.labels.map(String))
    expect(report.accuracy).toBeCloseTo(expected.accuracy, 12)
    expect(accuracy(actual, predicted)).toBe(report.accuracy)
    expect([...confusionMatrix(actual, predicted, classCount).counts]).toEqual(expected.confusion_matrix.flat())
    expectScores(report.macro, expected.macro)
    expectScores(report.micro, expected.micro)
    expectScores(report.weighted, expected.weighted)
    for (const { label, support, ...scores } of report.perClass) {
      expect(support).toBe(expected.per_class[label].support)
      expectScores(scores, expected.per_class[label])
    }
    const mcc = withoutChance.includes(name) ? null : expected.mcc
    expectClose(
      [balancedAccuracy(actual, predicted, classCount), matthewsCorrcoef(actual, predicted, classCount), cohenKappa(actual, predicted, classCount)],
      [expected.balanced_accuracy, mcc, expected.cohen_kappa], 1e-9,
    )
    if (expected.fbeta_1 === undefined) return
    expectClose([0.5, 1, 2].map((beta) => fbeta(actual, predicted, 1, beta)), [expected['fbeta_0.5'], expected.fbeta_1, expected.fbeta_2], 1e-9)
    expectClose([report.perClass[1].precision, report.perClass[1].recall], [expected.precision_pos, expected.recall_pos], 1e-9)
  })

  it.each(withProbabilities)('have the numbers of scikit-learn from probabilities: $name', (testCase) => {
    const { input, expected } = testCase
    const actual = codesOf(testCase, input.y_true)
    const probabilities = input.proba!.flat()
    const classCount = input.labels.length
    const received = [
      logLoss(actual, probabilities, classCount),
      ...(['macro', 'weighted'] as const).flatMap((average) => (['one-vs-rest', 'one-vs-one'] as const).map((compare) =>
        multiclassRocAuc(actual, probabilities, classCount, { compare, average }))),
      topKAccuracy(actual, probabilities, classCount, 1),
      topKAccuracy(actual, probabilities, classCount, 2),
    ]
    expectClose(received, [
      expected.log_loss, expected.roc_auc_ovr_macro, expected.roc_auc_ovo_macro, expected.roc_auc_ovr_weighted, expected.roc_auc_ovo_weighted,
      expected.top_1_accuracy, expected.top_2_accuracy,
    ], 1e-9)
  })

  it('refuse no rows, other lengths and codes that are no class', () => {
    for (const metric of [balancedAccuracy, matthewsCorrcoef, cohenKappa]) {
      expect(codeOf(() => metric([], [], 1))).toBe('DATA_EMPTY')
      expect(codeOf(() => metric([0], [0, 1], 2))).toBe('SHAPE_MISMATCH')
      expect(codeOf(() => metric([0], [2], 2))).toBe('TARGET_INVALID')
    }
    expect(codeOf(() => classificationReport([], [], ['a']))).toBe('DATA_EMPTY')
    expect(codeOf(() => accuracy([], []))).toBe('DATA_EMPTY')
    expect(codeOf(() => accuracy([0], [0, 1]))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => classificationReport([0, 1], [0], ['a', 'b']))).toBe('SHAPE_MISMATCH')
    for (const code of [-1, 2, 0.5, Number.NaN]) expect(codeOf(() => classificationReport([code], [0], ['a', 'b']))).toBe('TARGET_INVALID')
    expect(codeOf(() => topKAccuracy([0], [1, 0], 2, 0))).toBe('INPUT_INVALID')
    expect(codeOf(() => topKAccuracy([0], [1], 2, 1))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => fbeta([], [], 0, 1))).toBe('DATA_EMPTY')
  })
})

describe('logLoss', () => {
  it.each(logLossCases)('has the number of scikit-learn for two classes: $name', ({ input, expected }) => {
    expect(logLoss(input.y_true, input.score.flatMap((score) => [1 - score, score]), 2)).toBeCloseTo(expected.log_loss!, 9)
  })

  it('refuses no rows, other lengths and probabilities that are not numbers', () => {
    expect(codeOf(() => logLoss([], [], 2))).toBe('DATA_EMPTY')
    expect(codeOf(() => logLoss([0], [0.5], 2))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => logLoss([0], [Number.NaN, 1], 2))).toBe('VALUE_NOT_FINITE')
    expect(codeOf(() => logLoss([2], [0.5, 0.5], 2))).toBe('TARGET_INVALID')
  })
})

describe('mostProbable', () => {
  it('finds the largest of each row, of equal ones the first', () => {
    const rows = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }))
    fc.assert(fc.property(rows, (lines) => {
      expect([...mostProbable(lines.flat(), 4)]).toEqual(lines.map((line) => line.indexOf(Math.max(...line))))
    }))
  })

  it('refuses probabilities that are not rows of that many classes', () => {
    expect(codeOf(() => mostProbable([0.1, 0.2, 0.7], 2))).toBe('SHAPE_MISMATCH')
  })
})
