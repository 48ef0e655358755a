/** A leaf of a tree that grows, and what is known of its best split. */
export interface GrowingLeaf {
  /** Its number among the tree's nodes. */
  readonly node: number
  readonly depth: number
  /** Its rows that are learned from, in the order. */
  readonly start: number
  readonly end: number
  /** Its other rows: they are only scored. */
  readonly otherStart: number
  readonly otherEnd: number
  /** Sums of the packed gradients and hessians of its rows. */
  readonly gradient: number
  readonly hessian: number
  /** What its value may be, where features are monotone. */
  readonly lowest: number
  readonly highest: number
  /** Which histogram and list of splits it has; −1 when it is not split any more. */
  slot: number
  /** What its best split gains, −1 for none, and by the feature at which place. */
  gain: number
  place: number
  /** Where each place may split, once splits left too few rows: bins from and to with missing values on the right and on the left. */
  ranges?: Map<number, [number, number, number, number]>
}

export const rowsOf = ({ start, end }: GrowingLeaf): number => end - start
