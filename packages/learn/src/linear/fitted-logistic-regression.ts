import type { FittedClassifier } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { checkPredictionMatrix, checkPredictionRow, expectEqual, type FeatureWidths } from '../input-check.js'
import { isBoolean, ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'

const format = 'logistic-regression/1'
const nothing = { indices: new Uint32Array(0), values: new Float32Array(0) }

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

  constructor(parameters: LogisticRegressionParameters) {
    this.classes = parameters.classes
    this.widths = parameters.widths
    this.weights = parameters.weights
    this.intercepts = parameters.intercepts
    this.iterations = parameters.iterations
    this.converged = parameters.converged
  }

  get featureCount(): number {
    return this.widths.denseCount + this.widths.sparseCount
  }

  get sizeBytes(): number {
    return this.weights.byteLength + this.intercepts.byteLength + this.classes.reduce((sum, name) => sum + 2 * name.length, 0)
  }

  predictProbabilities(X: FeatureMatrix): Float64Array {
    checkPredictionMatrix(X, this.widths)
    const classCount = this.classes.length
    const width = this.widths.denseCount
    const probabilities = new Float64Array(X.rowCount * classCount)
    const dense = X.dense?.values ?? nothing.values
    const indices = X.sparse?.columnIndices ?? nothing.indices
    const values = X.sparse?.values ?? nothing.values
    for (let row = 0; row < X.rowCount; row++) {
      const out = probabilities.subarray(row * classCount, (row + 1) * classCount)
      this.#predict(dense, row * width, indices, values, X.sparse?.rowPointers[row] ?? 0, X.sparse?.rowPointers[row + 1] ?? 0, out)
    }
    return probabilities
  }

  predictRow(row: FeatureRow, out: Float64Array): void {
    checkPredictionRow(row, this.widths)
    if (out.length !== this.classes.length) expectEqual('length of the output, one a class', this.classes.length, out.length)
    this.#predict(row.dense, 0, row.sparseIndices, row.sparseValues, 0, row.sparseCount, out)
  }

  #predict(
    dense: Float32Array, denseStart: number,
    indices: Uint32Array, values: Float32Array, start: number, end: number,
    out: Float64Array,
  ): void {
    const { weights, intercepts } = this
    const outputs = intercepts.length
    const width = this.widths.denseCount
    for (let k = 0; k < outputs; k++) out[k] = intercepts[k]
    for (let c = 0; c < width; c++) {
      const x = dense[denseStart + c]
      for (let k = 0, at = c * outputs; k < outputs; k++) out[k] += x * weights[at + k]
    }
    for (let i = start; i < end; i++) {
      const x = values[i]
      for (let k = 0, at = (width + indices[i]) * outputs; k < outputs; k++) out[k] += x * weights[at + k]
    }
    if (outputs === 1) logistic(out)
    else softmax(out)
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

/** Probabilities of two classes from the margin of the second, which stands in the first place. */
function logistic(out: Float64Array): void {
  const margin = out[0]
  const small = Math.exp(-Math.abs(margin))
  const larger = 1 / (1 + small)
  out[0] = margin > 0 ? small * larger : larger
  out[1] = margin > 0 ? larger : small * larger
}

function softmax(out: Float64Array): void {
  let largest = out[0]
  for (let k = 1; k < out.length; k++) if (out[k] > largest) largest = out[k]
  let sum = 0
  for (let k = 0; k < out.length; k++) sum += out[k] = Math.exp(out[k] - largest)
  const scale = 1 / sum
  for (let k = 0; k < out.length; k++) out[k] *= scale
}
