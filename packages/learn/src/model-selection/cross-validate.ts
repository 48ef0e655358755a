import { MLError } from '@motadata/core'
import type { ClassificationTarget, ClassifierEstimator, RegressorEstimator } from '../estimator.js'
import { type FeatureMatrix, selectMatrixRows } from '../feature-matrix.js'
import { checkClassificationTarget, checkTrainingMatrix, expectEqual } from '../input-check.js'
import { type CrossFitOptions, foldOptions } from './cross-fit.js'
import type { Split } from './split.js'
import { leaveOutUnseenColumns } from './unseen-columns.js'

/** Measures probabilities of shape (rows, classes) against class codes. */
export type ClassificationMetric = (actual: Int32Array, probabilities: Float64Array, classCount: number) => number
/** Measures predicted numbers against actual ones. */
export type RegressionMetric = (actual: Float64Array, predicted: Float64Array) => number

export type CrossValidateOptions = Omit<CrossFitOptions, 'foldCount' | 'folds'>

/** One number a split, in their order, for each metric. */
export type FoldScores<Name extends string> = Readonly<Record<Name, Float64Array>>

/**
 * Fits a classifier on each training set and measures it on the test set.
 *
 * @param splits - From `stratifiedKFold`, `repeatedStratifiedKFold`, `groupKFold`, `timeSeriesSplit` or one's own.
 * @throws MLError `INPUT_INVALID` without splits, and what `fit` and the metrics throw
 * @example
 * crossValidateClassifier(estimator, X, y, stratifiedKFold(y.codes, { foldCount: 5, seed: 7 }), { logLoss }).logLoss // => five numbers
 */
export function crossValidateClassifier<Name extends string>(
  estimator: ClassifierEstimator, X: FeatureMatrix, y: ClassificationTarget, splits: readonly Split[],
  metrics: Readonly<Record<Name, ClassificationMetric>>, options: CrossValidateOptions = {},
): FoldScores<Name> {
  checkTrainingMatrix(X)
  checkClassificationTarget(y, X.rowCount)
  return scoresOf(splits, metrics, ({ train, test }, fold) => {
    const learning = selectMatrixRows(X, train)
    const codesOf = (rows: Uint32Array): Int32Array => Int32Array.from(rows, (row) => y.codes[row])
    const target = { classes: y.classes, codes: codesOf(train) }
    const fitted = estimator.fit(learning, target, foldOptions(options, X, train, fold, splits.length))
    const probabilities = fitted.predictProbabilities(leaveOutUnseenColumns(selectMatrixRows(X, test), learning, options.textColumns))
    return (metric: ClassificationMetric) => metric(codesOf(test), probabilities, y.classes.length)
  })
}

/**
 * Fits a regressor on each training set and measures it on the test set.
 *
 * @throws MLError as {@link crossValidateClassifier}, `SHAPE_MISMATCH`
 */
export function crossValidateRegressor<Name extends string>(
  estimator: RegressorEstimator, X: FeatureMatrix, y: Float64Array, splits: readonly Split[],
  metrics: Readonly<Record<Name, RegressionMetric>>, options: CrossValidateOptions = {},
): FoldScores<Name> {
  checkTrainingMatrix(X)
  expectEqual('targets, one a row', X.rowCount, y.length)
  return scoresOf(splits, metrics, ({ train, test }, fold) => {
    const learning = selectMatrixRows(X, train)
    const valuesOf = (rows: Uint32Array): Float64Array => Float64Array.from(rows, (row) => y[row])
    const fitted = estimator.fit(learning, valuesOf(train), foldOptions(options, X, train, fold, splits.length))
    const predicted = fitted.predict(leaveOutUnseenColumns(selectMatrixRows(X, test), learning, options.textColumns))
    return (metric: RegressionMetric) => metric(valuesOf(test), predicted)
  })
}

function scoresOf<Name extends string, Metric>(
  splits: readonly Split[], metrics: Readonly<Record<Name, Metric>>, fit: (split: Split, fold: number) => (metric: Metric) => number,
): FoldScores<Name> {
  if (splits.length === 0) throw new MLError('INPUT_INVALID', 'Expected at least one split to measure on, got none.')
  const names = Object.keys(metrics) as Name[]
  const scores = Object.fromEntries(names.map((name) => [name, new Float64Array(splits.length)])) as Record<Name, Float64Array>
  splits.forEach((split, fold) => {
    const measure = fit(split, fold)
    for (const name of names) scores[name][fold] = measure(metrics[name])
  })
  return scores
}
