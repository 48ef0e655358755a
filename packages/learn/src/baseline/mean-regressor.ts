import type { FitOptions, FittedRegressor, RegressorEstimator } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import {
  checkFinite, checkPredictionMatrix, checkPredictionRow, checkTrainingMatrix, expectEqual, type FeatureWidths, sampleWeightsOf,
  throwIfAborted, widthsOf,
} from '../input-check.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'

const format = 'mean-regressor/1'

export const meanRegressorSchema = {} as const satisfies HyperparameterSchema

/** Predicts the mean of training for every row: what any model has to beat. */
export class MeanRegressor implements RegressorEstimator {
  readonly kind = 'mean-regressor'
  readonly acceptsMissing = true
  readonly hyperparameters = {}

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    resolveHyperparameters('mean-regressor', meanRegressorSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: Float64Array, options: FitOptions = {}): FittedMeanRegressor {
    throwIfAborted(options.signal)
    checkTrainingMatrix(X, this.acceptsMissing)
    expectEqual('targets, one a row', X.rowCount, y.length)
    checkFinite(y, (row) => `the target of row ${row}`)
    const weights = sampleWeightsOf(options, X.rowCount)
    let total = 0
    let mean = 0
    for (let row = 0; row < y.length; row++) {
      if (weights[row] === 0) continue
      total += weights[row]
      mean += (weights[row] / total) * (y[row] - mean)
    }
    options.onProgress?.(1)
    return new FittedMeanRegressor(widthsOf(X), mean)
  }
}

/** One number, whatever the row. */
export class FittedMeanRegressor implements FittedRegressor {
  readonly format = format
  readonly sizeBytes = 8
  readonly widths: FeatureWidths
  readonly #mean: number

  constructor(widths: FeatureWidths, mean: number) {
    this.widths = widths
    this.#mean = mean
  }

  get featureCount(): number {
    return this.widths.denseCount + this.widths.sparseCount
  }

  predict(X: FeatureMatrix): Float64Array {
    checkPredictionMatrix(X, this.widths, true)
    return new Float64Array(X.rowCount).fill(this.#mean)
  }

  predictRow(row: FeatureRow): number {
    checkPredictionRow(row, this.widths, true)
    return this.#mean
  }

  toState(): ModelState {
    return {
      format,
      json: { denseCount: this.widths.denseCount, sparseCount: this.widths.sparseCount },
      tensors: { mean: { dtype: 'F64', shape: [1], data: Float64Array.of(this.#mean) } },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedMeanRegressor {
    const reader = new ModelStateReader(state, format)
    return new FittedMeanRegressor(reader.widths(), reader.tensor('mean', 'F64', [1])[0])
  }
}
