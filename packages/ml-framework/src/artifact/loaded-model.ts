import type { ModelSignature, ModelType } from '@motadata/core'
import type {
  FeatureRow, FittedCalibrator, FittedClassifier, FittedRegressor, PrecisionThresholds, PredictionIntervals, PredictionSets,
} from '@motadata/learn'
import type { SharedPart } from '../memory/model-memory.js'
import type { FittedProcessor } from '../processing/fitted-processor.js'

/** What an artifact says of itself. */
export interface ModelManifest {
  readonly modelType: ModelType
  readonly signature: ModelSignature
  readonly estimator: { readonly kind: string; readonly hyperparameters: Readonly<Record<string, number | string | boolean>> }
  readonly seed: number
  readonly datasetFingerprint: string
  /** On the held-out rows. */
  readonly metrics: Readonly<Record<string, number>>
  /** Versions of the packages that made it. */
  readonly versions: Readonly<Record<string, string>>
}

/** What a model of classes is made of. */
export interface ClassifierParts {
  readonly processor: FittedProcessor
  readonly classifier: FittedClassifier
  /** Absent where probabilities are good as they are. */
  readonly calibrator?: FittedCalibrator
  /** Of a promised precision. */
  readonly thresholds?: PrecisionThresholds
  /** Of a promised coverage. */
  readonly predictionSets?: PredictionSets
}

/** What a model of numbers is made of. */
export interface RegressorParts {
  readonly processor: FittedProcessor
  readonly regressor: FittedRegressor
  /** Of a promised coverage. */
  readonly intervals?: PredictionIntervals
}

/** A model of classes in memory, ready to answer, with the buffers it fills anew for each instance. */
export class LoadedClassifier {
  readonly kind = 'classifier'
  readonly manifest: ModelManifest
  readonly processor: FittedProcessor
  readonly classifier: FittedClassifier
  readonly calibrator: FittedCalibrator | undefined
  readonly thresholds: PrecisionThresholds | undefined
  readonly predictionSets: PredictionSets | undefined
  /** Filled anew for each instance; nothing awaits while it is in use. */
  readonly row: FeatureRow
  /** shape (classes,), as `row` */
  readonly probabilities: Float64Array
  /** Its processor and what it is built on, where other models stand on the same. */
  readonly sharedParts: readonly SharedPart[]

  constructor(manifest: ModelManifest, parts: ClassifierParts, shared?: SharedPart) {
    this.sharedParts = shared ? [shared] : []
    this.manifest = manifest
    this.processor = parts.processor
    this.classifier = parts.classifier
    this.calibrator = parts.calibrator
    this.thresholds = parts.thresholds
    this.predictionSets = parts.predictionSets
    this.row = parts.processor.createRow()
    this.probabilities = new Float64Array(parts.classifier.classes.length)
  }

  /** Bytes it keeps in memory, without what it shares: tensors, vocabularies and buffers. */
  get sizeBytes(): number {
    return (this.sharedParts.length > 0 ? 0 : this.processor.sizeBytes) + this.classifier.sizeBytes + (this.calibrator?.sizeBytes ?? 0)
      + (this.predictionSets?.bounds.byteLength ?? 0) + this.probabilities.byteLength + rowBytes(this.row)
  }
}

/** A model of numbers in memory, ready to answer. */
export class LoadedRegressor {
  readonly kind = 'regressor'
  readonly manifest: ModelManifest
  readonly processor: FittedProcessor
  readonly regressor: FittedRegressor
  readonly intervals: PredictionIntervals | undefined
  /** Filled anew for each instance; nothing awaits while it is in use. */
  readonly row: FeatureRow

  constructor(manifest: ModelManifest, parts: RegressorParts) {
    this.manifest = manifest
    this.processor = parts.processor
    this.regressor = parts.regressor
    this.intervals = parts.intervals
    this.row = parts.processor.createRow()
  }

  /** Bytes it keeps in memory: tensors, vocabularies and buffers. */
  get sizeBytes(): number {
    return this.processor.sizeBytes + this.regressor.sizeBytes + rowBytes(this.row)
  }
}

/** A model in memory. */
export type LoadedModel = LoadedClassifier | LoadedRegressor

const rowBytes = ({ dense, sparseIndices, sparseValues }: FeatureRow): number =>
  dense.byteLength + sparseIndices.byteLength + sparseValues.byteLength
