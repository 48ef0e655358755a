import {
  accuracy, crossValidateClassifier, crossValidateRegressor, kFold, logLoss, MajorityClassifier, meanAbsoluteError, MeanRegressor, mostProbable, stratifiedKFold,
} from '../../src/index.js'
import { codeOf, toDense } from '../sparse-matrix.js'

const X = { rowCount: 12, dense: toDense(Array.from({ length: 12 }, (_, row) => [row])) }

describe('crossValidateClassifier', () => {
  it('measures every fold by every metric', () => {
    const y = { classes: ['a', 'b'], codes: Int32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1) }
    const metrics = { logLoss, accuracy: (actual: Int32Array, probabilities: Float64Array) => accuracy(actual, mostProbable(probabilities, 2)) }
    const scores = crossValidateClassifier(new MajorityClassifier(), X, y, stratifiedKFold(y.codes, { foldCount: 3 }), metrics)
    expect([...scores.accuracy]).toEqual([0.75, 0.75, 0.75])
    expect(scores.logLoss).toHaveLength(3)
  })

  it('refuses no splits', () => {
    const y = { classes: ['a', 'b'], codes: new Int32Array(12) }
    expect(codeOf(() => crossValidateClassifier(new MajorityClassifier(), X, y, [], { logLoss }))).toBe('INPUT_INVALID')
  })
})

describe('crossValidateRegressor', () => {
  it('measures every fold', () => {
    const target = Float64Array.from({ length: 12 }, (_, row) => (row < 6 ? 0 : 10))
    const { mae } = crossValidateRegressor(new MeanRegressor(), X, target, kFold(12, { foldCount: 2 }), { mae: meanAbsoluteError })
    expect([...mae]).toEqual([10, 10])
    expect(codeOf(() => crossValidateRegressor(new MeanRegressor(), X, new Float64Array(2), kFold(12, { foldCount: 2 }), { mae: meanAbsoluteError }))).toBe('SHAPE_MISMATCH')
  })
})
