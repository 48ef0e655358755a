import { createFeatureRow, explainLinear, type FeatureMatrix, LinearSVM, logLoss } from '../../src/index.js'
import { fillRow } from '../conformance/sample-data.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { type DatasetName, scaledDataset } from '../scaled-datasets.js'
import { expectClose, toDense, toSparse } from '../sparse-matrix.js'

const { svm } = readFixture<{
  readonly svm: readonly {
    readonly name: string; readonly dataset: DatasetName; readonly C: number; readonly loss: string; readonly weighted: boolean
    readonly coef: number[][]; readonly intercept: number[]
  }[]
}>('linear-classifiers')

const layouts = [
  { layout: 'dense', build: (lines: number[][]): FeatureMatrix => ({ rowCount: lines.length, dense: toDense(lines) }) },
  {
    layout: 'dense beside sparse',
    build: (lines: number[][]): FeatureMatrix => ({ rowCount: lines.length, dense: toDense(lines.map((line) => line.slice(0, 2))), sparse: toSparse(lines.map((line) => line.slice(2))) }),
  },
]

describe.each(layouts)('LinearSVM on $layout columns', ({ build }) => {
  it.each(svm)('finds the weights and scores of scikit-learn\'s LinearSVC: $name', ({ dataset, C, loss, weighted, coef, intercept }) => {
    const { train } = scaledDataset(dataset)
    const sampleWeights = Float64Array.from(train.lines, (_, row) => 1 + (row % 3))
    const X = build(train.lines)
    const fitted = new LinearSVM({ C, loss: loss.replace('_', '-'), tolerance: 1e-4, calibrationFolds: 0 })
      .fit(X, train.target, weighted ? { sampleWeights } : {})
    expect(fitted.converged).toBe(true)
    expectClose(fitted.intercepts, intercept, 5e-4)
    const outputs = intercept.length
    coef.forEach((line, output) => line.forEach((weight, feature) => expect(Math.abs(fitted.weights[feature * outputs + output] - weight)).toBeLessThan(5e-4)))
    const scores = fitted.decisionScores(X)
    const classCount = train.target.classes.length
    train.lines.slice(0, 5).forEach((line, row) => coef.forEach((weights, output) => {
      const score = intercept[output] + line.reduce((sum, x, feature) => sum + x * weights[feature], 0)
      expect(scores[row * classCount + (outputs === 1 ? 1 : output)]).toBeCloseTo(score, 2)
    }))
  })
})

describe('probabilities of LinearSVM', () => {
  it.each<DatasetName>(['iris', 'wine', 'breast_cancer'])('are closer to what happens than the softmax of the scores as they are: %s', (dataset) => {
    const { train, test } = scaledDataset(dataset)
    const lossOf = (calibrationFolds: number): number =>
      logLoss(test.target.codes, new LinearSVM({ calibrationFolds }).fit(train.X, train.target).predictProbabilities(test.X), train.target.classes.length)
    expect(lossOf(3)).toBeLessThan(lossOf(0))
  })

  it('are the softmax of the scores over the temperature', () => {
    const { train } = scaledDataset('iris')
    const fitted = new LinearSVM().fit(train.X, train.target)
    const scores = fitted.decisionScores(train.X)
    const probabilities = fitted.predictProbabilities(train.X)
    for (const [a, b] of [[0, 1], [1, 2]]) {
      expect(Math.log(probabilities[a] / probabilities[b])).toBeCloseTo((scores[a] - scores[b]) / fitted.temperature, 9)
    }
  })

  it('do not depend on rows that weigh nothing', () => {
    const { train } = scaledDataset('iris')
    const rows = train.lines.map((_, row) => row).filter((row) => row % 3 > 0)
    const sampleWeights = Float64Array.from(train.lines, (_, row) => (row % 3 > 0 ? 1 : 0))
    const weighted = new LinearSVM({ tolerance: 1e-6 }).fit(train.X, train.target, { sampleWeights })
    const fewer = new LinearSVM({ tolerance: 1e-6 }).fit(
      { rowCount: rows.length, dense: toDense(rows.map((row) => train.lines[row])) }, { ...train.target, codes: Int32Array.from(rows, (row) => train.target.codes[row]) },
    )
    expect(weighted.temperature).toBeCloseTo(fewer.temperature, 6)
    expectClose(weighted.weights, fewer.weights, 1e-5)
  })
})

it('explains a support vector machine exactly', () => {
  const { train } = scaledDataset('iris')
  const fitted = new LinearSVM().fit(train.X, train.target)
  const row = fillRow(createFeatureRow(4, 0), train.X, 3)
  expect(explainLinear(fitted, row, { code: 2 }).score).toBeCloseTo(fitted.decisionScores(train.X)[3 * 3 + 2], 9)
})
