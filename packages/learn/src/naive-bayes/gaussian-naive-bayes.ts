import type { ClassificationTarget, ClassifierEstimator, FitOptions } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import { checkClassificationTarget, checkTrainingMatrix, classifierWeights, expectFeatures, throwIfAborted, widthsOf } from '../input-check.js'
import { classSums, logPriors } from './class-sums.js'
import { FittedGaussianBayes } from './fitted-gaussian-bayes.js'

export const gaussianNaiveBayesSchema = {
  varianceSmoothing: {
    type: 'number', default: 1e-9, minimum: 1e-15, maximum: 1e6,
    description: 'Share of the largest variance of a feature that is added to all, so that none is 0.',
  },
} as const satisfies HyperparameterSchema

export type GaussianNaiveBayesHyperparameters = Hyperparameters<typeof gaussianNaiveBayesSchema>

/**
 * Gaussian naive Bayes: every feature is normal within a class, with a mean and a variance of its own; as scikit-learn's `GaussianNB`.
 * For numbers; sparse columns count as numbers too, most of them 0. Cost: two passes over the values.
 *
 * Where we differ: a class without rows counts as half a row with the mean and variance of all; features that are all constant get
 * variance `varianceSmoothing`.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * new GaussianNaiveBayes().fit({ rowCount, dense: scaled }, y)
 */
export class GaussianNaiveBayes implements ClassifierEstimator {
  readonly kind = 'gaussian-naive-bayes'
  readonly acceptsMissing = false
  readonly hyperparameters: GaussianNaiveBayesHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('gaussian-naive-bayes', gaussianNaiveBayesSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: ClassificationTarget, options: FitOptions = {}): FittedGaussianBayes {
    throwIfAborted(options.signal)
    checkTrainingMatrix(X)
    checkClassificationTarget(y, X.rowCount)
    expectFeatures(X)
    const classCount = y.classes.length
    const rowWeights = classifierWeights(y, options)
    const { sums, weights } = classSums(X, y.codes, rowWeights, classCount, (value) => value)
    const features = sums.length / classCount
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const overall = Float64Array.from({ length: features }, (_, feature) =>
      sums.subarray(feature * classCount, (feature + 1) * classCount).reduce((sum, value) => sum + value, 0) / total)
    const means = sums.map((sum, at) => (weights[at % classCount] > 0 ? sum / weights[at % classCount] : overall[Math.floor(at / classCount)]))
    const squares = squaresAbout(X, y.codes, rowWeights, weights, (feature, code) => means[feature * classCount + code])
    const overallSquares = squaresAbout(X, new Int32Array(X.rowCount), rowWeights, Float64Array.of(total), (feature) => overall[feature])
    const largest = overallSquares.reduce((most, sum) => Math.max(most, sum / total), 0)
    const smoothing = this.hyperparameters.varianceSmoothing * (largest || 1)
    const variances = squares.map((sum, at) =>
      smoothing + (weights[at % classCount] > 0 ? sum / weights[at % classCount] : overallSquares[Math.floor(at / classCount)] / total))
    options.onProgress?.(1)
    return new FittedGaussianBayes([...y.classes], widthsOf(X), logPriors(weights), means, variances)
  }
}

/** Σ weight · (value − center)² of each feature over the rows of each class, zeros of sparse columns included. */
function squaresAbout(
  X: FeatureMatrix, codes: Int32Array, rowWeights: Float64Array, classWeights: Float64Array, centerOf: (feature: number, code: number) => number,
): Float64Array {
  const classCount = classWeights.length
  const { denseCount, sparseCount } = widthsOf(X)
  const squares = new Float64Array((denseCount + sparseCount) * classCount)
  const zeroWeights = new Float64Array(sparseCount * classCount)
  for (let at = 0; at < zeroWeights.length; at++) zeroWeights[at] = classWeights[at % classCount]
  for (let row = 0; row < X.rowCount; row++) {
    const code = codes[row]
    for (let c = 0; X.dense && c < denseCount; c++) {
      squares[c * classCount + code] += rowWeights[row] * (X.dense.values[row * denseCount + c] - centerOf(c, code)) ** 2
    }
    for (let i = X.sparse?.rowPointers[row] ?? 0; X.sparse && i < X.sparse.rowPointers[row + 1]; i++) {
      const column = X.sparse.columnIndices[i]
      squares[(denseCount + column) * classCount + code] += rowWeights[row] * (X.sparse.values[i] - centerOf(denseCount + column, code)) ** 2
      zeroWeights[column * classCount + code] -= rowWeights[row]
    }
  }
  for (let column = 0; column < sparseCount; column++) {
    for (let code = 0; code < classCount; code++) {
      const zeros = Math.max(zeroWeights[column * classCount + code], 0)
      squares[(denseCount + column) * classCount + code] += zeros * centerOf(denseCount + column, code) ** 2
    }
  }
  return squares
}
