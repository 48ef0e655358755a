import {
  d2AbsoluteError, d2Pinball, d2PoissonDeviance, explainedVariance, maxError, meanAbsoluteError, meanAbsolutePercentageError, meanError, meanPoissonDeviance,
  meanSquaredError, meanSquaredLogError, medianAbsoluteError, pinballLoss, r2Score, rootMeanSquaredError, symmetricMeanAbsolutePercentageError,
} from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose } from '../sparse-matrix.js'

interface RegressionCase {
  readonly name: string
  readonly input: { readonly y_true: number[]; readonly y_pred: number[] }
  readonly expected: Readonly<Record<string, number | null | { raises: string }>>
}
type Metric = (actual: ArrayLike<number>, predicted: ArrayLike<number>) => number
const { cases, tolerance } = readFixture<{ cases: RegressionCase[]; tolerance: number }>('metrics-regression')

const metrics: Readonly<Record<string, Metric>> = {
  mae: meanAbsoluteError, mse: meanSquaredError, rmse: rootMeanSquaredError, median_ae: medianAbsoluteError, max_error: maxError, bias: meanError,
  mape: meanAbsolutePercentageError, smape_percent: (actual, predicted) => 100 * symmetricMeanAbsolutePercentageError(actual, predicted),
  msle: meanSquaredLogError, r2: r2Score, explained_variance: explainedVariance, d2_absolute: d2AbsoluteError,
  pinball_10: (actual, predicted) => pinballLoss(actual, predicted, 0.1), pinball_90: (actual, predicted) => pinballLoss(actual, predicted, 0.9),
}
/** Where we decide against scikit-learn's habit. */
const decided: Readonly<Record<string, number>> = {
  'zeros in truth/mape': Infinity, // there is no error relative to 0; scikit-learn divides by 2⁻⁵² and gives 1e15
  'one sample/explained_variance': Number.NaN, // one row has no variance to explain, as for R²; scikit-learn gives 1
}

describe.each(cases)('errors of regression: $name', ({ name, input: { y_true: actual, y_pred: predicted }, expected }) => {
  it.each(Object.entries(expected))('%s is that of scikit-learn', (key, value) => {
    if (typeof value === 'object' && value !== null) {
      expect(codeOf(() => metrics[key](actual, predicted))).toBe(actual.length === 0 ? 'DATA_EMPTY' : 'INPUT_INVALID')
      return
    }
    const received = metrics[key](actual, predicted)
    const own = decided[`${name}/${key}`]
    if (own !== undefined) expect(received).toBe(own)
    else expectClose([received], [value], tolerance * Math.max(1, Math.abs(value ?? 0)))
  })
})

describe('every error of regression', () => {
  it.each([...Object.values(metrics), meanPoissonDeviance, d2PoissonDeviance])('refuses no rows and other lengths: %p', (metric) => {
    expect(codeOf(() => metric([], []))).toBe('DATA_EMPTY')
    expect(codeOf(() => metric([1], [1, 2]))).toBe('SHAPE_MISMATCH')
  })

  it('refuses quantiles that are none, negative counts and predictions of no count', () => {
    for (const share of [0, 1, Number.NaN]) expect(codeOf(() => pinballLoss([1], [1], share))).toBe('INPUT_INVALID')
    expect(codeOf(() => meanPoissonDeviance([-1], [1]))).toBe('INPUT_INVALID')
    expect(codeOf(() => meanPoissonDeviance([1], [0]))).toBe('INPUT_INVALID')
  })
})

describe('deviances', () => {
  // scikit-learn 1.7.2: mean_poisson_deviance([2, 0, 1, 4], [0.5, 0.5, 2, 2]), d2_tweedie_score(…, power=1), d2_pinball_score([1, 2, 3, 10], [1, 2, 4, 8], alpha=0.9)
  it('have the numbers of scikit-learn', () => {
    const [actual, predicted] = [[2, 0, 1, 4], [0.5, 0.5, 2, 2]]
    expectClose([meanPoissonDeviance(actual, predicted), d2PoissonDeviance(actual, predicted)], [1.4260151319598084, 0.053789764558056286], 1e-12)
    expectClose([d2Pinball([1, 2, 3, 10], [1, 2, 4, 8], 0.9)], [0.4808743169398906], 1e-12)
  })
})
