import type { FittedClassifier } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { checkPredictionMatrix, checkPredictionRow, expectEqual, type FeatureWidths } from '../input-check.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { outOfBagTensor, readImportances, readOutOfBagScore } from './tree-model-state.js'
import { readTreeEnsemble } from './tree-ensemble-reader.js'
import type { TreeEnsemble } from './tree-ensemble.js'
import type { TreeScores } from './tree-scores.js'

export interface TreeClassifierParameters {
  /** Whose state it is: 'random-forest-classifier'. */
  readonly kind: string
  readonly classes: readonly string[]
  /** Leaves hold the share of each class. */
  readonly trees: TreeEnsemble
  /** shape (features,): how much impurity each feature took away while growing; they sum to 1 unless none took any. */
  readonly importances: Float64Array
  /** Accuracy of rows predicted by the trees that did not learn from them, where it was asked for. */
  readonly outOfBagScore?: number
}

/** Class probabilities as the mean over trees of the class shares in the leaves. One tree, or a forest. */
export class FittedTreeClassifier implements FittedClassifier, TreeScores {
  readonly format: string
  readonly classes: readonly string[]
  readonly trees: TreeEnsemble
  readonly importances: Float64Array
  readonly outOfBagScore: number | undefined
  readonly base: Float64Array
  /** The mean over trees. */
  readonly scale: number

  constructor(parameters: TreeClassifierParameters) {
    this.format = `${parameters.kind}/1`
    this.classes = parameters.classes
    this.importances = parameters.importances
    this.outOfBagScore = parameters.outOfBagScore
    this.trees = parameters.trees
    this.base = new Float64Array(parameters.classes.length)
    this.scale = 1 / parameters.trees.treeCount
  }

  get widths(): FeatureWidths {
    return this.trees.widths
  }

  get featureCount(): number {
    return this.importances.length
  }

  get sizeBytes(): number {
    return this.trees.sizeBytes + this.importances.byteLength + this.classes.reduce((sum, name) => sum + 2 * name.length, 0)
  }

  predictProbabilities(X: FeatureMatrix): Float64Array {
    checkPredictionMatrix(X, this.widths, true)
    const probabilities = new Float64Array(X.rowCount * this.classes.length)
    this.trees.addScores(X, probabilities)
    this.#average(probabilities)
    return probabilities
  }

  predictRow(row: FeatureRow, out: Float64Array): void {
    checkPredictionRow(row, this.widths, true)
    if (out.length !== this.classes.length) expectEqual('length of the output, one a class', this.classes.length, out.length)
    out.fill(0)
    this.trees.addRowScores(row, out)
    this.#average(out)
  }

  #average(sums: Float64Array): void {
    for (let i = 0; i < sums.length; i++) sums[i] *= this.scale
  }

  toState(): ModelState {
    const { classes, importances, outOfBagScore, trees, widths } = this
    const { json, tensors } = trees.toState()
    return {
      format: this.format,
      json: { classes: [...classes], denseCount: widths.denseCount, sparseCount: widths.sparseCount, ...json },
      tensors: { ...tensors, importances: { dtype: 'F64', shape: [importances.length], data: importances.slice() }, outOfBagScore: outOfBagTensor(outOfBagScore) },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or not of that kind */
  static load(state: ModelState, kind: string): FittedTreeClassifier {
    const reader = new ModelStateReader(state, `${kind}/1`)
    const classes = [...reader.strings('classes', 2)]
    const trees = readTreeEnsemble(reader, { widths: reader.widths(), outputs: classes.length, leafWidth: classes.length })
    if (trees.treeCount === 0) throw reader.fail('at least one tree', 'none')
    const { leafValues } = trees
    for (let at = 0; at < leafValues.length; at += classes.length) {
      const shares = leafValues.subarray(at, at + classes.length)
      const sum = shares.reduce((total, share) => total + share, 0)
      if (shares.some((share) => share < 0) || Math.abs(sum - 1) > 1e-9) throw reader.fail('class shares that sum to 1 at every leaf', `${sum}`)
    }
    return new FittedTreeClassifier({
      kind, classes, trees, importances: readImportances(reader), ...readOutOfBagScore(reader, 0),
    })
  }
}
