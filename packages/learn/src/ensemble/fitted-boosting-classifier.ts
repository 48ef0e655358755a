import type { FittedClassifier, PredictOptions } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { checkPredictionMatrix, checkPredictionRow, expectEqual, type FeatureWidths } from '../input-check.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import type { TreeEnsemble } from '../tree/tree-ensemble.js'
import type { TreeScores } from '../tree/tree-scores.js'
import { scoreRows } from './boosting/batch-scores.js'
import { readBoosting, storeBoosting } from './boosting/boosting-state.js'

const format = 'gradient-boosting-classifier/1'

export interface BoostingClassifierParts {
  readonly classes: readonly string[]
  readonly trees: TreeEnsemble
  /** shape (outputs,), outputs being 1 for two classes */
  readonly base: Float64Array
  /** shape (features,) */
  readonly importances: Float64Array
}

/** Class probabilities as the softmax of sums of trees; of one sum, by the logistic function, for two classes. */
export class FittedBoostingClassifier implements FittedClassifier, TreeScores {
  readonly format = format
  readonly classes: readonly string[]
  readonly widths: FeatureWidths
  readonly trees: TreeEnsemble
  /** shape (outputs,): what scores start from; one output for two classes, the score of the second. */
  readonly base: Float64Array
  readonly scale = 1
  /** shape (features,): the share that each feature has in what the splits gained; sums to 1 unless there is no split. */
  readonly importances: Float64Array

  constructor({ classes, trees, base, importances }: BoostingClassifierParts) {
    this.classes = classes
    this.widths = trees.widths
    this.trees = trees
    this.base = base
    this.importances = importances
  }

  get featureCount(): number {
    return this.widths.denseCount + this.widths.sparseCount
  }

  /** Rounds of trees. */
  get iterations(): number {
    return this.trees.treeCount / this.base.length
  }

  get sizeBytes(): number {
    return this.trees.sizeBytes + this.base.byteLength + this.importances.byteLength + this.classes.reduce((sum, name) => sum + 2 * name.length, 0)
  }

  predictProbabilities(X: FeatureMatrix, options: PredictOptions = {}): Float64Array {
    const scores = this.#scoresOf(X, options)
    const classCount = this.classes.length
    if (classCount > 2) {
      for (let row = 0; row < X.rowCount; row++) softmax(scores, row * classCount, classCount)
      return scores
    }
    const probabilities = new Float64Array(X.rowCount * 2)
    for (let row = 0; row < X.rowCount; row++) logistic(scores[row], probabilities, row * 2)
    return probabilities
  }

  /** For two classes the score of the second and its negative, halved: their softmax gives the probabilities. */
  decisionScores(X: FeatureMatrix): Float64Array {
    const scores = this.#scoresOf(X, {})
    if (this.classes.length > 2) return scores
    return Float64Array.from({ length: X.rowCount * 2 }, (_, i) => (i % 2 === 1 ? scores[i >> 1] : -scores[i >> 1]) / 2)
  }

  predictRow(row: FeatureRow, out: Float64Array): void {
    checkPredictionRow(row, this.widths, true)
    const classCount = this.classes.length
    if (out.length !== classCount) expectEqual('length of the output, one a class', classCount, out.length)
    const { trees, base } = this
    for (let output = 0; output < base.length; output++) out[output] = base[output]
    trees.addRowScores(row, out)
    if (classCount > 2) softmax(out, 0, classCount)
    else logistic(out[0], out, 0)
  }

  #scoresOf(X: FeatureMatrix, options: PredictOptions): Float64Array {
    checkPredictionMatrix(X, this.widths, true)
    return scoreRows(this, X, options)
  }

  toState(): ModelState {
    const { json, tensors } = storeBoosting(this, this.importances)
    return { format, json: { classes: [...this.classes], ...json }, tensors }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedBoostingClassifier {
    const reader = new ModelStateReader(state, format)
    const classes = reader.strings('classes', 2)
    return new FittedBoostingClassifier({ classes: [...classes], ...readBoosting(reader, classes.length === 2 ? 1 : classes.length) })
  }
}

function logistic(score: number, out: Float64Array, at: number): void {
  const small = Math.exp(-Math.abs(score))
  const larger = 1 / (1 + small)
  out[at] = score > 0 ? small * larger : larger
  out[at + 1] = score > 0 ? larger : small * larger
}

function softmax(scores: Float64Array, at: number, count: number): void {
  let largest = scores[at]
  for (let k = 1; k < count; k++) if (scores[at + k] > largest) largest = scores[at + k]
  let sum = 0
  for (let k = 0; k < count; k++) sum += scores[at + k] = Math.exp(scores[at + k] - largest)
  const scale = 1 / sum
  for (let k = 0; k < count; k++) scores[at + k] *= scale
}
