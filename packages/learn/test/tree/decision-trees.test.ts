import { DecisionTreeClassifier, DecisionTreeRegressor, type FeatureMatrix, type FittedTreeClassifier, type FittedTreeRegressor, StandardScaler } from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose, toDense, toSparse } from '../sparse-matrix.js'

interface ScikitTree {
  readonly nodes: number
  readonly rootFeature: number
  readonly rootThreshold: number
  readonly importances: number[]
  readonly predicted: number[] | number[][]
  readonly missingLeft: boolean
}
interface TreeFixture {
  readonly X: number[][]
  readonly missing: (number | null)[][]
  readonly probe: number[][]
  readonly classes: number[]
  readonly numbers: number[]
  readonly weights: number[]
  readonly trees: (ScikitTree & { readonly task: string; readonly criterion: string; readonly options: Record<string, number>; readonly weighted: boolean })[]
  readonly withMissing: { readonly classification: ScikitTree; readonly regression: ScikitTree }
}
interface RootFixture {
  readonly cases: {
    readonly name: string
    readonly X: number[][]
    readonly y: number[]
    readonly expected: { readonly pred: number[]; readonly root_feature: number; readonly root_threshold: number; readonly train_accuracy: number }
  }[]
}

const fixture = readFixture<TreeFixture>('trees')
const matrixOf = (lines: readonly (readonly (number | null)[])[]): FeatureMatrix =>
  ({ rowCount: lines.length, dense: toDense(lines.map((line) => line.map((value) => value ?? Number.NaN))) })
const X = matrixOf(fixture.X)
const probe = matrixOf(fixture.probe)
const classes = { classes: ['low', 'middle', 'high'], codes: Int32Array.from(fixture.classes) }
const numbers = Float64Array.from(fixture.numbers)
const names: Record<string, string> = {
  max_depth: 'maxDepth', min_samples_leaf: 'minLeafRows', min_samples_split: 'minSplitRows', min_impurity_decrease: 'minImpurityDecrease',
}

function hyperparameters(options: Record<string, number>, criterion: string): Record<string, unknown> {
  const told: Record<string, unknown> = { criterion: criterion.replace('_', '-') }
  for (const [name, value] of Object.entries(options)) {
    // entropy is in nats here and in bits there
    told[names[name]] = name === 'min_impurity_decrease' && criterion === 'entropy' ? value * Math.LN2 : value
  }
  return told
}

/** The root's question: the smallest change of a value that changes where it goes tells the threshold. */
function expectRoot(fitted: FittedTreeClassifier | FittedTreeRegressor, feature: number, threshold: number): void {
  expect(fitted.trees.featureOf(0)).toBe(feature)
  const width = 1e-6 * Math.max(1, Math.abs(threshold))
  expect(fitted.trees.goesLeft(0, Math.fround(threshold - width))).toBe(true)
  expect(fitted.trees.goesLeft(0, Math.fround(threshold + width))).toBe(false)
}

describe.each(fixture.trees)('a tree for $task by $criterion with $options, weighted: $weighted', ({ task, criterion, options, weighted, ...expected }) => {
  const told = hyperparameters(options, criterion)
  const fitOptions = weighted ? { sampleWeights: Float64Array.from(fixture.weights) } : {}

  it('is the tree that scikit-learn grows', () => {
    const fitted = task === 'classification' ? new DecisionTreeClassifier(told).fit(X, classes, fitOptions) : new DecisionTreeRegressor(told).fit(X, numbers, fitOptions)
    expect(fitted.trees.nodeCount).toBe(expected.nodes)
    expectRoot(fitted, expected.rootFeature, expected.rootThreshold)
    expectClose(fitted.importances, expected.importances, 1e-9)
    const predicted = 'classes' in fitted ? fitted.predictProbabilities(probe) : fitted.predict(probe)
    expectClose(predicted, expected.predicted.flat(), 1e-9)
  })
})

