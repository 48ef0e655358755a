import { MLError } from '@motadata/core'
import type { ClassificationTarget, FitOptions } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import {
  checkClassificationTarget, checkFinite, checkTrainingMatrix, classifierWeights, expectEqual, expectFeatures, sampleWeightsOf, throwIfAborted,
  widthsOf,
} from '../input-check.js'
import { AbsoluteErrorCriterion } from './absolute-error-criterion.js'
import { EntropyCriterion, GiniCriterion } from './class-criterion.js'
import { codeMatrix } from './coded-matrix.js'
import { FittedTreeClassifier } from './fitted-tree-classifier.js'
import { FittedTreeRegressor } from './fitted-tree-regressor.js'
import { growTrees } from './grow-trees.js'
import { joinTrees } from './join-trees.js'
import { outOfBagAccuracy, outOfBagR2 } from './out-of-bag.js'
import { SquaredErrorCriterion } from './squared-error-criterion.js'
import type { TreeGrowerOptions } from './tree-grower.js'
import { growerOptions, type TreeSizes } from './tree-hyperparameters.js'

/** What a forest is told besides the sizes of its trees; a single tree is a forest of one that draws no rows. */
export interface ForestShape {
  readonly trees: number
  readonly bootstrap: boolean
  readonly sampleShare: number
  readonly outOfBagScore: boolean
}

export const singleTree: ForestShape = { trees: 1, bootstrap: false, sampleShare: 1, outOfBagScore: false }

export interface TreePlan<Criterion extends string> {
  readonly kind: string
  readonly sizes: TreeSizes & { readonly criterion: Criterion }
  readonly forest: ForestShape
  readonly splitter: TreeGrowerOptions['splitter']
}

/** Grows a tree or a forest for classes; throws what `ClassifierEstimator.fit` says. */
export function fitTreeClassifier(
  plan: TreePlan<'gini' | 'entropy'> & { readonly classWeight: 'none' | 'balanced' }, X: FeatureMatrix, y: ClassificationTarget, options: FitOptions,
): FittedTreeClassifier {
  throwIfAborted(options.signal)
  checkTrainingMatrix(X, true)
  checkClassificationTarget(y, X.rowCount)
  expectFeatures(X)
  const { kind, forest, sizes, splitter } = plan
  const classCount = y.classes.length
  const weights = classifierWeights(y, options, plan.classWeight)
  const parts = { capacity: X.rowCount, minLeafRows: sizes.minLeafRows, classCount }
  const matrix = codeMatrix(X)
  const { trees: grown, importances } = growTrees({
    matrix, targets: y.codes, weights, options, trees: forest.trees,
    criterion: sizes.criterion === 'gini' ? new GiniCriterion(parts) : new EntropyCriterion(parts),
    grower: growerOptions(sizes, matrix.featureCount, splitter),
    sampleShare: forest.bootstrap ? forest.sampleShare : undefined,
  })
  const trees = joinTrees(grown, { widths: widthsOf(X), outputs: classCount, leafWidth: classCount, sharedLeafRows: classCount })
  const score = forest.bootstrap && forest.outOfBagScore ? outOfBagAccuracy({ trees, X, weights, sampleShare: forest.sampleShare, seed: options.seed }, y.codes) : undefined
  options.onProgress?.(1)
  return new FittedTreeClassifier({ kind, classes: [...y.classes], trees, importances, ...(score === undefined ? {} : { outOfBagScore: score }) })
}

/** Grows a tree or a forest for numbers; throws what `RegressorEstimator.fit` says. */
export function fitTreeRegressor(
  plan: TreePlan<'squared-error' | 'absolute-error'>, X: FeatureMatrix, y: Float64Array, options: FitOptions,
): FittedTreeRegressor {
  throwIfAborted(options.signal)
  checkTrainingMatrix(X, true)
  expectEqual('targets, one a row', X.rowCount, y.length)
  checkFinite(y, (row) => `the target of row ${row}`)
  expectFeatures(X)
  const { kind, forest, sizes, splitter } = plan
  const weights = sampleWeightsOf(options, X.rowCount)
  const parts = { capacity: X.rowCount, minLeafRows: sizes.minLeafRows }
  const squared = sizes.criterion === 'squared-error'
  // squares of large numbers that lie close together would lose their differences
  const center = squared ? meanOf(y, weights) : 0
  const targets = y.map((target) => target - center)
  if (squared) expectSquares(targets, weights)
  const matrix = codeMatrix(X)
  const { trees: grown, importances } = growTrees({
    matrix, targets, weights, options, trees: forest.trees,
    criterion: squared ? new SquaredErrorCriterion(parts) : new AbsoluteErrorCriterion(parts),
    grower: growerOptions(sizes, matrix.featureCount, splitter),
    sampleShare: forest.bootstrap ? forest.sampleShare : undefined,
  })
  for (const { leafValues } of grown) for (let leaf = 0; leaf < leafValues.length; leaf++) leafValues[leaf] += center
  const trees = joinTrees(grown, { widths: widthsOf(X), outputs: 1, leafWidth: 1 })
  const score = forest.bootstrap && forest.outOfBagScore ? outOfBagR2({ trees, X, weights, sampleShare: forest.sampleShare, seed: options.seed }, y) : undefined
  options.onProgress?.(1)
  return new FittedTreeRegressor({ kind, trees, importances, ...(score === undefined ? {} : { outOfBagScore: score }) })
}

/** @throws MLError `INPUT_INVALID` where the squares of sums of targets are no numbers */
function expectSquares(targets: Float64Array, weights: Float64Array): void {
  let sum = 0
  for (let row = 0; row < targets.length; row++) sum += weights[row] * Math.abs(targets[row])
  if (Number.isFinite(sum * sum)) return
  throw new MLError('INPUT_INVALID', 'Expected targets whose sum can be squared, got larger ones. Divide them by a large number first.')
}

function meanOf(y: Float64Array, weights: Float64Array): number {
  let total = 0
  let mean = 0
  for (let row = 0; row < y.length; row++) {
    if (weights[row] === 0) continue
    total += weights[row]
    mean += (weights[row] / total) * (y[row] - mean)
  }
  return mean
}
