import { type FeatureMatrix, MajorityClassifier, MeanRegressor, QuantileBaseline } from '../../src/index.js'

const matrix: FeatureMatrix = { rowCount: 4 }
const sampleWeights = Float64Array.of(1, 1, 2, 0)

describe('MajorityClassifier', () => {
  it('predicts the class frequencies, weighted by rows', () => {
    const fitted = new MajorityClassifier().fit(matrix, { classes: ['a', 'b'], codes: Int32Array.of(0, 1, 1, 0) }, { sampleWeights })
    expect([...fitted.predictProbabilities(matrix)]).toEqual([0.25, 0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75])
  })
})

describe('MeanRegressor', () => {
  it('predicts the mean, weighted by rows', () => {
    expect([...new MeanRegressor().fit(matrix, Float64Array.of(1, 3, 4, 99), { sampleWeights }).predict(matrix)]).toEqual([3, 3, 3, 3])
  })
})

describe('QuantileBaseline', () => {
  const predicted = (quantile: number, y: number[], weights?: number[]): number =>
    new QuantileBaseline({ quantile }).fit({ rowCount: y.length }, Float64Array.from(y), weights ? { sampleWeights: Float64Array.from(weights) } : {}).predictRow({ dense: new Float32Array(0), sparseCount: 0, sparseIndices: new Uint32Array(0), sparseValues: new Float32Array(0) })

  it('predicts the median, weighted by rows', () => {
    expect(predicted(0.5, [9, 1, 3])).toBe(3)
    expect(predicted(0.5, [9, 1, 3, 5])).toBe(4)
    expect(predicted(0.5, [9, 1, 3], [3, 1, 1])).toBe(9)
    expect(predicted(0.5, [1, 3, 99], [1, 1, 0])).toBe(2)
  })

  it('predicts another quantile, by definition 2 of Hyndman and Fan', () => {
    expect(predicted(0.9, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toBe(9.5)
    expect(predicted(0.25, [1, 2, 3, 4, 5])).toBe(2)
    expect([predicted(0, [4, 2, 3]), predicted(1, [4, 2, 3])]).toEqual([2, 4])
  })
})
