import { MLError } from '@motadata/core'
import type { FeatureMatrix } from '../feature-matrix.js'
import { widthsOf } from '../input-check.js'

/** What classes have of each feature, weighted by rows. */
export interface ClassSums {
  /** shape (features, classes), row-major */
  readonly sums: Float64Array
  /** Weight of the rows of each class, shape (classes,). */
  readonly weights: Float64Array
}

/** Σ weight · of(value) of each feature over the rows of each class; values of 0 add nothing. */
export function classSums(X: FeatureMatrix, codes: Int32Array, rowWeights: Float64Array, classCount: number, of: (value: number) => number): ClassSums {
  const { denseCount, sparseCount } = widthsOf(X)
  const sums = new Float64Array((denseCount + sparseCount) * classCount)
  const weights = new Float64Array(classCount)
  for (let row = 0; row < X.rowCount; row++) {
    const weight = rowWeights[row]
    const code = codes[row]
    weights[code] += weight
    if (weight === 0) continue
    for (let c = 0; X.dense && c < denseCount; c++) sums[c * classCount + code] += weight * of(X.dense.values[row * denseCount + c])
    for (let i = X.sparse?.rowPointers[row] ?? 0; X.sparse && i < X.sparse.rowPointers[row + 1]; i++) {
      sums[(denseCount + X.sparse.columnIndices[i]) * classCount + code] += weight * of(X.sparse.values[i])
    }
  }
  return { sums, weights }
}

/**
 * Logarithms of the classes' shares. A class without rows counts as half a row, so that its share is not 0.
 *
 * @returns shape (classes,)
 */
export function logPriors(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => Math.log(weight > 0 ? weight / total : 0.5 / (total + 0.5)))
}

/** @throws MLError `INPUT_INVALID` when a value lies below 0 */
export function expectCounts(X: FeatureMatrix, kind: string): void {
  for (const values of [X.dense?.values, X.sparse?.values]) {
    const at = values?.findIndex((value) => value < 0) ?? -1
    if (at < 0) continue
    throw new MLError('INPUT_INVALID', `Expected counts or other values of at least 0 for ${kind}, got ${values![at]}. Scale features from 0 to 1, or use gaussian-naive-bayes.`, {
      details: { kind, received: values![at] },
    })
  }
}
