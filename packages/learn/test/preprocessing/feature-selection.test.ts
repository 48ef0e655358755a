import {
  anovaScores, chiSquaredScores, createFeatureRow, type FeatureMatrix, FeatureSelector, featureVariances, type ModelState, mutualInformation, mutualInformationScores, selectFeatures,
} from '../../src/index.js'
import { damagedStates } from '../damage-state.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose, toDense, toNested, toSparse } from '../sparse-matrix.js'

interface ScoreCase { readonly name: string; readonly input: { x?: number[]; y?: number[] }; readonly expected: { statistic: number[]; p_value: number[]; mi: number } }
const { cases } = readFixture<{ cases: ScoreCase[] }>('preprocessing')
const caseOf = (name: string): ScoreCase => cases.find((one) => one.name.startsWith(name))!
const { iris } = readFixture<{ datasets: { iris: { X: number[][]; y: number[] } } }>('logistic-regression').datasets
const y = { classes: ['setosa', 'versicolor', 'virginica'], codes: Int32Array.from(iris.y) }
const dense: FeatureMatrix = { rowCount: iris.X.length, dense: toDense(iris.X) }
/** The same numbers in two blocks: two columns dense, two sparse. */
const mixed: FeatureMatrix = { rowCount: iris.X.length, dense: toDense(iris.X.map((row) => row.slice(0, 2))), sparse: toSparse(iris.X.map((row) => row.slice(2))) }

describe('feature scores', () => {
  it.each([['chi2 iris', chiSquaredScores], ['f_classif iris', anovaScores]] as const)('are those of scikit-learn: %s', (name, scoresOf) => {
    const { expected } = caseOf(name)
    for (const X of [dense, mixed]) {
      const { scores, pValues } = scoresOf(X, y)
      // A matrix holds 32-bit numbers: 5.1 is 5.0999999, which is 1e-7 of it.
      scores.forEach((score, feature) => expect(score / expected.statistic[feature]).toBeCloseTo(1, 5))
      pValues.forEach((pValue, feature) => expect(Math.log(pValue) / Math.log(expected.p_value[feature])).toBeCloseTo(1, 5))
    }
  })

  it('have the mutual information of scikit-learn for columns of codes', () => {
    const { input, expected } = caseOf('mutual information')
    expect(mutualInformation(input.x!, input.y!)).toBeCloseTo(expected.mi, 12)
  })

  it('have the mutual information of a word being there', () => {
    const lines = [[1, 0, 2], [0, 0, 1], [3, 0, 1], [0, 1, 1]]
    const target = { classes: ['a', 'b'], codes: Int32Array.of(0, 1, 0, 1) }
    expectClose(mutualInformationScores({ rowCount: 4, sparse: toSparse(lines) }, target),
      [0, 1, 2].map((column) => mutualInformation(lines.map((line) => Number(line[column] > 0)), [...target.codes])), 1e-12)
  })

  it('have the variances of columns, whatever block they are in', () => {
    const byHand = [0, 1, 2, 3].map((column) => {
      const values = iris.X.map((row) => row[column])
      const mean = values.reduce((sum, value) => sum + value / values.length, 0)
      return values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0)
    })
    for (const X of [dense, mixed]) expectClose(featureVariances(X), byHand, 1e-6)
  })

  it('of a constant feature are not numbers, and negative values have no chi-squared score', () => {
    const X = { rowCount: 3, dense: toDense([[1], [1], [1]]) }
    const target = { classes: ['a', 'b'], codes: Int32Array.of(0, 1, 0) }
    expect(anovaScores(X, target).scores[0]).toBeNaN()
    expect(codeOf(() => chiSquaredScores({ rowCount: 1, dense: toDense([[-1]]) }, { classes: ['a'], codes: Int32Array.of(0) }))).toBe('INPUT_INVALID')
    expect(codeOf(() => mutualInformation([1], [1, 2]))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => mutualInformation([], []))).toBe('DATA_EMPTY')
  })
})

describe('FeatureSelector', () => {
  const widths = { denseCount: 2, sparseCount: 3 }
  const X: FeatureMatrix = { rowCount: 2, dense: toDense([[1, 2], [3, 4]]), sparse: toSparse([[5, 0, 6], [0, 7, 8]]) }

  it('leaves the features of the highest scores, in their order, of equal ones the first', () => {
    const selector = selectFeatures(widths, [1, 9, Number.NaN, 9, 9], { count: 2 })
    expect([...selector.features()]).toEqual([1, 3])
    const selected = selector.transform(X)
    expect([...selected.dense!.values]).toEqual([2, 4])
    expect(toNested(selected.sparse!)).toEqual([[0], [7]])
    expect([...selectFeatures(widths, [1, 9, Number.NaN, 9, 9], { above: 1 }).features()]).toEqual([1, 3, 4])
  })

  it('gives a row what it gives a matrix, also after loading', () => {
    const selector = FeatureSelector.load(selectFeatures(widths, [0, 1, 1, 0, 1], { above: 0 }).toState())
    const [row, out] = [createFeatureRow(2, 3), createFeatureRow(1, 2)]
    row.dense.set([3, 4])
    row.sparseIndices.set([2, 1])
    row.sparseValues.set([8, 7])
    row.sparseCount = 2
    selector.transformRow(row, out)
    expect([...out.dense, out.sparseCount, out.sparseIndices[0], out.sparseValues[0]]).toEqual([4, 1, 1, 8])
    expect(toNested(selector.transform(X).sparse!)).toEqual([[5, 6], [0, 8]])
    expect(selector.columnCount).toBe(3)
  })

  it('refuses scores, widths, rows and states that do not fit', () => {
    expect(codeOf(() => selectFeatures(widths, [1], { count: 1 }))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => selectFeatures(widths, [1, 2, 3, 4, 5], { count: 0 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => selectFeatures(widths, [1, 2, 3, 4, 5], { above: 5 }))).toBe('FEATURES_EMPTY')
    const selector = selectFeatures(widths, [1, 2, 3, 4, 5], { count: 2 })
    expect(codeOf(() => selector.transform(dense))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => selector.transformRow(createFeatureRow(2, 3), createFeatureRow(2, 3)))).toBe('SHAPE_MISMATCH')
    for (const { state } of damagedStates(selector.toState())) expect(codeOf(() => FeatureSelector.load(state as ModelState))).toBe('MODEL_LOAD_FAILED')
  })
})
