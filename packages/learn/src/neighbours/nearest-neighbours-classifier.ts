import type { ClassificationTarget, ClassifierEstimator, FitOptions, FittedClassifier } from '../estimator.js'
import { type FeatureMatrix, selectMatrixRows } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { type Hyperparameters, resolveHyperparameters } from '../hyperparameters.js'
import {
  checkClassificationTarget, checkTrainingMatrix, classifierWeights, expectEqual, expectFeatures, throwIfAborted, widthsOf,
} from '../input-check.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { neighbourSchema } from './neighbour-hyperparameters.js'
import { NeighbourSearch, neighbourWeight } from './neighbour-search.js'
import { readNeighbourSettings } from './read-neighbour-settings.js'
import { RowStore } from './row-store.js'

const format = 'nearest-neighbours-classifier/1'

export const nearestNeighboursClassifierSchema = neighbourSchema

export type NearestNeighboursHyperparameters = Hyperparameters<typeof neighbourSchema>

/**
 * Asks the nearest rows of training what class they have: their shares are the probabilities, as with scikit-learn's
 * `KNeighborsClassifier`. Exact: all rows are compared, sparse ones through an inverted index. Of equally near rows the earlier count;
 * rows without weight are left out, others vote with it.
 *
 * Cost of a prediction: the rows' values in the columns of the row (sparse), or all (dense). The rows are kept in the model.
 *
 * Where we differ: by cosine, a row that has nothing in common with any row (an empty text) gets the class shares of training.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @see Cover and Hart (1967), "Nearest neighbor pattern classification".
 * @example
 * new NearestNeighboursClassifier({ count: 15, weights: 'distance' }).fit({ rowCount, sparse: tfidf }, y)
 */
export class NearestNeighboursClassifier implements ClassifierEstimator {
  readonly kind = 'nearest-neighbours-classifier'
  readonly acceptsMissing = false
  readonly hyperparameters: NearestNeighboursHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('nearest-neighbours-classifier', neighbourSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: ClassificationTarget, options: FitOptions = {}): FittedNearestNeighboursClassifier {
    throwIfAborted(options.signal)
    checkTrainingMatrix(X)
    checkClassificationTarget(y, X.rowCount)
    expectFeatures(X)
    const weights = classifierWeights(y, options)
    const rows = Uint32Array.from(weights.keys()).filter((row) => weights[row] > 0)
    const store = new RowStore(widthsOf(X))
    store.append(selectMatrixRows(X, rows))
    options.onProgress?.(1)
    return new FittedNearestNeighboursClassifier(
      [...y.classes], store, this.hyperparameters, Int32Array.from(rows, (row) => y.codes[row]), Float64Array.from(rows, (row) => weights[row]),
    )
  }
}

/** The rows of training with their classes. Not for two predictions at once: they share buffers. */
export class FittedNearestNeighboursClassifier implements FittedClassifier {
  readonly format = format
  readonly classes: readonly string[]
  readonly hyperparameters: NearestNeighboursHyperparameters
  readonly #store: RowStore
  readonly #codes: Int32Array
  readonly #rowWeights: Float64Array
  readonly #shares: Float64Array
  readonly #search: NeighbourSearch

  constructor(classes: readonly string[], store: RowStore, hyperparameters: NearestNeighboursHyperparameters, codes: Int32Array, rowWeights: Float64Array) {
    this.classes = classes
    this.hyperparameters = hyperparameters
    this.#store = store
    this.#codes = codes
    this.#rowWeights = rowWeights
    this.#shares = new Float64Array(classes.length)
    codes.forEach((code, row) => (this.#shares[code] += rowWeights[row]))
    normalise(this.#shares)
    this.#search = new NeighbourSearch(store, hyperparameters.metric, hyperparameters.count)
  }

  get featureCount(): number {
    return this.#store.widths.denseCount + this.#store.widths.sparseCount
  }

  get sizeBytes(): number {
    return this.#store.sizeBytes + this.#search.sizeBytes + this.#codes.byteLength + this.#rowWeights.byteLength +
      this.classes.reduce((sum, name) => sum + 2 * name.length, 8 * this.classes.length)
  }

  predictProbabilities(X: FeatureMatrix): Float64Array {
    const probabilities = new Float64Array(X.rowCount * this.classes.length)
    this.#search.eachOf(X, (row) => this.#vote(probabilities.subarray(row * this.classes.length, (row + 1) * this.classes.length)))
    return probabilities
  }

  predictRow(row: FeatureRow, out: Float64Array): void {
    if (out.length !== this.classes.length) expectEqual('length of the output, one a class', this.classes.length, out.length)
    this.#search.of(row)
    this.#vote(out)
  }

  #vote(out: Float64Array): void {
    const search = this.#search
    if (search.isEmpty) {
      out.set(this.#shares)
      return
    }
    out.fill(0)
    for (let place = 0; place < search.best.count; place++) {
      const row = search.best.row(place)
      out[this.#codes[row]] += this.#rowWeights[row] * neighbourWeight(search, place, this.hyperparameters.weights)
    }
    normalise(out)
  }

  toState(): ModelState {
    const { widths, rowCount } = this.#store
    return {
      format,
      json: { classes: [...this.classes], denseCount: widths.denseCount, sparseCount: widths.sparseCount, ...this.hyperparameters },
      tensors: {
        ...this.#store.toTensors(),
        codes: { dtype: 'I32', shape: [rowCount], data: this.#codes.slice() },
        rowWeights: { dtype: 'F64', shape: [rowCount], data: this.#rowWeights.slice() },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedNearestNeighboursClassifier {
    const reader = new ModelStateReader(state, format)
    const classes = reader.strings('classes', 2)
    const { hyperparameters, rowWeights, store } = readNeighbourSettings(reader)
    const codes = reader.tensor('codes', 'I32', [rowWeights.length])
    const beyond = codes.find((code) => code < 0 || code >= classes.length)
    if (beyond !== undefined) throw reader.fail(`class codes below ${classes.length}`, `${beyond}`)
    return new FittedNearestNeighboursClassifier([...classes], store, hyperparameters, codes.slice(), rowWeights)
  }
}

/** Divides by the sum. */
function normalise(numbers: Float64Array): void {
  let sum = 0
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]
  for (let i = 0; i < numbers.length; i++) numbers[i] /= sum
}
