import { MLError } from '@motadata/core'
import type { ClassificationTarget } from '../estimator.js'
import { type FeatureMatrix, featureCount } from '../feature-matrix.js'
import { checkClassificationTarget, checkTrainingMatrix, expectEqual } from '../input-check.js'
import { expectRows } from '../metrics/measured-rows.js'
import { chiSquaredSurvival, fisherSurvival } from '../statistics/tail-probabilities.js'

/** A score and a p-value for each feature, dense ones first; NaN for features that never vary. */
export interface FeatureScores {
  /** shape (features,) */
  readonly scores: Float64Array
  /** shape (features,) */
  readonly pValues: Float64Array
}

/**
 * Chi-squared statistic of each feature and the class: how far the sums of a feature over the classes lie from what the classes' sizes
 * say. For counts, TF-IDF weights and flags. As scikit-learn's `chi2`.
 *
 * @param X - Values of at least 0.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `TARGET_INVALID`, `INPUT_INVALID` for negative values
 */
export function chiSquaredScores(X: FeatureMatrix, y: ClassificationTarget): FeatureScores {
  const { sums, classSizes, features } = classSums(X, y, (value) => {
    if (value < 0) throw new MLError('INPUT_INVALID', `Expected features of at least 0 for chi-squared scores, got ${value}. Scale them to 0..1.`)
    return value
  })
  const present = [...classSizes.keys()].filter((code) => classSizes[code] > 0)
  return scored(features, (feature) => {
    const total = present.reduce((sum, code) => sum + sums[code * features + feature], 0)
    const score = present.reduce((sum, code) => {
      const expected = (total * classSizes[code]) / X.rowCount
      return sum + (sums[code * features + feature] - expected) ** 2 / expected
    }, 0)
    return { score, pValue: chiSquaredSurvival(score, present.length - 1) }
  })
}

/**
 * Analysis of variance of each feature over the classes: the F statistic. For any numbers. As scikit-learn's `f_classif`.
 *
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `TARGET_INVALID`
 */
export function anovaScores(X: FeatureMatrix, y: ClassificationTarget): FeatureScores {
  const { sums, classSizes, features } = classSums(X, y, (value) => value)
  const means = new Float64Array(features)
  for (let at = 0; at < sums.length; at++) means[at % features] += sums[at] / X.rowCount
  // Around the mean, so that large values do not cancel each other: zeros of sparse rows are corrected for below.
  const squares = new Float64Array(features)
  const zeros = new Float64Array(features).fill(X.rowCount)
  eachValue(X, (_, feature, value) => {
    squares[feature] += (value - means[feature]) ** 2
    zeros[feature]--
  })
  const present = [...classSizes.keys()].filter((code) => classSizes[code] > 0)
  const [numerator, denominator] = [present.length - 1, X.rowCount - present.length]
  return scored(features, (feature) => {
    const all = squares[feature] + zeros[feature] * means[feature] ** 2
    const between = present.reduce((sum, code) => sum + classSizes[code] * (sums[code * features + feature] / classSizes[code] - means[feature]) ** 2, 0)
    if (all === 0) return { score: Number.NaN, pValue: Number.NaN }
    const score = between / numerator / (Math.max(0, all - between) / denominator)
    return { score, pValue: fisherSurvival(score, numerator, denominator) }
  })
}

/**
 * Variance of each feature; 0 for those that say nothing.
 *
 * @returns shape (features,), dense ones first
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`
 */
export function featureVariances(X: FeatureMatrix): Float64Array {
  checkTrainingMatrix(X)
  const means = new Float64Array(featureCount(X))
  eachValue(X, (_, feature, value) => (means[feature] += value / X.rowCount))
  const squares = new Float64Array(means.length)
  const zeros = new Float64Array(means.length).fill(X.rowCount)
  eachValue(X, (_, feature, value) => {
    squares[feature] += (value - means[feature]) ** 2
    zeros[feature]--
  })
  return squares.map((square, feature) => (square + zeros[feature] * means[feature] ** 2) / X.rowCount)
}

