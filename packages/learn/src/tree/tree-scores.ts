import type { TreeEnsemble } from './tree-ensemble.js'

/** How a tree model makes its scores: `base + scale · Σ trees`, by output. Every tree model of this package has it, and is explained by it. */
export interface TreeScores {
  readonly trees: TreeEnsemble
  /** shape (outputs,) */
  readonly base: Float64Array
  /** 1 for boosted trees, 1 / trees for a forest's mean. */
  readonly scale: number
}
