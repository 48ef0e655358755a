import type { ClassificationTarget, ClassifierEstimator, FitOptions } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import { checkClassificationTarget, checkTrainingMatrix, classifierWeights, expectFeatures, throwIfAborted, widthsOf } from '../input-check.js'
import { classSums, expectCounts } from './class-sums.js'
import { FittedLinearBayes } from './fitted-linear-bayes.js'

export const complementNaiveBayesSchema = {
  alpha: {
    type: 'number', default: 1, minimum: 1e-10, maximum: 1e9,
    description: 'Added to every count, so that nothing unseen is impossible.',
  },
  norm: {
    type: 'boolean', default: false,
    description: 'Divides the weights of each class by the sum of their sizes, so that long texts and large classes lead less.',
  },
} as const satisfies HyperparameterSchema

export type ComplementNaiveBayesHyperparameters = Hyperparameters<typeof complementNaiveBayesSchema>

/**
 * Complement naive Bayes: a class is what the texts of all others are not, which suits classes of very different sizes; as
 * scikit-learn's `ComplementNB`. Probabilities are the softmax of the scores: an order, not shares. Cost: one pass over the non-zero
 * values.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`; `fit` also `INPUT_INVALID` for a value below 0
 * @see Rennie et al. (2003), "Tackling the poor assumptions of naive Bayes text classifiers", section 3.1 and, for `norm`, 3.2.
 * @example
 * new ComplementNaiveBayes({ alpha: 0.3 }).fit({ rowCount, sparse: tfidf }, y)
 */
export class ComplementNaiveBayes implements ClassifierEstimator {
  readonly kind = 'complement-naive-bayes'
  readonly acceptsMissing = false
  readonly hyperparameters: ComplementNaiveBayesHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('complement-naive-bayes', complementNaiveBayesSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: ClassificationTarget, options: FitOptions = {}): FittedLinearBayes {
    throwIfAborted(options.signal)
    checkTrainingMatrix(X)
    checkClassificationTarget(y, X.rowCount)
    expectFeatures(X)
    expectCounts(X, this.kind)
    const { alpha, norm } = this.hyperparameters
    const classCount = y.classes.length
    const { sums } = classSums(X, y.codes, classifierWeights(y, options), classCount, (value) => value)
    // Counts of the other classes, in place of the class's own.
    for (let at = 0; at < sums.length; at += classCount) {
      const all = sums.subarray(at, at + classCount).reduce((sum, count) => sum + count, 0)
      for (let code = 0; code < classCount; code++) sums[at + code] = Math.max(all - sums[at + code], 0) + alpha
    }
    const totals = new Float64Array(classCount)
    sums.forEach((sum, at) => (totals[at % classCount] += sum))
    const logs = sums.map((sum, at) => -Math.log(sum / totals[at % classCount]))
    const sizes = new Float64Array(classCount)
    logs.forEach((log, at) => (sizes[at % classCount] += log))
    options.onProgress?.(1)
    return new FittedLinearBayes({
      kind: this.kind,
      classes: [...y.classes],
      widths: widthsOf(X),
      // One feature by itself has the share 1 in every class, and its logarithm is 0: there is nothing to divide.
      weights: Float32Array.from(logs, (log, at) => (norm && sizes[at % classCount] > 0 ? log / sizes[at % classCount] : log)),
      intercepts: new Float64Array(classCount),
    })
  }
}
