import type { ModelSignature, ModelType } from '@motadata/core'
import type { FeatureRow, FittedClassifier } from '@motadata/learn'
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

/** A model in memory, ready to answer: what turns instances into features, what turns those into probabilities, and their buffers. */
export class LoadedModel {
  readonly manifest: ModelManifest
  readonly processor: FittedProcessor
  readonly classifier: FittedClassifier
  /** Filled anew for each instance; nothing awaits while it is in use. */
  readonly row: FeatureRow
  /** shape (classes,), as `row` */
  readonly probabilities: Float64Array

  constructor(manifest: ModelManifest, processor: FittedProcessor, classifier: FittedClassifier) {
    this.manifest = manifest
    this.processor = processor
    this.classifier = classifier
    this.row = processor.createRow()
    this.probabilities = new Float64Array(classifier.classes.length)
  }

  /** Bytes it keeps in memory: tensors, vocabularies and buffers. */
  get sizeBytes(): number {
    const { dense, sparseIndices, sparseValues } = this.row
    return this.processor.sizeBytes + this.classifier.sizeBytes + this.probabilities.byteLength
      + dense.byteLength + sparseIndices.byteLength + sparseValues.byteLength
  }
}
