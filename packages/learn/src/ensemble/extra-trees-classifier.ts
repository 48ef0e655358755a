import type { ClassificationTarget, ClassifierEstimator, FitOptions } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, resolveHyperparameters } from '../hyperparameters.js'
import { fitTreeClassifier } from '../tree/fit-trees.js'
import type { FittedTreeClassifier } from '../tree/fitted-tree-classifier.js'
import { extraTreesClassifierSchema } from '../tree/tree-hyperparameters.js'

export type ExtraTreesClassifierHyperparameters = Hyperparameters<typeof extraTreesClassifierSchema>

/**
 * Trees whose thresholds are drawn at random, one for every feature that a split looks at, and only chosen among by impurity: quicker to
 * grow than a random forest and less alike. Each learns from all rows unless `bootstrap`.
 *
 * @see Geurts, Ernst and Wehenkel (2006), Extremely randomized trees.
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * const fitted = new ExtraTreesClassifier({ trees: 200 }).fit(X, { classes: ['hardware', 'network'], codes }, { seed: 7 })
 */
export class ExtraTreesClassifier implements ClassifierEstimator {
  readonly kind = 'extra-trees-classifier'
  readonly acceptsMissing = true
  readonly hyperparameters: ExtraTreesClassifierHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters(this.kind, extraTreesClassifierSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: ClassificationTarget, options: FitOptions = {}): FittedTreeClassifier {
    const { hyperparameters: told, kind } = this
    return fitTreeClassifier({ kind, sizes: told, forest: told, splitter: 'random', classWeight: told.classWeight }, X, y, options)
  }
}
