import type { ClassificationTarget, ClassifierEstimator, FitOptions } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, resolveHyperparameters } from '../hyperparameters.js'
import { fitTreeClassifier, singleTree } from './fit-trees.js'
import type { FittedTreeClassifier } from './fitted-tree-classifier.js'
import { decisionTreeClassifierSchema } from './tree-hyperparameters.js'

export type DecisionTreeClassifierHyperparameters = Hyperparameters<typeof decisionTreeClassifierSchema>

/**
 * One binary tree of questions about features; the class shares of the training rows in a leaf are the probabilities. Learns from missing
 * values: for every question it chooses the side they go to.
 *
 * Splits are exact where a column has at most 65,535 different numbers; of more, some that lie next to each other are not told apart.
 * Costs about rows · features · depth, times a sort's few passes.
 *
 * Where we differ from scikit-learn's `DecisionTreeClassifier`: thresholds are 32-bit floats as features are; entropy is in nats, so
 * `minImpurityDecrease` is; no pruning by cost, no limit on leaves: limit depth or rows of a leaf.
 *
 * @see Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees.
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * const fitted = new DecisionTreeClassifier({ maxDepth: 5 }).fit(X, { classes: ['hardware', 'network'], codes })
 */
export class DecisionTreeClassifier implements ClassifierEstimator {
  readonly kind = 'decision-tree-classifier'
  readonly acceptsMissing = true
  readonly hyperparameters: DecisionTreeClassifierHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters(this.kind, decisionTreeClassifierSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: ClassificationTarget, options: FitOptions = {}): FittedTreeClassifier {
    const { hyperparameters: sizes, kind } = this
    return fitTreeClassifier({ kind, sizes, forest: singleTree, splitter: 'best', classWeight: sizes.classWeight }, X, y, options)
  }
}
