import type { FittedRegressor, PredictOptions } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { checkPredictionMatrix, checkPredictionRow, type FeatureWidths } from '../input-check.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import type { TreeEnsemble } from '../tree/tree-ensemble.js'
import type { TreeScores } from '../tree/tree-scores.js'
import { scoreRows } from './boosting/batch-scores.js'
import { readBoosting, storeBoosting } from './boosting/boosting-state.js'

const format = 'gradient-boosting-regressor/1'
/** What a score of the logarithmic link is cut to: its exponential is finite. */
const largestLogarithm = 700

/** How a score becomes a number: it is the number, or its logarithm. */
export type BoostingLink = 'identity' | 'log'

export interface BoostingRegressorParts {
  readonly trees: TreeEnsemble
  /** shape (1,) */
  readonly base: Float64Array
  /** shape (features,) */
  readonly importances: Float64Array
  readonly link: BoostingLink
}

/** Numbers as sums of trees, or as exponentials of such sums. */
export class FittedBoostingRegressor implements FittedRegressor, TreeScores {
  readonly format = format
  readonly widths: FeatureWidths
  readonly trees: TreeEnsemble
  /** shape (1,): what scores start from. */
  readonly base: Float64Array
  readonly scale = 1
  readonly link: BoostingLink
  /** shape (features,): the share that each feature has in what the splits gained; sums to 1 unless there is no split. */
  readonly importances: Float64Array
  readonly #out = new Float64Array(1)

  constructor({ trees, base, importances, link }: BoostingRegressorParts) {
    this.widths = trees.widths
    this.trees = trees
    this.base = base
    this.importances = importances
    this.link = link
  }

  get featureCount(): number {
    return this.widths.denseCount + this.widths.sparseCount
  }

  /** Rounds of trees. */
  get iterations(): number {
    return this.trees.treeCount
  }

  get sizeBytes(): number {
    return this.trees.sizeBytes + 16 + this.importances.byteLength
  }

  predict(X: FeatureMatrix, options: PredictOptions = {}): Float64Array {
    checkPredictionMatrix(X, this.widths, true)
    const scores = scoreRows(this, X, options)
    if (this.link === 'log') for (let row = 0; row < scores.length; row++) scores[row] = this.#number(scores[row])
    return scores
  }

  predictRow(row: FeatureRow): number {
    checkPredictionRow(row, this.widths, true)
    this.#out[0] = this.base[0]
    this.trees.addRowScores(row, this.#out)
    return this.#number(this.#out[0])
  }

  #number(score: number): number {
    return this.link === 'log' ? Math.exp(Math.min(score, largestLogarithm)) : score
  }

  toState(): ModelState {
    const { json, tensors } = storeBoosting(this, this.importances)
    return { format, json: { link: this.link, ...json }, tensors }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedBoostingRegressor {
    const reader = new ModelStateReader(state, format)
    const link = reader.json('link', "'identity' or 'log'", (value): value is BoostingLink => value === 'identity' || value === 'log')
    return new FittedBoostingRegressor({ ...readBoosting(reader, 1), link })
  }
}