describe('trees on columns with missing values', () => {
  const matrix = matrixOf(fixture.missing)

  it('ask first what scikit-learn asks first, missing values on the same side', () => {
    for (const [fitted, expected] of [
      [new DecisionTreeClassifier({ maxDepth: 1 }).fit(matrix, classes), fixture.withMissing.classification],
      [new DecisionTreeRegressor({ maxDepth: 1 }).fit(matrix, numbers), fixture.withMissing.regression],
    ] as const) {
      expectRoot(fitted, expected.rootFeature, expected.rootThreshold)
      expect(fitted.trees.goesLeft(0, Number.NaN)).toBe(expected.missingLeft)
    }
  })

  it('split every node as well as any question could', () => {
    const few = Array.from({ length: 60 }, (_, row) => row)
    const { trees } = new DecisionTreeRegressor({ maxDepth: 5, minLeafRows: 4 }).fit(matrixOf(fixture.missing.slice(0, 60)), numbers.slice(0, 60))
    const errorOf = (of: readonly number[]): number => {
      const mean = of.reduce((sum, row) => sum + numbers[row], 0) / of.length
      return of.reduce((sum, row) => sum + (numbers[row] - mean) ** 2, 0)
    }
    const bestError = (of: readonly number[]): number => {
      let best = Infinity
      for (let column = 0; column < 5; column++) {
        for (const at of of) {
          for (const missingLeft of [true, false]) {
            const goesLeft = (row: number): boolean => {
              const value = fixture.missing[row][column]
              return value === null ? missingLeft : value <= (fixture.missing[at][column] ?? Infinity)
            }
            const [left, right] = [of.filter(goesLeft), of.filter((row) => !goesLeft(row))]
            if (left.length >= 4 && right.length >= 4) best = Math.min(best, errorOf(left) + errorOf(right))
          }
        }
      }
      return best
    }
    const check = (node: number, of: readonly number[]): void => {
      const feature = trees.featureOf(node)
      if (feature < 0) return
      const goesLeft = (row: number): boolean => trees.goesLeft(node, matrix.dense!.values[row * 5 + feature])
      const [left, right] = [of.filter(goesLeft), of.filter((row) => !goesLeft(row))]
      expect(left.length).toBe(trees.covers[trees.childOf(node)])
      expect(errorOf(left) + errorOf(right)).toBeCloseTo(bestError(of), 6)
      check(trees.childOf(node), left)
      check(trees.childOf(node) + 1, right)
    }
    expect(trees.nodeCount).toBeGreaterThan(7)
    check(0, few)
  })

  it('learn from whether a value is there at all', () => {
    const known = matrixOf(Array.from({ length: 20 }, (_, row) => [row % 2 === 0 ? null : row]))
    const codes = Int32Array.from({ length: 20 }, (_, row) => row % 2)
    const fitted = new DecisionTreeClassifier().fit(known, { classes: ['absent', 'present'], codes })
    expect(fitted.trees.nodeCount).toBe(3)
    expectClose(fitted.predictProbabilities(matrixOf([[null], [-3e38], [3e38]])), [1, 0, 0, 1, 0, 1], 0)
  })
})

it.each(readFixture<RootFixture>('tree-roots').cases)('asks first what scikit-learn asks first of $name, and predicts as it does', ({ X: lines, y, expected }) => {
  const isTest = (_: unknown, row: number): boolean => row % 5 === 0
  const isTrain = (_: unknown, row: number): boolean => row % 5 !== 0
  const columnsOf = (part: number[][]): Float64Array[] => part[0].map((_, column) => Float64Array.from(part, (line) => line[column]))
  const scaler = new StandardScaler().fit(columnsOf(lines.filter(isTrain)))
  const [train, test] = [lines.filter(isTrain), lines.filter(isTest)].map((part) => {
    const scaled = scaler.transform(columnsOf(part))
    return matrixOf(part.map((line, row) => line.map((_, column) => scaled[column][row])))
  })
  const codes = Int32Array.from(y.filter(isTrain))
  const fitted = new DecisionTreeClassifier({ maxDepth: 3 }).fit(train, { classes: Array.from(new Set(y), String), codes })
  const predict = (matrix: FeatureMatrix): number[] => {
    const probabilities = fitted.predictProbabilities(matrix)
    const count = fitted.classes.length
    return Array.from({ length: matrix.rowCount }, (_, row) => {
      const line = [...probabilities.slice(row * count, (row + 1) * count)]
      return line.indexOf(Math.max(...line))
    })
  }
  expectRoot(fitted, expected.root_feature, expected.root_threshold)
  const right = predict(train).filter((code, row) => code === codes[row]).length
  expect(right / train.rowCount).toBeCloseTo(expected.train_accuracy, 12)
  const same = predict(test).filter((code, row) => code === expected.pred[row]).length
  // equally good splits further down are chosen among by chance, there as here
  expect(same / test.rowCount).toBeGreaterThan(0.95)
})

