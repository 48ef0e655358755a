import fc from 'fast-check'
import { accuracy, type ClassificationTarget, type FeatureMatrix, logLoss, LogisticRegression, mostProbable, StandardScaler, TfidfVectorizer } from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose, toDense, toSparse } from '../sparse-matrix.js'

type DatasetName = 'iris' | 'wine' | 'breast_cancer'
interface Fixture {
  readonly datasets: Record<DatasetName, { readonly X: number[][]; readonly y: number[] }>
  readonly cases: readonly {
    readonly name: string
    readonly dataset: DatasetName
    readonly C: number
    readonly expected: { readonly coef: number[][]; readonly intercept: number[]; readonly proba_first5: number[][]; readonly log_loss: number; readonly accuracy: number }
  }[]
  readonly weights: readonly {
    readonly name: string
    readonly dataset: DatasetName
    readonly C: number
    readonly sampleWeights: string | null
    readonly classWeight: string
    readonly coef: number[][]
    readonly intercept: number[]
  }[]
}
const fixture = readFixture<Fixture>('logistic-regression')

interface Part {
  readonly lines: number[][]
  readonly target: ClassificationTarget
}

/** Training and test rows (every fifth), scaled by the training rows. */
function prepare(name: DatasetName): { readonly train: Part; readonly test: Part } {
  const { X, y } = fixture.datasets[name]
  const classes = Array.from({ length: Math.max(...y) + 1 }, (_, code) => String(code))
  const rowsOf = (isTest: boolean): number[] => X.map((_, row) => row).filter((row) => (row % 5 === 0) === isTest)
  const columns = (rows: readonly number[]): Float64Array[] => X[0].map((_, column) => Float64Array.from(rows, (row) => X[row][column]))
  const scaler = new StandardScaler().fit(columns(rowsOf(false)))
  const part = (rows: readonly number[]): Part => {
    const scaled = scaler.transform(columns(rows))
    return { lines: rows.map((_, row) => scaled.map((column) => column[row])), target: { classes, codes: Int32Array.from(rows, (row) => y[row]) } }
  }
  return { train: part(rowsOf(false)), test: part(rowsOf(true)) }
}

/** Weights as scikit-learn has them: a line per output. */
const transposed = (weights: Float32Array, outputs: number): number[] =>
  Array.from({ length: outputs }, (_, k) => Array.from({ length: weights.length / outputs }, (_, feature) => weights[feature * outputs + k])).flat()

const dense = (lines: number[][]): FeatureMatrix => ({ rowCount: lines.length, dense: toDense(lines) })
const sparse = (lines: number[][]): FeatureMatrix => ({ rowCount: lines.length, sparse: toSparse(lines) })
const split = (lines: number[][]): FeatureMatrix =>
  ({ rowCount: lines.length, dense: toDense(lines.map((line) => line.slice(0, 2))), sparse: toSparse(lines.map((line) => line.slice(2))) })

