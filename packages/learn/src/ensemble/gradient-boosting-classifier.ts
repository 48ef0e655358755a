import type { ClassificationTarget, ClassifierEstimator, FitOptions } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import { checkClassificationTarget, checkTrainingMatrix, classifierWeights, expectFeatures, throwIfAborted, widthsOf } from '../input-check.js'
import { stratifiedSplit } from '../model-selection/split.js'
import { boost } from './boosting/boost.js'
import { boostingSchema } from './boosting/boosting-hyperparameters.js'
import { logisticLoss, softmaxLoss } from './boosting/boosting-loss.js'
import { checkFeatureRoles } from './boosting/feature-roles.js'
import { heldOutRows } from './boosting/held-out-rows.js'
import { moderateWeights } from './boosting/moderate-weights.js'
import { FittedBoostingClassifier } from './fitted-boosting-classifier.js'

export const gradientBoostingClassifierSchema = {
  ...boostingSchema,
  classWeight: {
    type: 'choice', default: 'none', options: ['none', 'balanced'],
    description: 'balanced: every class weighs the same, however many rows it has.',
  },
} as const satisfies HyperparameterSchema

export type GradientBoostingClassifierHyperparameters = Hyperparameters<typeof gradientBoostingClassifierSchema>

/** A class without rows starts from this share. */
const smallestShare = 1e-6

/**
 * Gradient boosted trees on binned features, grown leaf by leaf: log-loss of two classes, or of several by the softmax with a tree each a
 * round. Missing values and categories (`categoricalColumns`) are split as such; features may be `monotone`; with a `validationShare` it
 * stops early. Features need no scaling.
 *
 * Cost a round and output: a pass over rows · features for the first split and less than half of one for each further level. Memory: a
 * byte a row and feature, sparse features included, and 30 bytes a row. Source: Friedman (2001), "Greedy function approximation"; Ke et
 * al. (2017), "LightGBM".
 *
 * Where we differ: `minLeafRows` counts rows exactly; gradients are rounded to 32-bit whole numbers, so that what is learned does not
 * depend on threads; rows held out for early stopping are drawn at random, which for rows in time order is too kind a measure.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * const fitted = new GradientBoostingClassifier({ iterations: 200, validationShare: 0.1 }).fit(X, { classes: ['no', 'yes'], codes })
 */
export class GradientBoostingClassifier implements ClassifierEstimator {
  readonly kind = 'gradient-boosting-classifier'
  readonly acceptsMissing = true
  readonly hyperparameters: GradientBoostingClassifierHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('gradient-boosting-classifier', gradientBoostingClassifierSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: ClassificationTarget, options: FitOptions = {}): FittedBoostingClassifier {
    throwIfAborted(options.signal)
    checkTrainingMatrix(X, this.acceptsMissing)
    checkClassificationTarget(y, X.rowCount)
    expectFeatures(X)
    checkFeatureRoles(options, widthsOf(X))
    const weights = moderateWeights(classifierWeights(y, options, this.hyperparameters.classWeight))
    const { classes } = y
    const base = startingScores(y, weights)
    const heldOut = heldOutRows(this.hyperparameters.validationShare, weights, (rows, testShare) =>
      stratifiedSplit(Int32Array.from(rows, (row) => y.codes[row]), { testShare, seed: options.seed ?? 0 }))
    const { trees, importances } = boost({
      X, outputs: base.length, base, weights, scale: 1, hyperparameters: this.hyperparameters,
      loss: classes.length === 2 ? logisticLoss : softmaxLoss(classes.length),
      targets: Float64Array.from(y.codes),
      ...(heldOut && { heldOut }),
    }, options)
    return new FittedBoostingClassifier({ classes: [...classes], trees, base, importances })
  }
}

/** Scores whose probabilities are the shares of the classes. */
function startingScores({ classes, codes }: ClassificationTarget, weights: Float64Array): Float64Array {
  const shares = new Float64Array(classes.length)
  codes.forEach((code, row) => (shares[code] += weights[row]))
  const total = shares.reduce((sum, share) => sum + share, 0)
  const logs = shares.map((share) => Math.log(Math.max(share / total, smallestShare)))
  return classes.length === 2 ? Float64Array.of(logs[1] - logs[0]) : logs
}
