import type { ClassificationTarget, ClassifierEstimator, FitOptions } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, resolveHyperparameters } from '../hyperparameters.js'
import { fitTreeClassifier } from '../tree/fit-trees.js'
import type { FittedTreeClassifier } from '../tree/fitted-tree-classifier.js'
import { randomForestClassifierSchema } from '../tree/tree-hyperparameters.js'

export type RandomForestClassifierHyperparameters = Hyperparameters<typeof randomForestClassifierSchema>

/**
 * Trees that each learn from rows drawn with replacement and look at few features for every split; probabilities are their mean. Learns
 * from missing values. Sparse columns are looked at without being filled up.
 *
 * The same forest for the same seed and data, whatever `threads`. Costs trees times a `DecisionTreeClassifier` on few features. Where we
 * differ from scikit-learn: as there.
 *
 * @see Breiman (2001), Random forests.
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * const fitted = new RandomForestClassifier({ trees: 200 }).fit(X, { classes: ['hardware', 'network'], codes }, { seed: 7 })
 */
export class RandomForestClassifier implements ClassifierEstimator {
  readonly kind = 'random-forest-classifier'
  readonly acceptsMissing = true
  readonly hyperparameters: RandomForestClassifierHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters(this.kind, randomForestClassifierSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: ClassificationTarget, options: FitOptions = {}): FittedTreeClassifier {
    const { hyperparameters: told, kind } = this
    return fitTreeClassifier({ kind, sizes: told, forest: told, splitter: 'best', classWeight: told.classWeight }, X, y, options)
  }
}
