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
  /** A classifier of the same kind, classes and width to start from, for fewer iterations; other kinds ignore it. */
  readonly startFrom?: FittedClassifier
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
  predictProbabilities(X: FeatureMatrix): Float64Array
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
  predict(X: FeatureMatrix): Float64Array
  /** The number for one row. Allocates nothing. @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` */
  predictRow(row: FeatureRow): number
  toState(): ModelState
}
