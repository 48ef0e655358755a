import type { ClassificationTarget, ClassifierEstimator, FitOptions } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import { checkClassificationTarget, checkTrainingMatrix, classifierWeights, expectFeatures, throwIfAborted, widthsOf } from '../input-check.js'
import { classSums, expectCounts, logPriors } from './class-sums.js'
import { FittedLinearBayes } from './fitted-linear-bayes.js'

export const multinomialNaiveBayesSchema = {
  alpha: {
    type: 'number', default: 1, minimum: 1e-10, maximum: 1e9,
    description: 'Added to every count, so that nothing unseen is impossible.',
  },
} as const satisfies HyperparameterSchema

export type MultinomialNaiveBayesHyperparameters = Hyperparameters<typeof multinomialNaiveBayesSchema>

/**
 * Multinomial naive Bayes: how often each word stands in the texts of each class, as scikit-learn's `MultinomialNB`. Counts need not be
 * whole; TF-IDF does as well. Cost: one pass over the non-zero values.
 *
 * Where we differ: a class without rows counts as half a row with every word alike.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`; `fit` also `INPUT_INVALID` for a value below 0
 * @see McCallum and Nigam (1998), "A comparison of event models for naive Bayes text classification".
 * @example
 * new MultinomialNaiveBayes({ alpha: 0.1 }).fit({ rowCount, sparse: counts }, y)
 */
export class MultinomialNaiveBayes implements ClassifierEstimator {
  readonly kind = 'multinomial-naive-bayes'
  readonly acceptsMissing = false
  readonly hyperparameters: MultinomialNaiveBayesHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('multinomial-naive-bayes', multinomialNaiveBayesSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: ClassificationTarget, options: FitOptions = {}): FittedLinearBayes {
    throwIfAborted(options.signal)
    checkTrainingMatrix(X)
    checkClassificationTarget(y, X.rowCount)
    expectFeatures(X)
    expectCounts(X, this.kind)
    const classCount = y.classes.length
    const { sums, weights } = classSums(X, y.codes, classifierWeights(y, options), classCount, (value) => value)
    const totals = new Float64Array(classCount)
    sums.forEach((sum, at) => (totals[at % classCount] += sum + this.hyperparameters.alpha))
    options.onProgress?.(1)
    return new FittedLinearBayes({
      kind: this.kind,
      classes: [...y.classes],
      widths: widthsOf(X),
      weights: Float32Array.from(sums, (sum, at) => Math.log((sum + this.hyperparameters.alpha) / totals[at % classCount])),
      intercepts: logPriors(weights),
    })
  }
}
