import {
  adjustPValues, betaCdf, betaQuantile, betaSurvival, binomialTest, chiSquaredSurvival, describeSample, fisherExact, fisherSurvival, gammaCdf, kendallCorrelation,
  kolmogorovSmirnovSurvival, kolmogorovSurvival, kruskalWallis, mcnemar, normalCdf, normalQuantile, oneWayAnova, pairedTTest, pearsonCorrelation, proportionInterval,
  proportionsZTest, quantile, spearmanCorrelation, studentQuantile, studentTwoSided, type TestResult, type TwoByTwo, wilcoxonSignedRank,
} from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose } from '../sparse-matrix.js'

type Fields = Readonly<Record<string, unknown>>
interface TestCase { readonly name: string; readonly input: Fields; readonly expected: Fields }
const { cases, tolerance } = readFixture<{ cases: TestCase[]; tolerance: number }>('stat-tests')

type Numbers = readonly number[]
const tested = ({ statistic, pValue }: TestResult): Fields => ({ statistic, p_value: pValue })
const methods = { wilson: 'wilson', normal: 'normal', beta: 'clopper-pearson', agresti_coull: 'agresti-coull' } as const
const corrections = { bonferroni: 'bonferroni', holm: 'holm', fdr_bh: 'benjamini-hochberg' } as const

/** How each case is computed, by the beginning of its name. */
const families: Readonly<Record<string, (input: Fields) => Fields>> = {
  proportions_ztest: ({ count, nobs }) => tested(proportionsZTest(count as [number, number], nobs as [number, number])),
  proportion_confint: ({ count, nobs, method, alpha }) =>
    ({ ...proportionInterval(count as number, nobs as number, { method: methods[method as keyof typeof methods], confidence: 1 - (alpha as number) }) }),
  mcnemar: ({ table, exact }) => tested(mcnemar((table as TwoByTwo)[0][1], (table as TwoByTwo)[1][0], { exact: exact as boolean })),
  fisher_exact: ({ table }) => {
    const { statistic, pValue } = fisherExact(table as TwoByTwo)
    return { odds_ratio: statistic, p_value: pValue }
  },
  binomtest: ({ k, n, p }) => {
    const { low, high } = proportionInterval(k as number, n as number, { method: 'clopper-pearson' })
    return { p_value: binomialTest(k as number, n as number, p as number).pValue, ci_low: low, ci_high: high }
  },
  'paired t': ({ a, b }) => tested(pairedTTest(a as Numbers, b as Numbers)),
  wilcoxon: ({ a, b }) => tested(wilcoxonSignedRank(a as Numbers, b as Numbers)),
  pearson: ({ x, y }) => tested(pearsonCorrelation(x as Numbers, y as Numbers)),
  spearman: ({ x, y }) => tested(spearmanCorrelation(x as Numbers, y as Numbers)),
  kendall_tau_b: ({ x, y }) => tested(kendallCorrelation(x as Numbers, y as Numbers)),
  'one-way anova': ({ groups }) => tested(oneWayAnova(groups as Numbers[])),
  kruskal: ({ groups }) => tested(kruskalWallis(groups as Numbers[])),
  multipletests: ({ p, alpha, method }) => {
    const corrected = adjustPValues(p as Numbers, corrections[method as keyof typeof corrections])
    return { corrected: [...corrected], reject: Array.from(corrected, (value) => value <= (alpha as number)) }
  },
  quantile: ({ x, q }) => ({ value: quantile(x as Numbers, q as number) }),
  describe: ({ x }) => {
    const found = describeSample(x as Numbers)
    return {
      mean: found.mean, var_pop: found.populationVariance, var_sample: found.sampleVariance, std_sample: found.standardDeviation, skew: found.skewness,
      kurtosis_excess: found.excessKurtosis, median: found.median, mad_scaled: found.medianAbsoluteDeviation, iqr: found.interquartileRange,
    }
  },
  'norm cdf': ({ x }) => ({ values: (x as Numbers).map(normalCdf) }),
  'norm ppf': ({ x }) => ({ values: (x as Numbers).map(normalQuantile) }),
  'chi2 sf': ({ x, df }) => ({ values: (x as Numbers).map((value, at) => chiSquaredSurvival(value, (df as Numbers)[at])) }),
  't sf': ({ x, df }) => ({ values: (x as Numbers).map((value, at) => studentTwoSided(value, (df as Numbers)[at])) }),
  'kolmogorov sf': ({ x }) => ({ values: (x as Numbers).map(kolmogorovSurvival) }),
}

/** Where we decide against the reference. */
const decided: Readonly<Record<string, Fields>> = {
  // No row on which two classifiers differ speaks for either; statsmodels divides by 0 and calls it certain.
  'mcnemar [[10, 0], [0, 10]] exact=False': { statistic: 0, p_value: 1 },
  // Two points are always in perfect order: p is 1, as for Pearson's and Kendall's; scipy gives NaN.
  'spearman two points': { statistic: -1, p_value: 1 },
}

