import type { PredictOptions } from '../../estimator.js'
import type { FeatureMatrix } from '../../feature-matrix.js'
import { addScoresInKernels, isWorthKernels } from '../../tree/score-in-kernels.js'
import type { TreeScores } from '../../tree/tree-scores.js'

/** What the trees say of every row, shape (rows, outputs). */
export function scoreRows({ trees, base }: TreeScores, X: FeatureMatrix, { threads = 1 }: PredictOptions): Float64Array {
  const scores = new Float64Array(X.rowCount * base.length)
  if (base.length === 1) scores.fill(base[0])
  else for (let row = 0; row < X.rowCount; row++) scores.set(base, row * base.length)
  if (isWorthKernels(trees, X.dense)) addScoresInKernels(trees, X.dense, scores, threads)
  else trees.addScores(X, scores)
  return scores
}
