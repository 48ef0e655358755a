import { isMLError } from '@motadata/core'
import { estimatorCatalog, getEstimator, loadClassifier, loadRegressor, LogisticRegression, MeanRegressor } from '../src/index.js'
import { codeOf } from './sparse-matrix.js'

/** The message of the error that an action throws. */
function messageOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return isMLError(error) ? `${error.code}: ${error.message}` : `not ours: ${String(error)}`
  }
  return 'nothing thrown'
}

describe('hyperparameters', () => {
  it('have defaults, and take what is given', () => {
    expect(new LogisticRegression().hyperparameters).toEqual({ C: 10, l1Ratio: 0, maxIterations: 1000, tolerance: 1e-3, classWeight: 'none' })
    expect(new LogisticRegression({ C: 3, classWeight: 'balanced', tolerance: undefined }).hyperparameters)
      .toEqual({ C: 3, l1Ratio: 0, maxIterations: 1000, tolerance: 1e-3, classWeight: 'balanced' })
  })

  it.each([
    ['maxIter', 'maxIterations'],
    ['tol', 'tolerance'],
    ['c', 'C'],
    ['class_weight', 'classWeight'],
  ])('that are unknown are refused with the nearest valid name: %s', (name, nearest) => {
    expect(messageOf(() => new LogisticRegression({ [name]: 1 }))).toMatch(`HYPERPARAMETER_UNKNOWN: Expected a hyperparameter of logistic-regression, got '${name}'. Did you mean '${nearest}'?`)
  })

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('are not looked for on the prototype: %s', (name) => {
    expect(codeOf(() => new LogisticRegression(JSON.parse(`{"${name}": 1}`) as Record<string, unknown>))).toBe('HYPERPARAMETER_UNKNOWN')
  })

  it.each([
    [{ C: 0 }, "Expected a number above 0 up to 1000000000 for C of logistic-regression, got 0. The default is 10."],
    [{ C: Number.NaN }, 'got NaN'],
    [{ C: '1' }, "got '1'"],
    [{ C: null }, 'got null'],
    [{ C: [1] }, 'got an object'],
    [{ maxIterations: 1.5 }, 'Expected a whole number from 1 up to 1000000 for maxIterations of logistic-regression, got 1.5.'],
    [{ classWeight: 'auto' }, "Expected one of 'none', 'balanced' for classWeight of logistic-regression, got 'auto'."],
    [{ classWeight: true }, 'got true'],
  ])('out of range are refused with what is allowed: %p', (given, message) => {
    const thrown = messageOf(() => new LogisticRegression(given))
    expect(thrown).toMatch(/^HYPERPARAMETER_INVALID/)
    expect(thrown).toContain(message)
  })

  it('of an estimator without any are all refused', () => {
    expect(messageOf(() => new MeanRegressor({ C: 1 }))).toContain('It has none')
  })
})

describe('the catalogue', () => {
  it('finds an estimator by its kind', () => {
    for (const entry of estimatorCatalog) expect(getEstimator(entry.kind)).toBe(entry)
    expect(new Set(estimatorCatalog.map(({ kind }) => kind)).size).toBe(estimatorCatalog.length)
  })

  it('names all kinds and the nearest for an unknown one', () => {
    expect(messageOf(() => getEstimator('logistic_regresion')))
      .toBe(`ESTIMATOR_UNKNOWN: Expected one of the estimators ${estimatorCatalog.map(({ kind }) => kind).join(', ')}, got 'logistic_regresion'. Did you mean 'logistic-regression'?`)
    expect(codeOf(() => getEstimator('constructor'))).toBe('ESTIMATOR_UNKNOWN')
  })

  it('refuses states of no estimator and of the wrong task', () => {
    const regressor = new MeanRegressor().fit({ rowCount: 1 }, Float64Array.of(1)).toState()
    expect(codeOf(() => loadClassifier(regressor))).toBe('MODEL_LOAD_FAILED')
    expect(codeOf(() => loadRegressor({ ...regressor, format: 'logistic-regression/1' }))).toBe('MODEL_LOAD_FAILED')
    for (const state of [null, undefined, {}, { format: 7 }, { format: 'constructor/1' }, 'text']) {
      expect(codeOf(() => loadClassifier(state as never))).toBe('MODEL_LOAD_FAILED')
    }
  })
})