describe.each(['gini', 'entropy'])('sparse columns and %s', (criterion) => {
  it('grow the same tree as the same numbers in a dense block', () => {
    const lines = fixture.X.map((line) => line.map((value) => (Math.abs(value) < 0.7 ? 0 : value)))
    const dense = new DecisionTreeClassifier({ criterion, maxDepth: 5 }).fit(matrixOf(lines), classes)
    const sparse = new DecisionTreeClassifier({ criterion, maxDepth: 5 }).fit({ rowCount: lines.length, sparse: toSparse(lines) }, classes)
    const shape = (fitted: FittedTreeClassifier): unknown => ({ ...fitted.toState().tensors, importances: undefined })
    expect(shape(sparse)).toEqual(shape(dense))
  })
})

it.each(['squared-error', 'absolute-error'])('grows the same regression tree on sparse columns as on dense ones, by %s', (criterion) => {
  const lines = fixture.X.map((line) => line.map((value) => (Math.abs(value) < 0.7 ? 0 : value)))
  const told = { criterion, maxDepth: 4 }
  const dense = new DecisionTreeRegressor(told).fit(matrixOf(lines), numbers)
  const sparse = new DecisionTreeRegressor(told).fit({ rowCount: lines.length, sparse: toSparse(lines) }, numbers)
  expectClose(sparse.predict({ rowCount: lines.length, sparse: toSparse(lines) }), dense.predict(matrixOf(lines)), 1e-9)
})

it('tells numbers apart that lie far from 0 and close together', () => {
  const y = Float64Array.from({ length: 40 }, (_, row) => 1.7e12 + (row < 20 ? 0 : 5))
  const matrix = matrixOf(Array.from({ length: 40 }, (_, row) => [row]))
  expectClose(new DecisionTreeRegressor({ maxDepth: 1 }).fit(matrix, y).predict(matrix), y, 1e-3)
})

it('refuses targets whose squares are beyond all numbers', () => {
  const y = Float64Array.from({ length: 4 }, (_, row) => (row - 1.5) * 1e300)
  const matrix = matrixOf([[0], [1], [2], [3]])
  expect(codeOf(() => new DecisionTreeRegressor().fit(matrix, y))).toBe('INPUT_INVALID')
  expect(new DecisionTreeRegressor({ criterion: 'absolute-error' }).fit(matrix, y).predict(matrix)).toEqual(y)
})

it('tells apart about 65,535 numbers of a column that has more', () => {
  const rowCount = 70_000
  const values = Float32Array.from({ length: rowCount }, (_, row) => row)
  const matrix = { rowCount, dense: { rowCount, columnCount: 1, values } }
  const codes = Int32Array.from({ length: rowCount }, (_, row) => (row >= 31_234 ? 1 : 0))
  const fitted = new DecisionTreeClassifier({ maxDepth: 1 }).fit(matrix, { classes: ['below', 'above'], codes })
  const wrong = fitted.predictProbabilities(matrix).filter((share, i) => i % 2 === 1 && Math.round(share) !== codes[(i - 1) / 2]).length
  expect(wrong).toBeLessThanOrEqual(1)
})
