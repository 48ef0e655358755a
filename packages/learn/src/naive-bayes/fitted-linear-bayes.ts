import type { FittedClassifier } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { expectEqual, type FeatureWidths } from '../input-check.js'
import { LinearScores } from '../linear/linear-scores.js'
import { softmax } from '../linear/softmax.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'

export interface LinearBayesParameters {
  /** Of the estimator that learned it. */
  readonly kind: string
  readonly classes: readonly string[]
  readonly widths: FeatureWidths
  /** shape (features, classes) */
  readonly weights: Float32Array
  /** shape (classes,) */
  readonly intercepts: Float64Array
}

/**
 * Naive Bayes whose joint log-likelihood is linear in the counts: log prior + Σ count · log probability of the feature in the class.
 * So a prediction is explained exactly, as a linear model's is.
 */
export class FittedLinearBayes implements FittedClassifier {
  readonly format: string
  readonly kind: string
  readonly classes: readonly string[]
  readonly widths: FeatureWidths
  /** shape (features, classes), row-major: what one of a feature adds to a class's log-likelihood. */
  readonly weights: Float32Array
  /** shape (classes,) */
  readonly intercepts: Float64Array
  readonly #scores: LinearScores

  constructor(parameters: LinearBayesParameters) {
    this.kind = parameters.kind
    this.format = `${parameters.kind}/1`
    this.classes = parameters.classes
    this.widths = parameters.widths
    this.weights = parameters.weights
    this.intercepts = parameters.intercepts
    this.#scores = new LinearScores(this.widths, this.weights, this.intercepts)
  }

  get featureCount(): number {
    return this.widths.denseCount + this.widths.sparseCount
  }

  get sizeBytes(): number {
    return this.weights.byteLength + this.intercepts.byteLength + this.classes.reduce((sum, name) => sum + 2 * name.length, 0)
  }

  predictProbabilities(X: FeatureMatrix): Float64Array {
    return this.#scores.ofMatrix(X, this.classes.length, softmax)
  }

  predictRow(row: FeatureRow, out: Float64Array): void {
    if (out.length !== this.classes.length) expectEqual('length of the output, one a class', this.classes.length, out.length)
    this.#scores.ofRow(row, out)
    softmax(out)
  }

  toState(): ModelState {
    const { classes, widths } = this
    return {
      format: this.format,
      json: { classes: [...classes], denseCount: widths.denseCount, sparseCount: widths.sparseCount },
      tensors: {
        weights: { dtype: 'F32', shape: [this.featureCount, classes.length], data: this.weights.slice() },
        intercepts: { dtype: 'F64', shape: [classes.length], data: this.intercepts.slice() },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another kind */
  static load(kind: string, state: ModelState): FittedLinearBayes {
    const reader = new ModelStateReader(state, `${kind}/1`)
    const classes = reader.strings('classes', 2)
    const widths = reader.widths()
    return new FittedLinearBayes({
      kind,
      classes: [...classes],
      widths,
      weights: reader.tensor('weights', 'F32', [widths.denseCount + widths.sparseCount, classes.length]).slice(),
      intercepts: reader.tensor('intercepts', 'F64', [classes.length]).slice(),
    })
  }
}
