/** What shapes a tree of boosting. */
export interface GrowOptions {
  readonly maxLeaves: number
  /** 0 for no limit. */
  readonly maxDepth: number
  readonly minLeafRows: number
  readonly l2: number
  readonly minSplitGain: number
  readonly categorySmoothing: number
}

/** Sums of second derivatives smaller than this, in a child, are noise. */
export const smallestHessian = 1e-3
/** Rows that a category needs in a node to be told from others, at most. */
export const mostCategoryRows = 10
