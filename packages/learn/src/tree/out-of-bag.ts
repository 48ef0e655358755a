import type { FeatureMatrix } from '../feature-matrix.js'
import { mostProbable } from '../metrics/most-probable.js'
import { bootstrapWeights } from './bootstrap.js'
import type { TreeEnsemble } from './tree-ensemble.js'
import { TreeRandom, treeSeed } from './tree-random.js'

interface BaggedTrees {
  readonly trees: TreeEnsemble
  readonly X: FeatureMatrix
  /** Of the rows before drawing. */
  readonly weights: Float64Array
  readonly sampleShare: number
  readonly seed: number | undefined
}

/**
 * What the trees say of each row that did not draw it. Draws again what each tree drew, which takes less than keeping it.
 *
 * @returns `scores`, shape (rows, outputs): sums over `votes` trees; rows that every tree drew have no votes.
 */
function outOfBagScores({ trees, X, weights, sampleShare, seed }: BaggedTrees): { readonly scores: Float64Array; readonly votes: Uint32Array } {
  const scores = new Float64Array(X.rowCount * trees.outputs)
  const votes = new Uint32Array(X.rowCount)
  for (let tree = 0; tree < trees.treeCount; tree++) {
    const drawn = bootstrapWeights(weights, sampleShare, new TreeRandom(treeSeed(seed, tree)))
    const left = Uint32Array.from(drawn.keys()).filter((row) => drawn[row] === 0 && weights[row] > 0)
    trees.addTreeScores(tree, X, left, scores)
    for (const row of left) votes[row]++
  }
  return { scores, votes }
}

/** Share of right predictions among rows that some tree did not draw; undefined where there is none. */
export function outOfBagAccuracy(bagged: BaggedTrees, codes: Int32Array): number | undefined {
  const { scores, votes } = outOfBagScores(bagged)
  const predicted = mostProbable(scores, bagged.trees.outputs)
  let [right, rows] = [0, 0]
  for (let row = 0; row < votes.length; row++) {
    if (votes[row] === 0) continue
    rows++
    if (predicted[row] === codes[row]) right++
  }
  return rows === 0 ? undefined : right / rows
}

/** R² of rows that some tree did not draw; undefined where there are none, or all have the same target. */
export function outOfBagR2(bagged: BaggedTrees, y: Float64Array): number | undefined {
  const { scores, votes } = outOfBagScores(bagged)
  const rows = Uint32Array.from(votes.keys()).filter((row) => votes[row] > 0)
  const mean = rows.reduce((sum, row) => sum + y[row], 0) / rows.length
  const total = rows.reduce((sum, row) => sum + (y[row] - mean) ** 2, 0)
  const left = rows.reduce((sum, row) => sum + (y[row] - scores[row] / votes[row]) ** 2, 0)
  return total > 0 && Number.isFinite(total) && Number.isFinite(left) ? 1 - left / total : undefined
}
