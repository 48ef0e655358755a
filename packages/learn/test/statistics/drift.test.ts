import {
  binCounts, chiSquaredTest, cramerVonMises, energyDistance, hellingerDistance, jensenShannonDistance, jensenShannonDivergence, klDivergence,
  kolmogorovSmirnov, largestShareDifference, leveneTest, mannWhitney, presentValues, psi, quantileEdges, totalVariation, wassersteinDistance, welchTTest,
} from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf } from '../sparse-matrix.js'

type Value = number | string | null
interface NumericCase {
  readonly name: string
  readonly kind: string
  readonly tolerance?: number
  readonly input: { readonly reference: (number | null)[]; readonly current: (number | null)[]; readonly psi_edges: number[] | null }
  readonly expected: Readonly<Record<string, Value | Record<string, Value> | number[]>>
}
interface CategoricalCase {
  readonly name: string
  readonly kind: string
  readonly input: { readonly reference: Record<string, number>; readonly current: Record<string, number> }
  readonly expected: Readonly<Record<string, Value | Record<string, Value>>>
}
const { cases, tolerance: defaultTolerance } = readFixture<{ cases: (NumericCase | CategoricalCase)[]; tolerance: number }>('drift')
const numeric = cases.filter((one): one is NumericCase => one.kind === 'numeric')
const categorical = cases.filter((one): one is CategoricalCase => one.kind === 'categorical')

const wanted = (value: Value): number => (value === 'Infinity' ? Infinity : value === '-Infinity' ? -Infinity : value === null ? Number.NaN : (value as number))

function expectNear(received: number, expected: Value, tolerance: number): void {
  const number = wanted(expected)
  if (Object.is(received, number) || Math.abs(received - number) <= tolerance * Math.max(1, Math.abs(number))) return
  throw new Error(`Expected ${number}, got ${received}.`)
}

/** Each measure by the name it has in the reference; the second p-value name is that of the automatic choice. */
const measures: Readonly<Record<string, (a: Float64Array, b: Float64Array) => number | object>> = {
  ks_2samp: (a, b) => {
    const { statistic, pValue, location, sign } = kolmogorovSmirnov(a, b)
    return { statistic, p_value_auto: pValue, location, sign }
  },
  ks_2samp_asymp: (a, b) => tested(kolmogorovSmirnov(a, b, { method: 'asymptotic' })),
  wasserstein: wassersteinDistance,
  energy: energyDistance,
  mannwhitneyu_asymptotic: (a, b) => tested(mannWhitney(a, b)),
  welch_t: (a, b) => tested(welchTTest(a, b)),
  levene_median: (a, b) => tested(leveneTest([a, b])),
  cramervonmises_asymptotic: (a, b) => tested(cramerVonMises(a, b)),
}
const tested = ({ statistic, pValue }: { statistic: number; pValue: number }): object => ({ statistic, p_value: pValue })

describe.each(numeric)('two samples: $name', ({ name, input, expected, tolerance = defaultTolerance }) => {
  const [reference, current] = [input.reference, input.current].map((values) => presentValues(values.map((value) => value ?? Number.NaN)))

  it.each(Object.keys(expected).filter((key) => key in measures))('%s has the numbers of scipy', (key) => {
    const value = expected[key]
    // An empty sample is refused by every test; scipy gives NaN from Welch's and Levene's.
    if (current.length === 0 || (typeof value === 'object' && value !== null && 'raises' in value)) {
      expect(codeOf(() => measures[key](reference, current))).toBe('DATA_EMPTY')
      return
    }
    const received = measures[key](reference, current)
    if (typeof received === 'number') return expectNear(received, value as Value, tolerance)
    for (const [part, number] of Object.entries(value as Record<string, Value>)) {
      // 11 values of the 41st decimal: with such samples only the size of Levene's statistic tells anything.
      if (name === 'disjoint' && key === 'levene_median' && part === 'statistic') expect((received as Record<string, number>)[part]).toBeLessThan(1e-20)
      else expectNear((received as Record<string, number>)[part], number, tolerance)
    }
  })

  it('the stability index over deciles has the number of its definition', () => {
    if (current.length === 0) {
      expect(codeOf(() => psi(binCounts(reference, [1]), binCounts(current, [1])))).toBe('DATA_EMPTY')
      return
    }
    const edges = quantileEdges(reference)
    expect([...edges]).toHaveLength(input.psi_edges!.length)
    edges.forEach((edge, at) => expectNear(edge, input.psi_edges![at], 1e-12))
    expectNear(psi(binCounts(reference, edges), binCounts(current, edges)), expected.psi_reference_deciles as number, 1e-8)
    const missing = [input.reference, input.current].map((values) => values.filter((value) => value === null).length / values.length)
    expect(missing).toEqual(expected.missing_share)
  })
})

