import type { ClassificationTarget, ClassifierEstimator, FitOptions, FittedClassifier } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import {
  checkClassificationTarget, checkPredictionMatrix, checkPredictionRow, checkTrainingMatrix, classifierWeights, expectEqual,
  type FeatureWidths, throwIfAborted, widthsOf,
} from '../input-check.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'

const format = 'majority-classifier/1'

export const majorityClassifierSchema = {} as const satisfies HyperparameterSchema

/**
 * Predicts for every row the class frequencies of training, so its most probable class is the majority: what any model has to beat.
 * The same as scikit-learn's `DummyClassifier(strategy='prior')`.
 */
export class MajorityClassifier implements ClassifierEstimator {
  readonly kind = 'majority-classifier'
  readonly acceptsMissing = true
  readonly hyperparameters = {}

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    resolveHyperparameters('majority-classifier', majorityClassifierSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: ClassificationTarget, options: FitOptions = {}): FittedMajorityClassifier {
    throwIfAborted(options.signal)
    checkTrainingMatrix(X, this.acceptsMissing)
    checkClassificationTarget(y, X.rowCount)
    const weights = classifierWeights(y, options)
    const frequencies = new Float64Array(y.classes.length)
    let total = 0
    for (let row = 0; row < weights.length; row++) {
      frequencies[y.codes[row]] += weights[row]
      total += weights[row]
    }
    options.onProgress?.(1)
    return new FittedMajorityClassifier([...y.classes], widthsOf(X), frequencies.map((frequency) => frequency / total))
  }
}

/** Class frequencies, whatever the row. */
export class FittedMajorityClassifier implements FittedClassifier {
  readonly format = format
  readonly classes: readonly string[]
  readonly widths: FeatureWidths
  readonly #frequencies: Float64Array

  constructor(classes: readonly string[], widths: FeatureWidths, frequencies: Float64Array) {
    this.classes = classes
    this.widths = widths
    this.#frequencies = frequencies
  }

  get featureCount(): number {
    return this.widths.denseCount + this.widths.sparseCount
  }

  get sizeBytes(): number {
    return this.#frequencies.byteLength + this.classes.reduce((sum, name) => sum + 2 * name.length, 0)
  }

  predictProbabilities(X: FeatureMatrix): Float64Array {
    checkPredictionMatrix(X, this.widths, true)
    const probabilities = new Float64Array(X.rowCount * this.classes.length)
    for (let row = 0; row < X.rowCount; row++) probabilities.set(this.#frequencies, row * this.classes.length)
    return probabilities
  }

  predictRow(row: FeatureRow, out: Float64Array): void {
    checkPredictionRow(row, this.widths, true)
    if (out.length !== this.classes.length) expectEqual('length of the output, one a class', this.classes.length, out.length)
    out.set(this.#frequencies)
  }

  toState(): ModelState {
    return {
      format,
      json: { classes: [...this.classes], denseCount: this.widths.denseCount, sparseCount: this.widths.sparseCount },
      tensors: { frequencies: { dtype: 'F64', shape: [this.#frequencies.length], data: this.#frequencies.slice() } },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedMajorityClassifier {
    const reader = new ModelStateReader(state, format)
    const classes = reader.strings('classes', 2)
    const frequencies = reader.tensor('frequencies', 'F64', [classes.length])
    const total = frequencies.reduce((sum, frequency) => sum + frequency, 0)
    if (frequencies.some((frequency) => frequency < 0) || Math.abs(total - 1) > 1e-9) {
      throw reader.fail('frequencies that sum to 1', `${total}`)
    }
    return new FittedMajorityClassifier([...classes], reader.widths(), frequencies.slice())
  }
}
