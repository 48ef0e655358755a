import type { PredictOptions } from '../../estimator.js'
import type { FeatureMatrix } from '../../feature-matrix.js'
import type { TreeScores } from '../../tree/tree-scores.js'

/** What the trees say of every row, shape (rows, outputs). */
export function addScoresOfRows({ trees, base }: TreeScores, X: FeatureMatrix, options: PredictOptions): Float64Array {
  void options
  const scores = new Float64Array(X.rowCount * base.length)
  for (let row = 0; row < X.rowCount; row++) scores.set(base, row * base.length)
  trees.addScores(X, scores)
  return scores
}
