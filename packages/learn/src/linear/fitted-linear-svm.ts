import type { FittedClassifier } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { expectEqual, type FeatureWidths } from '../input-check.js'
import { isBoolean, ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { outputsFor } from './fitted-logistic-regression.js'
import { LinearScores } from './linear-scores.js'
import { softmax } from './softmax.js'

const format = 'linear-svm/1'

export interface LinearSVMParameters {
  readonly classes: readonly string[]
  readonly widths: FeatureWidths
  /** shape (features, outputs), outputs being 1 for two classes */
  readonly weights: Float32Array
  /** shape (outputs,) */
  readonly intercepts: Float64Array
  /** Above 0; scores are divided by it on the way to probabilities. */
  readonly temperature: number
  readonly iterations: number
  readonly converged: boolean
}

/** Scores of classes by linear margins, and probabilities as their softmax over a temperature. */
export class FittedLinearSVM implements FittedClassifier {
  readonly format = format
  readonly classes: readonly string[]
  readonly widths: FeatureWidths
  /** shape (features, outputs), row-major: how a feature speaks for each class. */
  readonly weights: Float32Array
  /** shape (outputs,) */
  readonly intercepts: Float64Array
  readonly temperature: number
  /** How many passes the fit took, and whether it came to the tolerance within them. */
  readonly iterations: number
  readonly converged: boolean
  readonly #scores: LinearScores

  constructor(parameters: LinearSVMParameters) {
    this.classes = parameters.classes
    this.widths = parameters.widths
    this.weights = parameters.weights
    this.intercepts = parameters.intercepts
    this.temperature = parameters.temperature
    this.iterations = parameters.iterations
    this.converged = parameters.converged
    this.#scores = new LinearScores(this.widths, this.weights, this.intercepts)
  }

  get featureCount(): number {
    return this.widths.denseCount + this.widths.sparseCount
  }

  get sizeBytes(): number {
    return this.weights.byteLength + this.intercepts.byteLength + this.classes.reduce((sum, name) => sum + 2 * name.length, 8)
  }

  /** Distances to each class's boundary, in margins; of two classes, one is the other's negative. */
  decisionScores(X: FeatureMatrix): Float64Array {
    return this.#scores.ofMatrix(X, this.classes.length, (line) => this.#mirror(line))
  }

  predictProbabilities(X: FeatureMatrix): Float64Array {
    return this.#scores.ofMatrix(X, this.classes.length, (line) => this.#finish(line))
  }

  predictRow(row: FeatureRow, out: Float64Array): void {
    if (out.length !== this.classes.length) expectEqual('length of the output, one a class', this.classes.length, out.length)
    this.#scores.ofRow(row, out)
    this.#finish(out)
  }

  #finish(scores: Float64Array): void {
    this.#mirror(scores)
    for (let k = 0; k < scores.length; k++) scores[k] /= this.temperature
    softmax(scores)
  }

  #mirror(scores: Float64Array): void {
    if (this.intercepts.length > 1) return
    scores[1] = scores[0]
    scores[0] = -scores[1]
  }

  toState(): ModelState {
    const { classes, widths, temperature, iterations, converged } = this
    return {
      format,
      json: { classes: [...classes], denseCount: widths.denseCount, sparseCount: widths.sparseCount, iterations, converged },
      tensors: {
        weights: { dtype: 'F32', shape: [this.featureCount, this.intercepts.length], data: this.weights.slice() },
        intercepts: { dtype: 'F64', shape: [this.intercepts.length], data: this.intercepts.slice() },
        temperature: { dtype: 'F64', shape: [1], data: Float64Array.of(temperature) },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedLinearSVM {
    const reader = new ModelStateReader(state, format)
    const classes = reader.strings('classes', 2)
    const widths = reader.widths()
    const outputs = outputsFor(classes.length)
    const [temperature] = reader.tensor('temperature', 'F64', [1])
    if (!(temperature > 0)) throw reader.fail('a temperature above 0', `${temperature}`)
    return new FittedLinearSVM({
      classes: [...classes],
      widths,
      weights: reader.tensor('weights', 'F32', [widths.denseCount + widths.sparseCount, outputs]).slice(),
      intercepts: reader.tensor('intercepts', 'F64', [outputs]).slice(),
      temperature,
      iterations: reader.wholeNumber('iterations', 0, 2 ** 32 - 1),
      converged: reader.json('converged', 'true or false', isBoolean),
    })
  }
}
