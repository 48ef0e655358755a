import fc from 'fast-check'
import { createFeatureRow, estimatorCatalog, type FeatureMatrix, type FittedRegressor, loadRegressor, selectMatrixRows } from '../../src/index.js'
import { codeOf, expectClose, toSparse } from '../sparse-matrix.js'
import { badMatrices, badRows, dataCodes, otherWidths } from './bad-input.js'
import { describeEntry, describeFit } from './describe-fit.js'
import { describeState } from './describe-state.js'
import { inEngine, withEngines } from './engines.js'
import { alteredState, anyMatrix } from './fuzz.js'
import { denseCount, fillRow, nonNegativeMatrix, numberTarget, repetitions, rowCount, sampleMatrix, sparseCount, withDenseValue } from './sample-data.js'
import { settingsOf } from './settings.js'

const regressors = estimatorCatalog.filter((entry) => entry.task === 'regression')

describe.each(withEngines(regressors))('the regressor $entry.kind, kernels in $engine', ({ entry, engine }) => {
  const settings = settingsOf(entry)
  const estimator = inEngine(engine, entry.create(settings.hyperparameters))
  const X = settings.nonNegativeFeatures ? nonNegativeMatrix : sampleMatrix
  const fitted: FittedRegressor = estimator.fit(X, numberTarget)

  describeEntry(entry)
  describeFit(X, estimator.acceptsMissing, (matrix, options) => estimator.fit(matrix, numberTarget, options))
  describeState(entry, fitted.toState())

  it('gives finite numbers, the same row by row and after storing and loading', () => {
    const numbers = fitted.predict(X)
    expect(numbers).toHaveLength(rowCount)
    expect(numbers.every(Number.isFinite)).toBe(true)
    const row = createFeatureRow(denseCount, sparseCount)
    numbers.forEach((number, index) => expect(fitted.predictRow(fillRow(row, X, index))).toBe(number))
    expect(loadRegressor(fitted.toState()).predict(X)).toEqual(numbers)
    expect(fitted.featureCount).toBe(denseCount + sparseCount)
    expect(fitted.sizeBytes).toBeGreaterThan(0)
  })

  it('predicts nothing for no rows', () => {
    const none = { rowCount: 0, dense: { ...X.dense!, rowCount: 0, values: new Float32Array(0) }, sparse: toSparse([], sparseCount) }
    expect(fitted.predict(none)).toHaveLength(0)
  })

  it.each(otherWidths)('refuses to predict with $what', ({ matrix }) => {
    expect(codeOf(() => fitted.predict(matrix))).toBe('SHAPE_MISMATCH')
  })

  it.each(badMatrices)('refuses to predict with $what', ({ matrix, code }) => {
    expect(codeOf(() => fitted.predict(matrix))).toBe(code)
  })

  it.each(badRows)('refuses to predict a row with $what', ({ row, code }) => {
    expect(codeOf(() => fitted.predictRow(row()))).toBe(code)
  })

  it('takes a missing value as at the fit', () => {
    const code = estimator.acceptsMissing ? undefined : 'VALUE_NOT_FINITE'
    const row = { ...fillRow(createFeatureRow(denseCount, sparseCount), X, 0), dense: Float32Array.of(1, Number.NaN) }
    expect(codeOf(() => fitted.predict(withDenseValue(X, Number.NaN)))).toBe(code)
    expect(codeOf(() => fitted.predictRow(row))).toBe(code)
  })

  it('refuses targets of another length and targets that are not finite', () => {
    expect(codeOf(() => estimator.fit(X, numberTarget.slice(1)))).toBe('SHAPE_MISMATCH')
    for (const value of [Number.NaN, Infinity]) expect(codeOf(() => estimator.fit(X, new Float64Array(rowCount).fill(value)))).toBe('VALUE_NOT_FINITE')
  })

  it('predicts a constant target', () => {
    expectClose(estimator.fit(X, new Float64Array(rowCount).fill(5)).predict(X), new Float64Array(rowCount).fill(5), settings.constantTolerance ?? 1e-3)
  })

  it('learns from one row, from constant columns and from empty rows', () => {
    const one = selectMatrixRows(X, [0])
    expect(Number.isFinite(estimator.fit(one, Float64Array.of(3)).predict(one)[0])).toBe(true)
    const matrix: FeatureMatrix = {
      rowCount, dense: { rowCount, columnCount: 1, values: new Float32Array(rowCount).fill(2) }, sparse: toSparse(Array.from({ length: rowCount }, () => [0, 0])),
    }
    expect(estimator.fit(matrix, numberTarget).predict(matrix).every(Number.isFinite)).toBe(true)
  })

  if (settings.duplicationTolerance !== undefined) {
    it('learns from weighted rows what it learns from repeated ones', () => {
      const { weights, rows } = repetitions(rowCount)
      const weighted = estimator.fit(X, numberTarget, { sampleWeights: weights })
      const repeated = estimator.fit(selectMatrixRows(X, rows), Float64Array.from(rows, (row) => numberTarget[row]))
      expectClose(weighted.predict(X), repeated.predict(X), settings.duplicationTolerance!)
    })
  }

  it('learns or refuses with a code, whatever it is given', () => {
    const target = fc.array(fc.oneof(fc.float({ min: -1e3, max: 1e3, noNaN: true }), fc.constantFrom(Number.NaN, 1e30, 0)), { maxLength: 8 })
    fc.assert(fc.property(anyMatrix, target, (matrix, y) => {
      try {
        const numbers = estimator.fit(matrix, Float64Array.from(y)).predict(matrix)
        expect(numbers).toHaveLength(matrix.rowCount)
        expect(numbers.every(Number.isFinite)).toBe(true)
      } catch (error) {
        if (!dataCodes.includes((error as { code: string }).code)) throw error
      }
    }), { numRuns: 60 })
  })

  it('refuses an altered state or predicts from it', () => {
    fc.assert(fc.property(alteredState(fitted.toState()), (altered) => {
      let loaded: FittedRegressor
      try {
        loaded = entry.load(altered)
      } catch (error) {
        expect((error as { code: unknown }).code).toBe('MODEL_LOAD_FAILED')
        return
      }
      expect(loaded.predict(X)).toHaveLength(rowCount)
    }), { numRuns: 100 })
  })
})
