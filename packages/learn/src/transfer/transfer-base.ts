import { sha256 } from '@motadata/core'
import { loadClassifier } from '../catalog.js'
import type { FittedClassifier } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { type FeatureWidths, widthsOf } from '../input-check.js'
import { ModelStateReader } from '../model-state-reader.js'
import { hashState, type ModelState, type Tensor } from '../model-state.js'

const format = 'transfer-base/1'

/** A probability below this says no more than this one: its logarithm has to stay a number. */
const smallestProbability = 1e-9

/**
 * What was learned elsewhere, for many to start from: a classifier of other people's rows, or of other labels, and how far its scores
 * spread. A head learns from these scores beside the features themselves. One base serves any number of heads and is not changed by them.
 *
 * A score is the logarithm of a class's probability, less the mean of the row, divided by the spread: for a linear classifier, its margin.
 *
 * @example
 * const base = TransferBase.of(new LogisticRegression().fit(X, y), X)
 * const head = new TransferHead(base).fit(ownX, ownY)
 */
export class TransferBase {
  readonly classifier: FittedClassifier
  readonly widths: FeatureWidths
  /** Root of the mean square of all scores on the base's rows. */
  readonly spread: number
  readonly #probabilities: Float64Array
  #classifierHash: string | undefined

  private constructor(classifier: FittedClassifier, widths: FeatureWidths, spread: number, classifierHash?: string) {
    this.classifier = classifier
    this.widths = widths
    this.spread = spread
    this.#probabilities = new Float64Array(classifier.classes.length)
    this.#classifierHash = classifierHash
  }

  /** SHA-256 over everything that the classifier's probabilities depend on; worked out once. */
  get classifierHash(): string {
    return (this.#classifierHash ??= hashState(this.classifier.toState()))
  }

  /** Tells this base from any other: heads are loaded only onto the base that they were learned on. */
  get id(): string {
    return sha256(new TextEncoder().encode(`${this.classifierHash} ${this.spread}`))
  }

  /**
   * @param X - Rows to measure the spread of the scores on, such as those that the classifier learned from.
   * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`
   */
  static of(classifier: FittedClassifier, X: FeatureMatrix): TransferBase {
    const raw = new TransferBase(classifier, widthsOf(X), 1)
    const scores = raw.scores(X)
    let squares = 0
    for (const score of scores) squares += score * score
    return new TransferBase(classifier, raw.widths, Math.sqrt(squares / Math.max(1, scores.length)) || 1)
  }

  /** The same base on a classifier equal to its own, so that memory holds one of the two. */
  standingOn(classifier: FittedClassifier): TransferBase {
    return new TransferBase(classifier, this.widths, this.spread, this.classifierHash)
  }

  /** How many scores a row has: one a class of the base. */
  get scoreCount(): number {
    return this.classifier.classes.length
  }

  /** Bytes it keeps in memory: once, however many heads there are. */
  get sizeBytes(): number {
    return this.classifier.sizeBytes + this.#probabilities.byteLength
  }

  /** @returns shape (rows, scoreCount), row-major @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` */
  scores(X: FeatureMatrix): Float32Array {
    const probabilities = this.classifier.predictProbabilities(X)
    const scores = new Float32Array(probabilities.length)
    for (let start = 0; start < scores.length; start += this.scoreCount) this.#write(probabilities, start, scores, start)
    return scores
  }

  /** The features with the scores behind the dense ones: what a head learns from. @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` */
  withScores(X: FeatureMatrix): FeatureMatrix {
    const width = this.widths.denseCount
    const columnCount = width + this.scoreCount
    const values = new Float32Array(X.rowCount * columnCount)
    const scores = this.scores(X)
    for (let row = 0; row < X.rowCount; row++) {
      if (X.dense) values.set(X.dense.values.subarray(row * width, (row + 1) * width), row * columnCount)
      values.set(scores.subarray(row * this.scoreCount, (row + 1) * this.scoreCount), row * columnCount + width)
    }
    return { ...X, dense: { rowCount: X.rowCount, columnCount, values } }
  }

  /** The scores of one row, written into `out` from `start` on. Allocates nothing. @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` */
  writeScores(row: FeatureRow, out: Float32Array, start: number): void {
    this.classifier.predictRow(row, this.#probabilities)
    this.#write(this.#probabilities, 0, out, start)
  }

  /** Stored once, however many heads there are. */
  toState(): ModelState {
    const { format: classifierFormat, json, tensors } = this.classifier.toState()
    const spread: Tensor = { dtype: 'F64', shape: [1], data: Float64Array.of(this.spread) }
    return { format, json: { ...this.widths, classifier: { format: classifierFormat, json } }, tensors: { ...tensors, spread } }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): TransferBase {
    const reader = new ModelStateReader(state, format)
    const [spread] = reader.tensor('spread', 'F64', [1])
    if (!(spread > 0)) throw reader.fail('a spread above 0', `${spread}`)
    const widths = reader.widths()
    const classifier = loadClassifier({ ...reader.json('classifier', 'a format and JSON', isClassifier), tensors: state.tensors })
    const featureCount = widths.denseCount + widths.sparseCount
    if (classifier.featureCount !== featureCount) throw reader.fail(`a classifier of ${featureCount} features`, `one of ${classifier.featureCount}`)
    return new TransferBase(classifier, widths, spread)
  }

  #write(probabilities: Float64Array, from: number, out: Float32Array, start: number): void {
    const count = this.scoreCount
    let mean = 0
    for (let k = 0; k < count; k++) mean += Math.log(Math.max(probabilities[from + k], smallestProbability)) / count
    for (let k = 0; k < count; k++) {
      out[start + k] = (Math.log(Math.max(probabilities[from + k], smallestProbability)) - mean) / this.spread
    }
  }
}

const isClassifier = (value: unknown): value is { readonly format: string; readonly json: Record<string, unknown> } =>
  typeof value === 'object' && value !== null && typeof (value as { format: unknown }).format === 'string'
