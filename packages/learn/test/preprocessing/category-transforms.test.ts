import { createRandom } from '@motadata/core'
import { type CategoryValues, FittedRareCategories, FittedTargetEncoding, type ModelState, pearsonCorrelation, RareCategoryGrouper, TargetEncoder } from '../../src/index.js'
import { damagedStates } from '../damage-state.js'
import { codeOf } from '../sparse-matrix.js'

const values: CategoryValues = { categories: ['vpn', 'fax', 'mail', 'unused'], codes: Int32Array.of(0, 0, 0, 1, 2, 2, -1) }

describe('RareCategoryGrouper', () => {
  it('puts rare and unseen categories together and leaves missing ones missing', () => {
    const fitted = new RareCategoryGrouper({ minimumCount: 2 }).fit(values)
    expect(fitted.categories).toEqual(['mail', 'vpn', '(other)'])
    const fresh = { categories: ['new', 'vpn', 'fax'], codes: Int32Array.of(0, 1, 2, -1) }
    expect([...fitted.transform(fresh).codes]).toEqual([2, 1, 2, -1])
    expect(fitted.transform(fresh).categories).toBe(fitted.categories)
  })

  it('keeps the most frequent up to a number', () => {
    expect(new RareCategoryGrouper({ minimumCount: 1, maximumCategories: 1 }).fit(values).categories).toEqual(['vpn', '(other)'])
  })

  it('is the same after loading, and refuses damaged states and codes without a category', () => {
    const fitted = new RareCategoryGrouper().fit(values)
    expect(FittedRareCategories.load(fitted.toState())).toEqual(fitted)
    for (const { state } of damagedStates(fitted.toState())) expect(codeOf(() => FittedRareCategories.load(state as ModelState))).toBe('MODEL_LOAD_FAILED')
    expect(codeOf(() => fitted.transform({ categories: ['a'], codes: Int32Array.of(1) }))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => new RareCategoryGrouper({ minimumCount: 0 }))).toBe('HYPERPARAMETER_INVALID')
  })
})

describe('TargetEncoder', () => {
  it('gives new rows the mean of their category, drawn towards the overall mean, by hand', () => {
    const { fitted } = new TargetEncoder({ smoothing: 2 }).fitTransform(values, Float64Array.of(1, 2, 3, 10, 4, 6, 9))
    const overall = 5
    expect(fitted.overall).toBe(overall)
    expect(fitted.encode('vpn')).toBeCloseTo((6 + 2 * overall) / 5, 12)
    expect(fitted.encode('fax')).toBeCloseTo((10 + 2 * overall) / 3, 12)
    expect(fitted.encode(null)).toBeCloseTo((9 + 2 * overall) / 3, 12)
    expect([fitted.encode('never seen'), fitted.encode('unused')]).toEqual([overall, overall])
    expect([...fitted.transform(values)]).toEqual(['vpn', 'vpn', 'vpn', 'fax', 'mail', 'mail', null].map((category) => fitted.encode(category)))
  })

  it('encodes training rows without their own target: names that never repeat tell nothing', () => {
    const random = createRandom(1)
    const rows = 400
    const names = { categories: Array.from({ length: rows }, (_, at) => `name ${at}`), codes: Int32Array.from({ length: rows }, (_, at) => at) }
    const target = Float64Array.from({ length: rows }, () => random.next())
    const { encoded, fitted } = new TargetEncoder({ smoothing: 0 }).fitTransform(names, target)
    expect(pearsonCorrelation(fitted.transform(names), target).statistic).toBeCloseTo(1, 10)
    expect(pearsonCorrelation(encoded, target).statistic).toBeLessThan(0.2)
    const real = { categories: ['a', 'b'], codes: Int32Array.from(target, (value) => Number(value > 0.5)) }
    expect(pearsonCorrelation(new TargetEncoder().fitTransform(real, target).encoded, target).statistic).toBeGreaterThan(0.8)
  })

  it('gives the same for the same seed and is the same after loading', () => {
    const target = Float64Array.of(1, 2, 3, 10, 4, 6, 9)
    const [first, second] = [0, 1].map(() => new TargetEncoder({ seed: 3 }).fitTransform(values, target))
    expect(second.encoded).toEqual(first.encoded)
    const loaded = FittedTargetEncoding.load(first.fitted.toState())
    expect(loaded.transform(values)).toEqual(first.fitted.transform(values))
    expect(loaded.toState()).toEqual(first.fitted.toState())
    for (const { state } of damagedStates(first.fitted.toState())) expect(codeOf(() => FittedTargetEncoding.load(state as ModelState))).toBe('MODEL_LOAD_FAILED')
  })

  it('refuses what it can not learn from', () => {
    const encode = (target: Float64Array) => codeOf(() => new TargetEncoder().fitTransform(values, target))
    expect(encode(new Float64Array(2))).toBe('SHAPE_MISMATCH')
    expect(encode(new Float64Array(7).fill(Number.NaN))).toBe('VALUE_NOT_FINITE')
    expect(codeOf(() => new TargetEncoder().fitTransform({ categories: ['a'], codes: Int32Array.of(0) }, Float64Array.of(1)))).toBe('DATA_EMPTY')
    expect(codeOf(() => new TargetEncoder({ smoothing: -1 }))).toBe('HYPERPARAMETER_INVALID')
  })
})