/**
 * Mutual information of two columns of codes: how much of the one's uncertainty the other takes away.
 *
 * @param x - Any whole numbers, shape (rows,).
 * @param y - Same shape.
 * @returns Nats, at least 0.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * mutualInformation([0, 0, 1, 1], [1, 1, 0, 0]) === Math.LN2 // => true
 */
export function mutualInformation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  expectEqual('codes of the second column, one a row', x.length, y.length)
  expectRows(x.length)
  const [left, right, both] = [new Map<number, number>(), new Map<number, number>(), new Map<string, [number, number, number]>()]
  for (let row = 0; row < x.length; row++) {
    left.set(x[row], (left.get(x[row]) ?? 0) + 1)
    right.set(y[row], (right.get(y[row]) ?? 0) + 1)
    const key = `${x[row]}/${y[row]}`
    both.set(key, [x[row], y[row], (both.get(key)?.[2] ?? 0) + 1])
  }
  let information = 0
  for (const [a, b, count] of both.values()) information += (count / x.length) * Math.log((x.length * count) / (left.get(a)! * right.get(b)!))
  return Math.max(0, information)
}

/**
 * Mutual information of each feature and the class, a feature counting as there or not there (0): for words and flags.
 *
 * @returns Nats, shape (features,), dense ones first.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `TARGET_INVALID`
 */
export function mutualInformationScores(X: FeatureMatrix, y: ClassificationTarget): Float64Array {
  const { sums, classSizes, features } = classSums(X, y, (value) => (value === 0 ? 0 : 1))
  const part = (count: number, a: number, b: number): number => (count === 0 ? 0 : (count / X.rowCount) * Math.log((X.rowCount * count) / (a * b)))
  return Float64Array.from({ length: features }, (_, feature) => {
    let total = 0
    for (let code = 0; code < classSizes.length; code++) total += sums[code * features + feature]
    let information = 0
    for (let code = 0; code < classSizes.length; code++) {
      const there = sums[code * features + feature]
      information += part(there, total, classSizes[code]) + part(classSizes[code] - there, X.rowCount - total, classSizes[code])
    }
    return Math.max(0, information)
  })
}

interface ClassSums {
  /** shape (classes, features) */
  readonly sums: Float64Array
  /** shape (classes,) */
  readonly classSizes: Float64Array
  readonly features: number
}

function classSums(X: FeatureMatrix, y: ClassificationTarget, valueOf: (value: number) => number): ClassSums {
  checkTrainingMatrix(X)
  checkClassificationTarget(y, X.rowCount)
  const features = featureCount(X)
  const sums = new Float64Array(y.classes.length * features)
  const classSizes = new Float64Array(y.classes.length)
  for (const code of y.codes) classSizes[code]++
  eachValue(X, (row, feature, value) => (sums[y.codes[row] * features + feature] += valueOf(value)))
  return { sums, classSizes, features }
}

/** Every value that is stored; sparse zeros are not. */
function eachValue({ rowCount, dense, sparse }: FeatureMatrix, visit: (row: number, feature: number, value: number) => void): void {
  const width = dense?.columnCount ?? 0
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < width; column++) visit(row, column, dense!.values[row * width + column])
    if (!sparse) continue
    for (let at = sparse.rowPointers[row]; at < sparse.rowPointers[row + 1]; at++) visit(row, width + sparse.columnIndices[at], sparse.values[at])
  }
}

function scored(features: number, scoreOf: (feature: number) => { score: number; pValue: number }): FeatureScores {
  const scores = new Float64Array(features)
  const pValues = new Float64Array(features)
  for (let feature = 0; feature < features; feature++) {
    const { score, pValue } = scoreOf(feature)
    scores[feature] = score
    pValues[feature] = pValue
  }
  return { scores, pValues }
}
