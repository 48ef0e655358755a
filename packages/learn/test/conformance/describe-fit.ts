import type { EstimatorEntry, FeatureMatrix, FitOptions, ModelState } from '../../src/index.js'
import { codeOf } from '../sparse-matrix.js'
import { badMatrices, badWeights } from './bad-input.js'
import { classTargets, numberTarget, sampleMatrix, withDenseValue } from './sample-data.js'

/** What every fit has to do, whatever it learns. `X` is what it learns from otherwise. */
export function describeFit(X: FeatureMatrix, acceptsMissing: boolean, fit: (matrix: FeatureMatrix, options?: FitOptions) => { toState(): ModelState }): void {
  it('gives the same bytes for the same seed and data, at one and at four threads, and leaves its inputs alone', () => {
    const before = structuredClone({ X, sampleMatrix, classTargets, numberTarget })
    const state = fit(X, { seed: 3 }).toState()
    expect(fit(X, { seed: 3 }).toState()).toEqual(state)
    expect(fit(X, { seed: 3, threads: 4 }).toState()).toEqual(state)
    expect({ X, sampleMatrix, classTargets, numberTarget }).toEqual(before)
  })

  it.each(badMatrices)('refuses to learn from $what', ({ matrix, code }) => {
    expect(codeOf(() => fit(matrix))).toBe(code)
  })

  it(`${acceptsMissing ? 'learns from' : 'refuses'} NaN in the dense block`, () => {
    expect(codeOf(() => fit(withDenseValue(X, Number.NaN)))).toBe(acceptsMissing ? undefined : 'VALUE_NOT_FINITE')
  })

  it('refuses to learn from no rows', () => {
    expect(codeOf(() => fit({ rowCount: 0, dense: { rowCount: 0, columnCount: 2, values: new Float32Array(0) } }))).toBe('DATA_EMPTY')
  })

  it.each(badWeights)('refuses sample weights with $what', ({ weights, code }) => {
    expect(codeOf(() => fit(X, { sampleWeights: weights }))).toBe(code)
  })

  it('reports progress that never falls and ends with 1', () => {
    const shares: number[] = []
    fit(X, { onProgress: (share) => shares.push(share) })
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares[0]).toBeGreaterThanOrEqual(0)
    expect(shares.at(-1)).toBe(1)
  })

  it('stops at an aborted signal', () => {
    expect(codeOf(() => fit(X, { signal: AbortSignal.abort() }))).toBe('CANCELLED')
  })

  it('stops between iterations once the signal is aborted', () => {
    const controller = new AbortController()
    const shares: number[] = []
    const run = (): unknown => fit(X, {
      signal: controller.signal,
      onProgress: (share) => {
        shares.push(share)
        controller.abort()
      },
    })
    const code = codeOf(run)
    // What is done in one step is done by the time that it reports.
    expect(code).toBe(shares[0] === 1 ? undefined : 'CANCELLED')
    expect(shares).toHaveLength(1)
  })
}

/** What every entry of the catalogue has to do before it learns anything. */
export function describeEntry(entry: EstimatorEntry): void {
  it('says its kind, its hyperparameters and whether missing values may come', () => {
    const estimator = entry.create()
    expect(estimator.kind).toBe(entry.kind)
    expect(Object.keys(estimator.hyperparameters)).toEqual(Object.keys(entry.hyperparameterSchema))
    for (const [name, rule] of Object.entries(entry.hyperparameterSchema)) {
      expect(estimator.hyperparameters[name]).toBe(rule.default)
      expect(rule.description).toMatch(/\.$/)
    }
    expect(typeof estimator.acceptsMissing).toBe('boolean')
  })

  it('refuses a hyperparameter that it does not have, naming the nearest', () => {
    const [name] = Object.keys(entry.hyperparameterSchema)
    const nearest = name ?? 'none'
    const create = (): unknown => entry.create({ [`${name ?? 'anything'}x`]: 1 })
    expect(codeOf(create)).toBe('HYPERPARAMETER_UNKNOWN')
    expect(create).toThrow(nearest)
    expect(codeOf(() => entry.create({ ['__proto__x']: 1 }))).toBe('HYPERPARAMETER_UNKNOWN')
  })

  it('refuses each hyperparameter out of its range, saying whose it is and what it may be', () => {
    for (const [name, rule] of Object.entries(entry.hyperparameterSchema)) {
      const bad = rule.type === 'number' ? [rule.minimum - 1, rule.maximum + Math.max(1, rule.maximum), Number.NaN, '1', null] : rule.type === 'choice' ? ['no such', 1] : ['yes', 1]
      for (const value of bad) {
        const create = (): unknown => entry.create({ [name]: value })
        expect(codeOf(create)).toBe('HYPERPARAMETER_INVALID')
        expect(create).toThrow(`${name} of ${entry.kind}`)
      }
    }
  })

  it('takes every option of its choices and both ends of its ranges', () => {
    for (const [name, rule] of Object.entries(entry.hyperparameterSchema)) {
      const good = rule.type === 'number' ? [...(rule.exclusiveMinimum ? [] : [rule.minimum]), rule.maximum] : rule.type === 'choice' ? rule.options : [true, false]
      for (const value of good) expect(entry.create({ [name]: value }).hyperparameters[name]).toBe(value)
    }
  })
}