describe('LogisticRegression', () => {
  describe.each([{ layout: 'dense', build: dense }, { layout: 'sparse', build: sparse }, { layout: 'dense beside sparse', build: split }])('on $layout columns', ({ build }) => {
    it.each(fixture.cases)('finds the weights and probabilities of scikit-learn: $name', ({ dataset, C, expected }) => {
      const { train, test } = prepare(dataset)
      const fitted = new LogisticRegression({ C, tolerance: 1e-12 }).fit(build(train.lines), train.target)
      expect(fitted.converged).toBe(true)
      expectClose(fitted.intercepts, expected.intercept, 1e-3)
      expectClose(transposed(fitted.weights, expected.coef.length), expected.coef.flat(), 1e-3)
      const probabilities = fitted.predictProbabilities(build(test.lines))
      expectClose(probabilities.slice(0, expected.proba_first5.flat().length), expected.proba_first5.flat(), 1e-4)
      const classCount = train.target.classes.length
      expect(logLoss(test.target.codes, probabilities, classCount)).toBeCloseTo(expected.log_loss, 4)
      expect(accuracy(test.target.codes, mostProbable(probabilities, classCount))).toBeCloseTo(expected.accuracy, 12)
    })
  })

  it.each(fixture.weights)('weighs rows and classes as scikit-learn does: $name', ({ dataset, C, sampleWeights, classWeight, coef, intercept }) => {
    const { train } = prepare(dataset)
    const rows = train.lines.map((_, row) => row).filter((row) => train.target.codes[row] !== 0 || row % 4 === 0)
    const fitted = new LogisticRegression({ C, classWeight, tolerance: 1e-12 }).fit(
      dense(rows.map((row) => train.lines[row])),
      { classes: train.target.classes, codes: Int32Array.from(rows, (row) => train.target.codes[row]) },
      sampleWeights === null ? {} : { sampleWeights: Float64Array.from(rows, (row) => 1 + (row % 3)) },
    )
    expectClose(fitted.intercepts, intercept, 1e-4)
    expectClose(transposed(fitted.weights, coef.length), coef.flat(), 1e-4)
  })

  it('treats a row of weight 2 as two rows, and one of weight 0 as none', () => {
    const lines = [[1, 0], [0, 1], [1, 1], [0, 0], [2, 1]]
    const target = (codes: number[]): ClassificationTarget => ({ classes: ['a', 'b', 'c'], codes: Int32Array.from(codes) })
    const estimator = new LogisticRegression({ tolerance: 1e-12 })
    const weighted = estimator.fit(dense(lines), target([0, 1, 2, 0, 1]), { sampleWeights: Float64Array.of(2, 1, 1, 1, 0) })
    const repeated = estimator.fit(dense([lines[0], ...lines.slice(0, 4)]), target([0, 0, 1, 2, 0]))
    expectClose(weighted.weights, repeated.weights, 1e-5)
    expectClose(weighted.intercepts, repeated.intercepts, 1e-5)
  })

  it('arrives at the same weights from another start, in fewer iterations', () => {
    const { train } = prepare('wine')
    const X = dense(train.lines)
    const estimator = new LogisticRegression({ C: 1, tolerance: 1e-10 })
    const cold = estimator.fit(X, train.target)
    const startFrom = new LogisticRegression({ C: 0.5 }).fit(X, train.target)
    const warm = estimator.fit(X, train.target, { startFrom })
    expectClose(warm.weights, cold.weights, 1e-4)
    expect(estimator.fit(X, train.target, { startFrom: cold }).iterations).toBeLessThan(cold.iterations / 2)
    expect(warm.converged).toBe(true)
  })

  it('refuses to start from a model of other classes or features', () => {
    const target = { classes: ['a', 'b'], codes: Int32Array.of(0, 1) }
    const startFrom = new LogisticRegression().fit(dense([[1, 2], [2, 1]]), target)
    expect(codeOf(() => new LogisticRegression().fit(dense([[1], [2]]), target, { startFrom }))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => new LogisticRegression().fit(dense([[1, 2], [2, 1]]), { ...target, classes: ['b', 'a'] }, { startFrom }))).toBe('SHAPE_MISMATCH')
  })

  it('gives a class without rows a small probability', () => {
    const fitted = new LogisticRegression().fit(dense([[1], [2], [3], [4]]), { classes: ['a', 'b', 'c'], codes: Int32Array.of(0, 0, 2, 2) })
    const probabilities = fitted.predictProbabilities(dense([[1], [4]]))
    expect(Math.max(probabilities[1], probabilities[4])).toBeLessThan(0.1)
    expect([...mostProbable(probabilities, 3)]).toEqual([0, 2])
  })

  it('stops at the largest number of iterations and says so', () => {
    const { train } = prepare('wine')
    const fitted = new LogisticRegression({ maxIterations: 2, tolerance: 1e-12 }).fit(dense(train.lines), train.target)
    expect(fitted.iterations).toBe(2)
    expect(fitted.converged).toBe(false)
  })

  it('converges on classes that a line separates, on equal rows, and on features of no use', () => {
    const target = { classes: ['a', 'b'], codes: Int32Array.of(0, 0, 1, 1) }
    const separated = new LogisticRegression({ C: 1e9, tolerance: 1e-6 }).fit(dense([[1], [2], [3], [4]]), target)
    expect([...mostProbable(separated.predictProbabilities(dense([[1], [2], [3], [4]])), 2)]).toEqual([0, 0, 1, 1])
    const equal = new LogisticRegression().fit(dense([[1], [1], [1], [1]]), target)
    expectClose(equal.predictProbabilities(dense([[1]])), [0.5, 0.5], 1e-6)
    const useless = new LogisticRegression().fit(sparse([[0, 0], [0, 0], [0, 0], [0, 0]]), target)
    expectClose(useless.predictProbabilities(sparse([[0, 1]])), [0.5, 0.5], 1e-6)
  })

  it('has gradient zero at the weights it finds, whatever the data', () => {
    const numbers = fc.double({ min: -3, max: 3, noNaN: true })
    const line = fc.tuple(numbers, numbers, numbers)
    const data = fc.array(fc.tuple(line, fc.integer({ min: 0, max: 2 })), { minLength: 6, maxLength: 25 })
      .filter((rows) => new Set(rows.map(([, code]) => code)).size === 3)
    fc.assert(fc.property(data, fc.constantFrom(0.1, 1, 10), (rows, C) => {
      const X = dense(rows.map(([values]) => [...values]))
      const target = { classes: ['a', 'b', 'c'], codes: Int32Array.from(rows, ([, code]) => code) }
      const { weights, intercepts } = new LogisticRegression({ C, tolerance: 1e-11 }).fit(X, target)
      // d/dW of C Σ log-loss + ½ ‖W‖², from the definition, in margins of exact weights.
      const gradient = Array.from(weights)
      rows.forEach(([values, code]) => {
        const margins = [0, 1, 2].map((k) => intercepts[k] + values.reduce((sum, x, feature) => sum + Math.fround(x) * weights[feature * 3 + k], 0))
        const exponentials = margins.map((margin) => Math.exp(margin - Math.max(...margins)))
        const total = exponentials.reduce((sum, x) => sum + x, 0)
        values.forEach((x, feature) => [0, 1, 2].forEach((k) => {
          gradient[feature * 3 + k] += C * Math.fround(x) * (exponentials[k] / total - (code === k ? 1 : 0))
        }))
      })
      expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(2e-3 * Math.max(1, C))
    }), { numRuns: 60 })
  })

  it('learns from the words of tickets', () => {
    const texts = ['vpn drops', 'vpn not connecting', 'password expired', 'reset password', 'vpn slow', 'password locked']
    const { fitted: vectorizer, rows } = new TfidfVectorizer().fitTransform(texts)
    const target = { classes: ['network', 'access'], codes: Int32Array.of(0, 0, 1, 1, 0, 1) }
    const model = new LogisticRegression().fit({ rowCount: 6, sparse: rows }, target)
    const probabilities = model.predictProbabilities({ rowCount: 2, sparse: vectorizer.transform(['my vpn', 'my password']) })
    expect([...mostProbable(probabilities, 2)]).toEqual([0, 1])
  })
})
