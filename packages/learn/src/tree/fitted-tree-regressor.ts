import type { FittedRegressor } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { checkPredictionMatrix, checkPredictionRow, type FeatureWidths } from '../input-check.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { outOfBagTensor, readImportances, readOutOfBagScore } from './tree-model-state.js'
import { readTreeEnsemble } from './tree-ensemble-reader.js'
import type { TreeEnsemble } from './tree-ensemble.js'
import type { TreeScores } from './tree-scores.js'

export interface TreeRegressorParameters {
  /** Whose state it is: 'random-forest-regressor'. */
  readonly kind: string
  readonly trees: TreeEnsemble
  /** shape (features,): how much impurity each feature took away while growing; they sum to 1 unless none took any. */
  readonly importances: Float64Array
  /** R² of rows predicted by the trees that did not learn from them, where it was asked for. */
  readonly outOfBagScore?: number
}

/** The mean over trees of the numbers in the leaves. One tree, or a forest. */
export class FittedTreeRegressor implements FittedRegressor, TreeScores {
  readonly format: string
  readonly trees: TreeEnsemble
  readonly importances: Float64Array
  readonly outOfBagScore: number | undefined
  readonly base: Float64Array
  /** The mean over trees. */
  readonly scale: number
  /** One number, written and read within a call. */
  readonly #sum = new Float64Array(1)

  constructor(parameters: TreeRegressorParameters) {
    this.format = `${parameters.kind}/1`
    this.importances = parameters.importances
    this.outOfBagScore = parameters.outOfBagScore
    this.trees = parameters.trees
    this.base = new Float64Array(1)
    this.scale = 1 / parameters.trees.treeCount
  }

  get widths(): FeatureWidths {
    return this.trees.widths
  }

  get featureCount(): number {
    return this.importances.length
  }

  get sizeBytes(): number {
    return this.trees.sizeBytes + this.importances.byteLength
  }

  predict(X: FeatureMatrix): Float64Array {
    checkPredictionMatrix(X, this.widths, true)
    const sums = new Float64Array(X.rowCount)
    this.trees.addScores(X, sums)
    for (let row = 0; row < sums.length; row++) sums[row] *= this.scale
    return sums
  }

  predictRow(row: FeatureRow): number {
    checkPredictionRow(row, this.widths, true)
    this.#sum[0] = 0
    this.trees.addRowScores(row, this.#sum)
    return this.#sum[0] * this.scale
  }

  toState(): ModelState {
    const { importances, outOfBagScore, trees, widths } = this
    const { json, tensors } = trees.toState()
    return {
      format: this.format,
      json: { denseCount: widths.denseCount, sparseCount: widths.sparseCount, ...json },
      tensors: { ...tensors, importances: { dtype: 'F64', shape: [importances.length], data: importances.slice() }, outOfBagScore: outOfBagTensor(outOfBagScore) },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or not of that kind */
  static load(state: ModelState, kind: string): FittedTreeRegressor {
    const reader = new ModelStateReader(state, `${kind}/1`)
    const trees = readTreeEnsemble(reader, { widths: reader.widths(), outputs: 1, leafWidth: 1 })
    if (trees.treeCount === 0) throw reader.fail('at least one tree', 'none')
    return new FittedTreeRegressor({ kind, trees, importances: readImportances(reader), ...readOutOfBagScore(reader, -Infinity) })
  }
}
