import type { FeatureMatrix } from './feature-matrix.js'
import type { FeatureRow } from './feature-row.js'
import type { ModelState } from './model-state.js'

/** What every `fit` takes besides data. */
export interface FitOptions {
  /** All randomness comes from it; the same seed and data give the same bytes. 0 when absent. */
  readonly seed?: number
  /** Looked at between iterations; an aborted fit throws `CANCELLED`. */
  readonly signal?: AbortSignal
  /** Called with the share of the work done: never falls, ends with 1. */
  readonly onProgress?: (share: number) => void
  /** shape (rows,), finite, not negative, not all zero */
  readonly sampleWeights?: Float64Array
  /** Classifiers only: what a row of each class weighs, shape (classes,), finite, not negative; multiplies the sample weights. */
  readonly classWeights?: Float64Array
  /** Threads to work in, at most; default 1. What is learned does not depend on it. */
  readonly threads?: number
  /** Memory that a fit may work in, for estimators that say how much they take; 2 GiB when absent. More is refused with `DATA_TOO_LARGE`. */
  readonly memoryLimitBytes?: number
  /** Dense columns whose values are categories, as whole numbers from 0, for estimators that split categories; others take them as numbers. */
  readonly categoricalColumns?: readonly number[]
  /**
   * For estimators that can keep to it; others ignore it: whether predictions may only rise with a feature (1), only fall (−1), or do both
   * (0), shape (features,). Of two classes it is the probability of the second.
   */
  readonly monotone?: Int8Array
  /** A classifier of the same kind, classes and width to start from, for fewer iterations; other kinds ignore it. */
  readonly startFrom?: FittedClassifier
}

/** What predicting many rows takes besides them. */
export interface PredictOptions {
  /** Threads to work in, at most; default 1. What is predicted does not depend on it. */
  readonly threads?: number
}

/** The classes to learn: row `r` has the class `classes[codes[r]]`. */
export interface ClassificationTarget {
  readonly classes: readonly string[]
  /** shape (rows,), each an index of classes */
  readonly codes: Int32Array
}

/** A way to learn classes: knows hyperparameters, not data. */
export interface ClassifierEstimator {
  readonly kind: string
  /** Whether NaN in the dense block is a missing value that it learns from; otherwise `VALUE_NOT_FINITE`. */
  readonly acceptsMissing: boolean
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>
  /**
   * Learns a new classifier and leaves its inputs alone.
   *
   * @throws MLError `DATA_EMPTY`, `FEATURES_EMPTY`, `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `INPUT_INVALID`, `TARGET_INVALID`,
   *   `TARGET_ONE_CLASS`, `CANCELLED`
   */
  fit(X: FeatureMatrix, y: ClassificationTarget, options?: FitOptions): FittedClassifier
}

/** A classifier that has learned. */
export interface FittedClassifier {
  readonly format: string
  readonly classes: readonly string[]
  readonly featureCount: number
  /** Bytes it keeps in memory. */
  readonly sizeBytes: number
  /**
   * @returns shape (rows, classes), row-major; rows sum to 1
   * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`
   */
  predictProbabilities(X: FeatureMatrix, options?: PredictOptions): Float64Array
  /**
   * Probabilities of one row, written into `out`, shape (classes,). Allocates nothing and gives the same numbers as
   * `predictProbabilities`.
   *
   * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`
   */
  predictRow(row: FeatureRow, out: Float64Array): void
  /**
   * What the probabilities were made of, where that is something else: a score a class, the larger the likelier.
   *
   * @returns shape (rows, classes), row-major
   * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`
   */
  decisionScores?(X: FeatureMatrix): Float64Array
  toState(): ModelState
}

/** A way to learn numbers: knows hyperparameters, not data. */
export interface RegressorEstimator {
  readonly kind: string
  /** Whether NaN in the dense block is a missing value that it learns from; otherwise `VALUE_NOT_FINITE`. */
  readonly acceptsMissing: boolean
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>
  /**
   * Learns a new regressor from `y`, shape (rows,), and leaves its inputs alone.
   *
   * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `INPUT_INVALID`, `CANCELLED`
   */
  fit(X: FeatureMatrix, y: Float64Array, options?: FitOptions): FittedRegressor
}

/** A regressor that has learned. */
export interface FittedRegressor {
  readonly format: string
  readonly featureCount: number
  /** Bytes it keeps in memory. */
  readonly sizeBytes: number
  /**
   * @returns shape (rows,)
   * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`
   */
  predict(X: FeatureMatrix, options?: PredictOptions): Float64Array
  /** The number for one row. Allocates nothing. @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` */
  predictRow(row: FeatureRow): number
  toState(): ModelState
}
