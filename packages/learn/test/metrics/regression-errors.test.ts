import { meanAbsoluteError, r2Score, rootMeanSquaredError } from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose } from '../sparse-matrix.js'

interface RegressionCase {
  readonly name: string
  readonly input: { readonly y_true: number[]; readonly y_pred: number[] }
  readonly expected: { readonly mae: number; readonly rmse: number; readonly r2: number | null }
}
const { cases } = readFixture<{ cases: RegressionCase[] }>('regression-metrics')

describe('errors of regression', () => {
  it.each(cases)('are those of scikit-learn: $name', ({ input: { y_true: actual, y_pred: predicted }, expected }) => {
    const received = [meanAbsoluteError(actual, predicted), rootMeanSquaredError(actual, predicted), r2Score(actual, predicted)]
    expectClose(received, [expected.mae, expected.rmse, expected.r2], 1e-9)
  })

  it.each([meanAbsoluteError, rootMeanSquaredError, r2Score])('refuse no rows and other lengths: %p', (metric) => {
    expect(codeOf(() => metric([], []))).toBe('DATA_EMPTY')
    expect(codeOf(() => metric([1], [1, 2]))).toBe('SHAPE_MISMATCH')
  })
})
