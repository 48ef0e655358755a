import { type FeatureMatrix, MajorityClassifier, MeanRegressor } from '../../src/index.js'

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
