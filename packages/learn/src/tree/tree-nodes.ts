/**
 * The nodes of one or more binary trees, in flat arrays.
 *
 * Two children lie next to each other and after their parent, so one number says where both are and no walk can go in a circle.
 */
export interface TreeNodes {
  /** shape (nodes,): the feature that a node asks about, dense columns first; −1 at a leaf. */
  readonly features: Int32Array
  /**
   * shape (nodes,): a row whose value is at most this goes left, others right; 0 at a leaf. A node that splits categories has the number
   * of its set here: rows whose category is in the set go left.
   */
  readonly thresholds: Float32Array
  /** shape (nodes,): the left child; the right one follows it. At a leaf the row of the leaf values, which leaves may share. */
  readonly children: Uint32Array
  /** shape (nodes,): {@link missingGoesLeft} and {@link splitsCategories}, added up. */
  readonly routes: Uint8Array
  /** shape (nodes,): the weight of the training rows that came by; what a path is taken for when a feature is unknown. */
  readonly covers: Float32Array
}

/** A missing value, and a category outside of all sets, goes left here. */
export const missingGoesLeft = 1
/** The node asks whether a category is in a set. */
export const splitsCategories = 2

export const isLeaf = -1