describe('statistical tests and distributions', () => {
  it.each(cases)('have the numbers of scipy and statsmodels: $name', ({ name, input, expected }) => {
    const family = Object.keys(families).find((key) => name.startsWith(key))!
    if ('raises' in expected) {
      expect(codeOf(() => families[family](input))).toBe('DATA_EMPTY')
      return
    }
    const received = families[family](input)
    for (const [key, value] of Object.entries(decided[name] ?? expected)) {
      const numbers = (of: unknown): (number | null)[] => [of].flat().map((one) => (typeof one === 'boolean' ? Number(one) : one === 'Infinity' ? Infinity : (one as number)))
      expectClose(numbers(received[key]) as number[], numbers(value), tolerance)
    }
  })

  it('keep their relative precision far out in the tail', () => {
    // scipy 1.10.1: chi2.sf(400, 30), 2 * t.sf(10, 100), kolmogorov(3), all from the fixture
    for (const [value, expected] of [[chiSquaredSurvival(400, 30), 2.7954938576565057e-66], [studentTwoSided(10, 100), 9.901688984594094e-17], [kolmogorovSurvival(3), 3.045995948942526e-08]]) {
      expect(value / expected).toBeCloseTo(1, 9)
    }
  })

  it('agree with each other', () => {
    for (const share of [0.001, 0.2, 0.5, 0.975]) {
      expect(normalCdf(normalQuantile(share))).toBeCloseTo(share, 12)
      expect(betaCdf(2.5, 0.7, betaQuantile(2.5, 0.7, share))).toBeCloseTo(share, 12)
      expect(1 - studentTwoSided(studentQuantile(Math.max(share, 0.5), 7), 7) / 2).toBeCloseTo(Math.max(share, 0.5), 12)
    }
    expect(betaCdf(3, 4, 0.3) + betaSurvival(3, 4, 0.3)).toBeCloseTo(1, 14)
    expect(gammaCdf(2, 3)).toBeCloseTo(1 - Math.exp(-3) * 4, 14)
    // The square of a t with n degrees of freedom has an F distribution of 1 and n.
    expect(fisherSurvival(2.5 ** 2, 1, 9)).toBeCloseTo(studentTwoSided(2.5, 9), 13)
  })

  it('have the distribution of the one-sample Kolmogorov-Smirnov statistic, by each of its three ways', () => {
    // scipy 1.15.3: kstwo.sf(distance, size)
    expect(kolmogorovSmirnovSurvival(0.15, 20)).toBeCloseTo(0.7044671549442872, 10)
    // From 140 values on scipy takes an approximation, good to about 1e-6.
    expect(kolmogorovSmirnovSurvival(0.05, 200)).toBeCloseTo(0.6802625495871704, 6)
    expect(kolmogorovSmirnovSurvival(0.6, 20) / 2.0483011649719853e-7).toBeCloseTo(1, 10)
    expect(kolmogorovSmirnovSurvival(0.14, 300) / 1.362391804039155e-5).toBeCloseTo(1, 10)
    expect(kolmogorovSmirnovSurvival(0.015, 5000)).toBeCloseTo(0.20846142096186204, 4)
    expect(kolmogorovSmirnovSurvival(0.008, 5000)).toBeCloseTo(0.9035907876780276, 4)
    expect(kolmogorovSmirnovSurvival(0.3, 0)).toBeNaN()
  })

  it('leave tests that could not be made out of the correction', () => {
    expect([...adjustPValues([0.01, Number.NaN, 0.04], 'holm')]).toEqual([0.02, Number.NaN, 0.04])
  })

  it('refuse what they can not be made of', () => {
    expect(codeOf(() => quantile([], 0.5))).toBe('DATA_EMPTY')
    expect(codeOf(() => quantile([1], 1.5))).toBe('INPUT_INVALID')
    expect(codeOf(() => quantile([1, Number.NaN], 0.5))).toBe('VALUE_NOT_FINITE')
    expect(codeOf(() => describeSample([]))).toBe('DATA_EMPTY')
    expect(codeOf(() => pairedTTest([1, 2], [1]))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => pearsonCorrelation([1], [1]))).toBe('DATA_EMPTY')
    expect(codeOf(() => oneWayAnova([[1, 2]]))).toBe('DATA_EMPTY')
    expect(codeOf(() => adjustPValues([1.5], 'holm'))).toBe('INPUT_INVALID')
    expect(codeOf(() => proportionInterval(3, 2))).toBe('INPUT_INVALID')
    expect(codeOf(() => proportionInterval(0, 0))).toBe('INPUT_INVALID')
    expect(codeOf(() => proportionInterval(1, 2, { confidence: 1 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => mcnemar(-1, 2))).toBe('INPUT_INVALID')
    expect(codeOf(() => fisherExact([[1.5, 1], [1, 1]]))).toBe('INPUT_INVALID')
    expect(codeOf(() => binomialTest(1, 2, 2))).toBe('INPUT_INVALID')
  })
})
