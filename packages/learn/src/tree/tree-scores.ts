import type { TreeEnsemble } from './tree-ensemble.js'

/** How a tree model makes its scores: `base + scale · Σ trees`, by output. */
export interface TreeScores {
  readonly trees: TreeEnsemble
  /** shape (outputs,) */
  readonly base: Float64Array
  /** 1 for boosted trees, 1 / trees for a forest's mean. */
  readonly scale: number
}

/** A tree, a forest or boosted trees: what it predicts is made of its scores, and explained by them. */
export interface TreeModel {
  readonly scores: TreeScores
}
