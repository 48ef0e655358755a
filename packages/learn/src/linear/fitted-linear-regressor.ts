import type { FittedRegressor } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { checkPredictionMatrix, checkPredictionRow, type FeatureWidths } from '../input-check.js'
import { isBoolean, ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { largestLogMean } from './regression-loss.js'

const nothing = { indices: new Uint32Array(0), values: new Float32Array(0) }
/** Kinds whose margin is the logarithm of what they predict. */
const logLinked: readonly string[] = ['poisson-regression']

export interface LinearRegressorParameters {
  /** Of the estimator that learned it. */
  readonly kind: string
  readonly widths: FeatureWidths
  /** shape (features,) */
  readonly weights: Float64Array
  /** shape (1,) */
  readonly intercepts: Float64Array
  readonly iterations: number
  readonly converged: boolean
}

/** A number as intercept + Σ weight · feature, or as exp of that where the mean is modelled by its logarithm. */
export class FittedLinearRegressor implements FittedRegressor {
  readonly format: string
  readonly kind: string
  readonly widths: FeatureWidths
  /** shape (features,): what a unit of a feature adds to the prediction, or to its logarithm. */
  readonly weights: Float64Array
  /** shape (1,) */
  readonly intercepts: Float64Array
  /** How many iterations the fit took, and whether it came to the tolerance within them. */
  readonly iterations: number
  readonly converged: boolean
  readonly #isLog: boolean

  constructor(parameters: LinearRegressorParameters) {
    this.kind = parameters.kind
    this.format = `${parameters.kind}/1`
    this.widths = parameters.widths
    this.weights = parameters.weights
    this.intercepts = parameters.intercepts
    this.iterations = parameters.iterations
    this.converged = parameters.converged
    this.#isLog = logLinked.includes(parameters.kind)
  }

  get featureCount(): number {
    return this.weights.length
  }

  get sizeBytes(): number {
    return this.weights.byteLength + this.intercepts.byteLength
  }

  predict(X: FeatureMatrix): Float64Array {
    checkPredictionMatrix(X, this.widths)
    const width = this.widths.denseCount
    const dense = X.dense?.values ?? nothing.values
    const indices = X.sparse?.columnIndices ?? nothing.indices
    const values = X.sparse?.values ?? nothing.values
    const numbers = new Float64Array(X.rowCount)
    for (let row = 0; row < X.rowCount; row++) {
      numbers[row] = this.#predict(dense, row * width, indices, values, X.sparse?.rowPointers[row] ?? 0, X.sparse?.rowPointers[row + 1] ?? 0)
    }
    return numbers
  }

  predictRow(row: FeatureRow): number {
    checkPredictionRow(row, this.widths)
    return this.#predict(row.dense, 0, row.sparseIndices, row.sparseValues, 0, row.sparseCount)
  }

  #predict(dense: Float32Array, denseStart: number, indices: Uint32Array, values: Float32Array, start: number, end: number): number {
    const { weights } = this
    const width = this.widths.denseCount
    let margin = this.intercepts[0]
    for (let c = 0; c < width; c++) margin += dense[denseStart + c] * weights[c]
    for (let i = start; i < end; i++) margin += values[i] * weights[width + indices[i]]
    return this.#isLog ? Math.exp(Math.min(margin, largestLogMean)) : margin
  }

  toState(): ModelState {
    const { widths, iterations, converged } = this
    return {
      format: this.format,
      json: { denseCount: widths.denseCount, sparseCount: widths.sparseCount, iterations, converged },
      tensors: {
        weights: { dtype: 'F64', shape: [this.weights.length], data: this.weights.slice() },
        intercepts: { dtype: 'F64', shape: [1], data: this.intercepts.slice() },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another kind */
  static load(kind: string, state: ModelState): FittedLinearRegressor {
    const reader = new ModelStateReader(state, `${kind}/1`)
    const widths = reader.widths()
    return new FittedLinearRegressor({
      kind,
      widths,
      weights: reader.tensor('weights', 'F64', [widths.denseCount + widths.sparseCount]).slice(),
      intercepts: reader.tensor('intercepts', 'F64', [1]).slice(),
      iterations: reader.wholeNumber('iterations', 0, 2 ** 32 - 1),
      converged: reader.json('converged', 'true or false', isBoolean),
    })
  }
}
