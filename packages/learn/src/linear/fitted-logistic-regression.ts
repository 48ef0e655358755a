import type { FittedClassifier } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { expectEqual, type FeatureWidths } from '../input-check.js'
import { isBoolean, ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { LinearScores } from './linear-scores.js'
import { logistic, softmax } from './softmax.js'

const format = 'logistic-regression/1'

/** One margin tells two classes apart; more classes have one each. */
export const outputsFor = (classCount: number): number => (classCount === 2 ? 1 : classCount)

export interface LogisticRegressionParameters {
  readonly classes: readonly string[]
  readonly widths: FeatureWidths
  /** shape (features, outputs), outputs being 1 for two classes */
  readonly weights: Float32Array
  /** shape (outputs,) */
  readonly intercepts: Float64Array
  readonly iterations: number
  readonly converged: boolean
}

/** Class probabilities as the softmax of linear margins; of one margin, by the logistic function, for two classes. */
export class FittedLogisticRegression implements FittedClassifier {
  readonly format = format
  readonly classes: readonly string[]
  readonly widths: FeatureWidths
  /** shape (features, outputs), row-major: how a feature speaks for each class. */
  readonly weights: Float32Array
  /** shape (outputs,) */
  readonly intercepts: Float64Array
  /** How many iterations the fit took, and whether it came to the tolerance within them. */
  readonly iterations: number
  readonly converged: boolean
  readonly #scores: LinearScores
  readonly #finish: (scores: Float64Array) => void

  constructor(parameters: LogisticRegressionParameters) {
    this.classes = parameters.classes
    this.widths = parameters.widths
    this.weights = parameters.weights
    this.intercepts = parameters.intercepts
    this.iterations = parameters.iterations
    this.converged = parameters.converged
    this.#scores = new LinearScores(this.widths, this.weights, this.intercepts)
    this.#finish = this.intercepts.length === 1 ? logistic : softmax
  }

  get featureCount(): number {
    return this.widths.denseCount + this.widths.sparseCount
  }

  get sizeBytes(): number {
    return this.weights.byteLength + this.intercepts.byteLength + this.classes.reduce((sum, name) => sum + 2 * name.length, 0)
  }

  predictProbabilities(X: FeatureMatrix): Float64Array {
    return this.#scores.ofMatrix(X, this.classes.length, this.#finish)
  }

  predictRow(row: FeatureRow, out: Float64Array): void {
    if (out.length !== this.classes.length) expectEqual('length of the output, one a class', this.classes.length, out.length)
    this.#scores.ofRow(row, out)
    this.#finish(out)
  }

  toState(): ModelState {
    const { classes, widths, iterations, converged } = this
    return {
      format,
      json: { classes: [...classes], denseCount: widths.denseCount, sparseCount: widths.sparseCount, iterations, converged },
      tensors: {
        weights: { dtype: 'F32', shape: [this.featureCount, this.intercepts.length], data: this.weights.slice() },
        intercepts: { dtype: 'F64', shape: [this.intercepts.length], data: this.intercepts.slice() },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedLogisticRegression {
    const reader = new ModelStateReader(state, format)
    const classes = reader.strings('classes', 2)
    const widths = reader.widths()
    const outputs = outputsFor(classes.length)
    return new FittedLogisticRegression({
      classes: [...classes],
      widths,
      weights: reader.tensor('weights', 'F32', [widths.denseCount + widths.sparseCount, outputs]).slice(),
      intercepts: reader.tensor('intercepts', 'F64', [outputs]).slice(),
      iterations: reader.wholeNumber('iterations', 0, 2 ** 32 - 1),
      converged: reader.json('converged', 'true or false', isBoolean),
    })
  }
}
