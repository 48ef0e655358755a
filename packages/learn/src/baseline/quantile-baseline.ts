import type { FitOptions, FittedRegressor, RegressorEstimator } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import {
  checkFinite, checkPredictionMatrix, checkPredictionRow, checkTrainingMatrix, expectEqual, type FeatureWidths, sampleWeightsOf,
  throwIfAborted, widthsOf,
} from '../input-check.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { weightedQuantile } from '../statistics/weighted-quantile.js'

const format = 'quantile-baseline/1'

export const quantileBaselineSchema = {
  quantile: {
    type: 'number', default: 0.5, minimum: 0, maximum: 1,
    description: 'Share of the weight of the rows that lies below the number; 0.5 is the median.',
  },
} as const satisfies HyperparameterSchema

export type QuantileBaselineHyperparameters = Hyperparameters<typeof quantileBaselineSchema>

/**
 * Predicts the median of training, or another quantile, for every row: what a model of the absolute error, or of that quantile, has to
 * beat. As scikit-learn's `DummyRegressor(strategy='quantile')`.
 *
 * Where we differ: a quantile between two values is their mean, so that a row of weight 2 is two rows; scikit-learn interpolates.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 */
export class QuantileBaseline implements RegressorEstimator {
  readonly kind = 'quantile-baseline'
  readonly acceptsMissing = true
  readonly hyperparameters: QuantileBaselineHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('quantile-baseline', quantileBaselineSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: Float64Array, options: FitOptions = {}): FittedQuantileBaseline {
    throwIfAborted(options.signal)
    checkTrainingMatrix(X, this.acceptsMissing)
    expectEqual('targets, one a row', X.rowCount, y.length)
    checkFinite(y, (row) => `the target of row ${row}`)
    const value = weightedQuantile(y, sampleWeightsOf(options, X.rowCount), this.hyperparameters.quantile)
    options.onProgress?.(1)
    return new FittedQuantileBaseline(widthsOf(X), value)
  }
}

/** One number, whatever the row. */
export class FittedQuantileBaseline implements FittedRegressor {
  readonly format = format
  readonly sizeBytes = 8
  readonly widths: FeatureWidths
  readonly #value: number

  constructor(widths: FeatureWidths, value: number) {
    this.widths = widths
    this.#value = value
  }

  get featureCount(): number {
    return this.widths.denseCount + this.widths.sparseCount
  }

  predict(X: FeatureMatrix): Float64Array {
    checkPredictionMatrix(X, this.widths, true)
    return new Float64Array(X.rowCount).fill(this.#value)
  }

  predictRow(row: FeatureRow): number {
    checkPredictionRow(row, this.widths, true)
    return this.#value
  }

  toState(): ModelState {
    return {
      format,
      json: { denseCount: this.widths.denseCount, sparseCount: this.widths.sparseCount },
      tensors: { value: { dtype: 'F64', shape: [1], data: Float64Array.of(this.#value) } },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedQuantileBaseline {
    const reader = new ModelStateReader(state, format)
    return new FittedQuantileBaseline(reader.widths(), reader.tensor('value', 'F64', [1])[0])
  }
}