describe.each(categorical)('two lists of counts: $name', ({ name, input, expected }) => {
  const categories = [...new Set([...Object.keys(input.reference), ...Object.keys(input.current)])]
  const [reference, current] = [input.reference, input.current].map((counts) => categories.map((category) => counts[category] ?? 0))

  it('have the numbers of scipy and of the definitions', () => {
    if (name === 'empty current') {
      for (const measure of [chiSquaredTest, klDivergence, psi, totalVariation]) expect(codeOf(() => measure(reference, current))).toBe('DATA_EMPTY')
      return
    }
    // A category without counts in either list says nothing and is left out; scipy refuses it.
    const isRefused = name === 'zero-count category listed'
    for (const [key, correction] of [['chi2_contingency', true], ['chi2_contingency_no_yates', false]] as const) {
      const { statistic, pValue, degreesOfFreedom } = chiSquaredTest(reference, current, { correction })
      const value = isRefused ? { statistic: 0, p_value: 1, dof: 0 } : (expected[key] as Record<string, Value>)
      expectNear(statistic, value.statistic, 1e-8)
      expectNear(pValue, value.p_value, 1e-8)
      expect(degreesOfFreedom).toBe(value.dof)
    }
    expectNear(chiSquaredTest(reference, current).cramersV, isRefused ? null : (expected.cramers_v as Value), 1e-8)
    const divergence = jensenShannonDivergence(reference, current)
    expectNear(divergence / Math.LN2, expected.jensen_shannon_divergence_base2 as Value, 1e-8)
    expectNear(Math.sqrt(divergence / Math.LN2), expected.jensen_shannon_distance_base2 as Value, 1e-7)
    expectNear(jensenShannonDistance(reference, current), expected.jensen_shannon_distance_nat as Value, 1e-7)
    expectNear(klDivergence(reference, current), expected.kl_ref_to_cur as Value, 1e-8)
    expectNear(klDivergence(current, reference), expected.kl_cur_to_ref as Value, 1e-8)
    expectNear(totalVariation(reference, current), expected.total_variation as Value, 1e-8)
    expectNear(hellingerDistance(reference, current), expected.hellinger as Value, 1e-8)
    expectNear(largestShareDifference(reference, current), expected.l_infinity as Value, 1e-8)
    expectNear(psi(reference, current), expected['psi_floor_1e-4'] as Value, 1e-8)
  })
})

describe('measures of drift', () => {
  it.each([kolmogorovSmirnov, mannWhitney, welchTTest, cramerVonMises, wassersteinDistance, energyDistance])('refuse missing values: %p', (measure) => {
    expect(codeOf(() => measure([1, Number.NaN, 2], [1, 2]))).toBe('VALUE_NOT_FINITE')
  })

  it.each([psi, klDivergence, hellingerDistance, totalVariation, chiSquaredTest])('refuse lists that do not fit and negative counts: %p', (measure) => {
    expect(codeOf(() => measure([1, 2], [1]))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => measure([1, -2], [1, 2]))).toBe('INPUT_INVALID')
  })

  it('count categories together whose expected counts are small, so that p-values are not too small', () => {
    const [reference, current] = [[500, 400, 1, 2, 1, 0, 0, 1], [510, 390, 0, 1, 1, 1, 1, 0]]
    const pooled = chiSquaredTest(reference, current, { minimumExpectedCount: 5 })
    const byHand = chiSquaredTest([500, 405], [510, 394])
    expect(pooled.degreesOfFreedom).toBe(1)
    // The rest expects about 4.5 in each list, too few, and joins the smaller category.
    expect(pooled.statistic).toBeCloseTo(byHand.statistic, 12)
    expect(chiSquaredTest(reference, current).degreesOfFreedom).toBe(7)
  })
})
