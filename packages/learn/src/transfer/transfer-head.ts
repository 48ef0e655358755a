import { MLError } from '@motadata/core'
import type { ClassificationTarget, FitOptions, FittedClassifier } from '../estimator.js'
import type { LinearTerms } from '../explanation/linear-explanation.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { checkPredictionMatrix, checkPredictionRow, checkTrainingMatrix } from '../input-check.js'
import { FittedLogisticRegression } from '../linear/fitted-logistic-regression.js'
import { LogisticRegression } from '../linear/logistic-regression.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { composeTerms } from './composed-terms.js'
import type { TransferBase } from './transfer-base.js'

const format = 'transfer-head/1'

/**
 * Learns classes from few rows on top of a {@link TransferBase}: a logistic regression of the base's scores beside the features
 * themselves. Where the scores tell the classes, few rows suffice to see it; where they do not, the features decide as without a base.
 *
 * @param hyperparameters - Those of the logistic regression.
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @see Wolpert (1992), "Stacked generalization"; the base's scores are of rows that it did not learn from.
 * @example
 * const fitted = new TransferHead(base, { C: 3 }).fit(X, { classes: ['hardware', 'network'], codes })
 */
export class TransferHead {
  readonly #base: TransferBase
  readonly #estimator: LogisticRegression

  constructor(base: TransferBase, hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.#base = base
    this.#estimator = new LogisticRegression(hyperparameters)
  }

  /**
   * Learns from features as the base has them.
   *
   * @throws MLError `SHAPE_MISMATCH` for features of other widths than the base's, and what `LogisticRegression.fit` throws
   */
  fit(X: FeatureMatrix, y: ClassificationTarget, options: Omit<FitOptions, 'startFrom'> = {}): FittedTransferHead {
    checkTrainingMatrix(X)
    checkPredictionMatrix(X, this.#base.widths)
    return new FittedTransferHead(this.#base, this.#estimator.fit(this.#base.withScores(X), y, options))
  }
}

/** A head and the base that it stands on. Its state holds the head alone. */
export class FittedTransferHead implements FittedClassifier {
  readonly format = format
  readonly base: TransferBase
  readonly #head: FittedLogisticRegression
  /** The given row with the scores behind its dense part; its sparse buffers are the given row's. */
  readonly #row: { dense: Float32Array; sparseCount: number; sparseIndices: Uint32Array; sparseValues: Float32Array }

  constructor(base: TransferBase, head: FittedLogisticRegression) {
    this.base = base
    this.#head = head
    const nothing = { sparseIndices: new Uint32Array(0), sparseValues: new Float32Array(0) }
    this.#row = { dense: new Float32Array(base.widths.denseCount + base.scoreCount), sparseCount: 0, ...nothing }
  }

  /**
   * A head out of a logistic regression that was fitted to the base's features and scores, as `withScores` gives them.
   *
   * @throws MLError `SHAPE_MISMATCH` when it was fitted to something else
   */
  static onto(base: TransferBase, head: FittedClassifier): FittedTransferHead {
    const expected = base.widths.denseCount + base.widths.sparseCount + base.scoreCount
    if (!(head instanceof FittedLogisticRegression) || head.featureCount !== expected) {
      throw new MLError('SHAPE_MISMATCH', `Expected a logistic regression of the base's ${expected} features and scores, got a model of ${head.featureCount} features.`)
    }
    return new FittedTransferHead(base, head)
  }

  get classes(): readonly string[] {
    return this.#head.classes
  }

  get featureCount(): number {
    return this.base.widths.denseCount + this.base.widths.sparseCount
  }

  /** The same head on a classifier equal to its base's; see {@link TransferBase.standingOn}. */
  standingOn(classifier: FittedClassifier): FittedTransferHead {
    return new FittedTransferHead(this.base.standingOn(classifier), this.#head)
  }

  /** The same model as one of the features alone, to explain it with; undefined on a base that is no logistic regression. */
  linearTerms(): LinearTerms | undefined {
    const { classifier } = this.base
    return classifier instanceof FittedLogisticRegression ? composeTerms(this.base, classifier, this.#head) : undefined
  }

  /** Bytes of the head; the base is counted once, by itself. */
  get sizeBytes(): number {
    return this.#head.sizeBytes + this.#row.dense.byteLength
  }

  predictProbabilities(X: FeatureMatrix): Float64Array {
    checkPredictionMatrix(X, this.base.widths)
    return this.#head.predictProbabilities(this.base.withScores(X))
  }

  predictRow(row: FeatureRow, out: Float64Array): void {
    checkPredictionRow(row, this.base.widths)
    const own = this.#row
    own.dense.set(row.dense)
    this.base.writeScores(row, own.dense, row.dense.length)
    own.sparseCount = row.sparseCount
    own.sparseIndices = row.sparseIndices
    own.sparseValues = row.sparseValues
    this.#head.predictRow(own, out)
  }

  /** The head's numbers and the id of its base. */
  toState(): ModelState {
    const { format: headFormat, json, tensors } = this.#head.toState()
    return { format, json: { base: this.base.id, head: { format: headFormat, json } }, tensors }
  }

  /**
   * @param base - The base that it was learned on; whoever stores heads stores it once.
   * @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged, of another format, or of a head on another base
   */
  static load(state: ModelState, base: TransferBase): FittedTransferHead {
    const reader = new ModelStateReader(state, format)
    const id = reader.json('base', 'the id of a base', isText)
    if (id !== base.id) throw reader.fail(`a head on the base ${base.id.slice(0, 12)}`, `one on ${id.slice(0, 12)}`)
    const head = FittedLogisticRegression.load({ ...reader.json('head', 'a format and JSON', isHead), tensors: state.tensors })
    const { denseCount, sparseCount } = head.widths
    if (denseCount !== base.widths.denseCount + base.scoreCount || sparseCount !== base.widths.sparseCount) {
      throw reader.fail('as many features as the base has and scores', `${denseCount} dense and ${sparseCount} sparse ones`)
    }
    return new FittedTransferHead(base, head)
  }
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isHead = (value: unknown): value is { readonly format: string; readonly json: Record<string, unknown> } =>
  typeof value === 'object' && value !== null && typeof (value as { format: unknown }).format === 'string'

