import type { FitOptions, FittedRegressor, RegressorEstimator } from '../estimator.js'
import { type FeatureMatrix, selectMatrixRows } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { resolveHyperparameters } from '../hyperparameters.js'
import { checkFinite, checkTrainingMatrix, expectEqual, expectFeatures, sampleWeightsOf, throwIfAborted, widthsOf } from '../input-check.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import type { NearestNeighboursHyperparameters } from './nearest-neighbours-classifier.js'
import { neighbourSchema } from './neighbour-hyperparameters.js'
import { NeighbourSearch, neighbourWeight } from './neighbour-search.js'
import { readNeighbourSettings } from './read-neighbour-settings.js'
import { RowStore } from './row-store.js'

const format = 'nearest-neighbours-regressor/1'

export const nearestNeighboursRegressorSchema = neighbourSchema

/**
 * The mean of the nearest rows of training, as with scikit-learn's `KNeighborsRegressor`; exact, as `NearestNeighboursClassifier` is.
 *
 * Where we differ: by cosine, a row that has nothing in common with any row (an empty text) gets the mean of training.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * new NearestNeighboursRegressor({ count: 15 }).fit({ rowCount, sparse: tfidf }, hours)
 */
export class NearestNeighboursRegressor implements RegressorEstimator {
  readonly kind = 'nearest-neighbours-regressor'
  readonly acceptsMissing = false
  readonly hyperparameters: NearestNeighboursHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('nearest-neighbours-regressor', neighbourSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: Float64Array, options: FitOptions = {}): FittedNearestNeighboursRegressor {
    throwIfAborted(options.signal)
    checkTrainingMatrix(X)
    expectFeatures(X)
    expectEqual('targets, one a row', X.rowCount, y.length)
    checkFinite(y, (row) => `the target of row ${row}`)
    const weights = sampleWeightsOf(options, X.rowCount)
    const rows = Uint32Array.from(weights.keys()).filter((row) => weights[row] > 0)
    const store = new RowStore(widthsOf(X))
    store.append(selectMatrixRows(X, rows))
    options.onProgress?.(1)
    return new FittedNearestNeighboursRegressor(
      store, this.hyperparameters, Float64Array.from(rows, (row) => y[row]), Float64Array.from(rows, (row) => weights[row]),
    )
  }
}

/** The rows of training with their numbers. Not for two predictions at once: they share buffers. */
export class FittedNearestNeighboursRegressor implements FittedRegressor {
  readonly format = format
  readonly hyperparameters: NearestNeighboursHyperparameters
  readonly #store: RowStore
  readonly #targets: Float64Array
  readonly #rowWeights: Float64Array
  readonly #mean: number
  readonly #search: NeighbourSearch

  constructor(store: RowStore, hyperparameters: NearestNeighboursHyperparameters, targets: Float64Array, rowWeights: Float64Array) {
    this.hyperparameters = hyperparameters
    this.#store = store
    this.#targets = targets
    this.#rowWeights = rowWeights
    const total = rowWeights.reduce((sum, weight) => sum + weight, 0)
    this.#mean = targets.reduce((sum, target, row) => sum + (rowWeights[row] / total) * target, 0)
    this.#search = new NeighbourSearch(store, hyperparameters.metric, hyperparameters.count)
  }

  get featureCount(): number {
    return this.#store.widths.denseCount + this.#store.widths.sparseCount
  }

  get sizeBytes(): number {
    return this.#store.sizeBytes + this.#search.sizeBytes + this.#targets.byteLength + this.#rowWeights.byteLength
  }

  predict(X: FeatureMatrix): Float64Array {
    const numbers = new Float64Array(X.rowCount)
    this.#search.eachOf(X, (row) => (numbers[row] = this.#average()))
    return numbers
  }

  predictRow(row: FeatureRow): number {
    this.#search.of(row)
    return this.#average()
  }

  #average(): number {
    const search = this.#search
    if (search.isEmpty) return this.#mean
    let total = 0
    let mean = 0
    for (let place = 0; place < search.best.count; place++) {
      const row = search.best.row(place)
      const weight = this.#rowWeights[row] * neighbourWeight(search, place, this.hyperparameters.weights)
      if (weight === 0) continue
      total += weight
      mean += (weight / total) * (this.#targets[row] - mean)
    }
    return mean
  }

  toState(): ModelState {
    const { widths, rowCount } = this.#store
    return {
      format,
      json: { denseCount: widths.denseCount, sparseCount: widths.sparseCount, ...this.hyperparameters },
      tensors: {
        ...this.#store.toTensors(),
        targets: { dtype: 'F64', shape: [rowCount], data: this.#targets.slice() },
        rowWeights: { dtype: 'F64', shape: [rowCount], data: this.#rowWeights.slice() },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedNearestNeighboursRegressor {
    const reader = new ModelStateReader(state, format)
    const { hyperparameters, rowWeights, store } = readNeighbourSettings(reader)
    return new FittedNearestNeighboursRegressor(store, hyperparameters, reader.tensor('targets', 'F64', [rowWeights.length]).slice(), rowWeights)
  }
}
