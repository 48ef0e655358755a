import type { ClassificationTarget, ClassifierEstimator, FitOptions, RegressorEstimator } from '../estimator.js'
import { type FeatureMatrix, selectMatrixRows } from '../feature-matrix.js'
import { checkClassificationTarget, checkTrainingMatrix, expectEqual, sampleWeightsOf } from '../input-check.js'
import { type Split, stratifiedKFold } from './split.js'
import { kFold } from './k-fold.js'
import { type ColumnRange, leaveOutUnseenColumns } from './unseen-columns.js'

/** What each fold's fit is told as one of all rows would be. */
type PassedOn = 'seed' | 'signal' | 'onProgress' | 'sampleWeights' | 'threads' | 'categoricalColumns' | 'monotone'

export interface CrossFitOptions extends Pick<FitOptions, PassedOn> {
  /** 5 when absent. */
  readonly foldCount?: number
  /** The folds themselves, in place of random ones; every row must be in one test set. */
  readonly folds?: readonly Split[]
  /**
   * Sparse columns that hold one text each, scaled to a length. Rows to predict then lose the terms that no learning row has, as new
   * texts would; with those in, a model looks less sure of itself than it will be. When absent, all sparse columns are taken as one
   * text if every row has length 1.
   */
  readonly textColumns?: readonly ColumnRange[]
}

/**
 * Probabilities of every row by a classifier that did not learn from it: what calibration, thresholds and prediction sets are fitted on
 * when no rows are to spare.
 *
 * @returns shape (rows, classes), row-major
 * @throws MLError `INPUT_INVALID` for fewer rows than folds, and what `fit` throws
 * @example
 * const probabilities = crossFitProbabilities(new LogisticRegression({ C: 3 }), X, y, { foldCount: 5, seed: 7 })
 */
export function crossFitProbabilities(
  estimator: ClassifierEstimator, X: FeatureMatrix, y: ClassificationTarget, options: CrossFitOptions = {},
): Float64Array {
  checkTrainingMatrix(X)
  checkClassificationTarget(y, X.rowCount)
  const classCount = y.classes.length
  const probabilities = new Float64Array(X.rowCount * classCount)
  const folds = options.folds ?? stratifiedKFold(y.codes, { foldCount: options.foldCount ?? 5, seed: options.seed ?? 0 })
  folds.forEach(({ train, test }, fold) => {
    const target = { classes: y.classes, codes: Int32Array.from(train, (row) => y.codes[row]) }
    const learning = selectMatrixRows(X, train)
    const fitted = estimator.fit(learning, target, foldOptions(options, X, train, fold, folds.length))
    const predicted = fitted.predictProbabilities(leaveOutUnseenColumns(selectMatrixRows(X, test), learning, options.textColumns))
    test.forEach((row, at) => probabilities.set(predicted.subarray(at * classCount, (at + 1) * classCount), row * classCount))
  })
  return probabilities
}

/**
 * Predictions of every row by a regressor that did not learn from it.
 *
 * @returns shape (rows,)
 * @throws MLError `INPUT_INVALID` for fewer rows than folds, and what `fit` throws
 */
export function crossFitPredictions(estimator: RegressorEstimator, X: FeatureMatrix, y: Float64Array, options: CrossFitOptions = {}): Float64Array {
  checkTrainingMatrix(X)
  expectEqual('targets, one a row', X.rowCount, y.length)
  const predictions = new Float64Array(X.rowCount)
  const folds = options.folds ?? kFold(X.rowCount, { foldCount: options.foldCount ?? 5, seed: options.seed ?? 0 })
  folds.forEach(({ train, test }, fold) => {
    const target = Float64Array.from(train, (row) => y[row])
    const learning = selectMatrixRows(X, train)
    const fitted = estimator.fit(learning, target, foldOptions(options, X, train, fold, folds.length))
    const predicted = fitted.predict(leaveOutUnseenColumns(selectMatrixRows(X, test), learning, options.textColumns))
    test.forEach((row, at) => (predictions[row] = predicted[at]))
  })
  return predictions
}

/** What a fit on one fold takes: its rows' weights, its part of the progress, and what is known of the columns. */
export function foldOptions(
  options: Pick<CrossFitOptions, PassedOn>, X: FeatureMatrix, train: Uint32Array, fold: number, foldCount: number,
): FitOptions {
  const { seed, signal, onProgress, sampleWeights, threads, categoricalColumns, monotone } = options
  const weights = sampleWeights && sampleWeightsOf({ sampleWeights }, X.rowCount)
  return {
    ...(seed !== undefined && { seed }),
    ...(signal && { signal }),
    ...(threads !== undefined && { threads }),
    ...(categoricalColumns && { categoricalColumns }),
    ...(monotone && { monotone }),
    ...(weights && { sampleWeights: Float64Array.from(train, (row) => weights[row]) }),
    ...(onProgress && { onProgress: (share: number) => onProgress((fold + share) / foldCount) }),
  }
}
