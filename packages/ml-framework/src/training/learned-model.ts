import type {
  CardCalibration, CardConformal, CardEstimator, CardImportance, CardPromise, CardQuality, CardSlices, Dataset, ModelSignature, QualityMetrics,
} from '@motadata/core'
import type { FeatureMatrix, TransferBase } from '@motadata/learn'
import type { ModelParts } from '../artifact/model-pipeline.js'
import type { FittedProcessor } from '../processing/fitted-processor.js'

/** The features of the rows to learn from and of those to measure on. */
export interface PreparedFeatures {
  readonly processor: FittedProcessor
  readonly train: FeatureMatrix
  /** Worked out when it is asked for: not before the model is fitted. */
  readonly test: () => FeatureMatrix
  readonly testRows: Dataset
  /** What the model is built on, whose scores stand beside the features. */
  readonly base?: TransferBase
}

/** A model, and all that was found out about it. */
export interface LearnedModel {
  readonly parts: ModelParts
  readonly output: ModelSignature['output']
  readonly estimator: CardEstimator
  readonly metrics: QualityMetrics
  readonly baseline: QualityMetrics
  readonly quality: CardQuality
  readonly calibration: CardCalibration | null
  /** Training rows that trust was learned from. */
  readonly calibrationRows: number
  readonly promise: CardPromise | null
  readonly conformal: CardConformal | null
  readonly slices: CardSlices | null
  readonly importances: readonly CardImportance[]
  /** Loss of each held-out row: log-loss, or the squared error. */
  readonly losses: Float64Array
  /** Whether the predicted class of each held-out row is right; absent for numbers. */
  readonly hits?: Uint8Array
}
