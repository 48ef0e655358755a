import fc from 'fast-check'
import { accuracy, classificationReport, confusionMatrix, logLoss, mostProbable, type PrecisionRecallF1 } from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose } from '../sparse-matrix.js'

interface ClassificationCase {
  readonly name: string
  readonly input: { readonly y_true: (string | number)[]; readonly y_pred: (string | number)[]; readonly labels: (string | number)[]; readonly proba: number[][] | null }
  readonly expected: {
    readonly accuracy: number
    readonly confusion_matrix: number[][]
    readonly macro: PrecisionRecallF1
    readonly micro: PrecisionRecallF1
    readonly weighted: PrecisionRecallF1
    readonly per_class: Record<string, PrecisionRecallF1 & { support: number }>
    readonly log_loss?: number
  }
}
const { cases } = readFixture<{ cases: ClassificationCase[] }>('classification-metrics')
const logLossCases = readFixture<{ cases: { name: string; input: { y_true: number[]; score: number[] }; expected: { log_loss: number } }[] }>('log-loss').cases
const withProbabilities = cases.filter(({ input }) => input.proba)

const expectScores = (received: PrecisionRecallF1, expected: PrecisionRecallF1): void =>
  expectClose([received.precision, received.recall, received.f1], [expected.precision, expected.recall, expected.f1], 1e-12)

describe('classificationReport', () => {
  it.each(cases)('has the numbers of scikit-learn: $name', ({ input, expected }) => {
    const codesOf = (labels: readonly (string | number)[]): number[] => labels.map((label) => input.labels.indexOf(label))
    const [actual, predicted] = [codesOf(input.y_true), codesOf(input.y_pred)]
    const report = classificationReport(actual, predicted, input.labels.map(String))
    expect(report.accuracy).toBeCloseTo(expected.accuracy, 12)
    expect(accuracy(actual, predicted)).toBe(report.accuracy)
    expect([...confusionMatrix(actual, predicted, input.labels.length).counts]).toEqual(expected.confusion_matrix.flat())
    expectScores(report.macro, expected.macro)
    expectScores(report.micro, expected.micro)
    expectScores(report.weighted, expected.weighted)
    for (const { label, support, ...scores } of report.perClass) {
      expect(support).toBe(expected.per_class[label].support)
      expectScores(scores, expected.per_class[label])
    }
  })

  it('refuses no rows, other lengths and codes that are no class', () => {
    expect(codeOf(() => classificationReport([], [], ['a']))).toBe('DATA_EMPTY')
    expect(codeOf(() => accuracy([], []))).toBe('DATA_EMPTY')
    expect(codeOf(() => accuracy([0], [0, 1]))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => classificationReport([0, 1], [0], ['a', 'b']))).toBe('SHAPE_MISMATCH')
    for (const code of [-1, 2, 0.5, Number.NaN]) expect(codeOf(() => classificationReport([code], [0], ['a', 'b']))).toBe('TARGET_INVALID')
  })
})

describe('logLoss', () => {
  it.each(withProbabilities)('has the number of scikit-learn: $name', ({ input, expected }) => {
    const actual = input.y_true.map((label) => input.labels.indexOf(label))
    expect(logLoss(actual, input.proba!.flat(), input.labels.length)).toBeCloseTo(expected.log_loss!, 9)
  })

  it.each(logLossCases)('has the number of scikit-learn for two classes: $name', ({ input, expected }) => {
    expect(logLoss(input.y_true, input.score.flatMap((score) => [1 - score, score]), 2)).toBeCloseTo(expected.log_loss, 9)
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
