import {
  type ClassificationTarget, crossValidateRegressor, crossFitPredictions, crossFitProbabilities, type FeatureMatrix, GradientBoostingRegressor, LogisticRegression, meanAbsoluteError, MeanRegressor, selectMatrixRows, stratifiedKFold,
} from '../../src/index.js'
import { codeOf, toDense } from '../sparse-matrix.js'

const X: FeatureMatrix = { rowCount: 30, dense: toDense(Array.from({ length: 30 }, (_, row) => [row % 3, (row * 7) % 5])) }
const y: ClassificationTarget = { classes: ['a', 'b', 'c'], codes: Int32Array.from({ length: 30 }, (_, row) => (row + Math.floor(row / 7)) % 3) }

describe('crossFitProbabilities', () => {
  it('gives each row what a model says that did not learn from it', () => {
    const estimator = new LogisticRegression({ C: 1 })
    const probabilities = crossFitProbabilities(estimator, X, y, { foldCount: 3, seed: 4 })
    for (const { train, test } of stratifiedKFold(y.codes, { foldCount: 3, seed: 4 })) {
      const fitted = estimator.fit(selectMatrixRows(X, train), { ...y, codes: Int32Array.from(train, (row) => y.codes[row]) }, { seed: 4 })
      const expected = fitted.predictProbabilities(selectMatrixRows(X, test))
      test.forEach((row, at) => expect(probabilities.slice(3 * row, 3 * row + 3)).toEqual(expected.slice(3 * at, 3 * at + 3)))
    }
  })

  it('reports progress up to 1 and stops when aborted', () => {
    const shares: number[] = []
    crossFitProbabilities(new LogisticRegression(), X, y, { foldCount: 3, onProgress: (share) => shares.push(share) })
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
    expect(codeOf(() => crossFitProbabilities(new LogisticRegression(), X, y, { signal: AbortSignal.abort() }))).toBe('CANCELLED')
  })

  it('refuses more folds than rows', () => {
    expect(codeOf(() => crossFitProbabilities(new LogisticRegression(), X, y, { foldCount: 31 }))).toBe('INPUT_INVALID')
  })
})

describe('crossFitPredictions', () => {
  it('gives each row the mean of the other folds', () => {
    const target = Float64Array.from({ length: 30 }, (_, row) => row)
    const folds = [{ train: Uint32Array.of(...Array(20).keys()), test: Uint32Array.from({ length: 10 }, (_, at) => 20 + at) }]
    const predictions = crossFitPredictions(new MeanRegressor(), X, target, { folds })
    expect([...predictions.slice(20)]).toEqual(new Array(10).fill(9.5))
    expect(codeOf(() => crossFitPredictions(new MeanRegressor(), X, new Float64Array(3)))).toBe('SHAPE_MISMATCH')
  })

  it('tells every fit which columns are categories and which way predictions may go', () => {
    const wavy = Float64Array.from({ length: 30 }, (_, row) => (row * 7) % 5 + (row % 3 === 1 ? 4 : 0))
    const estimator = new GradientBoostingRegressor({ iterations: 10, minLeafRows: 1 })
    const half = { train: Uint32Array.of(...Array(20).keys()), test: Uint32Array.from({ length: 10 }, (_, at) => 20 + at) }
    const told = { categoricalColumns: [0], monotone: Int8Array.of(0, -1) }
    const alone = estimator.fit(selectMatrixRows(X, half.train), wavy.slice(0, 20), told).predict(selectMatrixRows(X, half.test))
    expect(crossFitPredictions(estimator, X, wavy, { folds: [half], ...told }).slice(20)).toEqual(alone)
    for (const left of [{ categoricalColumns: told.categoricalColumns }, { monotone: told.monotone }]) {
      expect(crossFitPredictions(estimator, X, wavy, { folds: [half], ...left }).slice(20)).not.toEqual(alone)
    }
    const errors = (options: object) => crossValidateRegressor(estimator, X, wavy, [half], { mae: meanAbsoluteError }, options).mae[0]
    expect(errors(told)).toBe(meanAbsoluteError(wavy.slice(20), alone))
    expect(errors({})).not.toBe(errors(told))
  })
})
