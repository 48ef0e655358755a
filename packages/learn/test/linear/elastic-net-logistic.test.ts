import { LogisticRegression } from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { type DatasetName, scaledDataset } from '../scaled-datasets.js'
import { toSparse } from '../sparse-matrix.js'

const { elasticNet } = readFixture<{
  readonly elasticNet: readonly {
    readonly name: string; readonly dataset: DatasetName; readonly C: number; readonly l1Ratio: number
    readonly coef: number[][]; readonly intercept: number[]; readonly objective: number; readonly zeros: number
  }[]
}>('linear-classifiers')

describe('LogisticRegression with an elastic net', () => {
  it.each(elasticNet)('finds the weights of scikit-learn\'s saga, the same of them 0: $name', ({ dataset, C, l1Ratio, coef }) => {
    const { train } = scaledDataset(dataset)
    const fitted = new LogisticRegression({ C, l1Ratio, tolerance: 1e-12 }).fit(train.X, train.target)
    expect(fitted.converged).toBe(true)
    const outputs = fitted.intercepts.length
    coef.forEach((line, output) => line.forEach((weight, feature) => {
      expect(fitted.weights[feature * outputs + output]).toBeCloseTo(weight, 4)
      expect(fitted.weights[feature * outputs + output] === 0).toBe(weight === 0)
    }))
  })

  it.each(elasticNet)('comes within 0.001 of the least objective at the default tolerance, sparse columns too: $name', ({ dataset, C, l1Ratio, objective }) => {
    const { train } = scaledDataset(dataset)
    const X = { rowCount: train.lines.length, sparse: toSparse(train.lines) }
    const fitted = new LogisticRegression({ C, l1Ratio }).fit(X, train.target)
    const classCount = train.target.classes.length
    const probabilities = fitted.predictProbabilities(X)
    const loss = train.target.codes.reduce((sum, code, row) => sum - Math.log(probabilities[row * classCount + code]), 0)
    const penalty = fitted.weights.reduce((sum, weight) => sum + l1Ratio * Math.abs(weight) + ((1 - l1Ratio) / 2) * weight ** 2, 0)
    expect((C * loss + penalty) / objective).toBeLessThan(1.001)
  })
})
