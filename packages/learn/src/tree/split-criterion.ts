/** The best split of a node that was found so far. */
export interface SplitCandidate {
  /** The node's rows whose code is at most `low` go left; the next larger code among them is `high`. */
  low: number
  high: number
  missingLeft: boolean
  /** What the two children score together. */
  score: number
}

/**
 * Says how good it is to split the rows of a node between left and right. A score is to be large: it is the impurity of rows times
 * their weight, below some number that is the same for a node and its two children together.
 *
 * The grower moves `targets` and `weights` along as it splits, so that the rows of a node lie next to each other.
 */
export abstract class SplitCriterion {
  /** shape (rows,): weight of each row, above 0 */
  readonly weights: Float64Array
  /** shape (rows,): what is to be learned */
  readonly targets: Float64Array | Uint16Array
  readonly leafWidth: number
  /** Leaf rows that every tree starts with. */
  readonly sharedLeafRows: number = 0

  readonly best: SplitCandidate = { low: -1, high: -1, missingLeft: false, score: -Infinity }
  /** Rows on either side of a split, at least. */
  readonly minLeafRows: number
  protected start = 0
  protected rows = 0
  nodeWeight = 0
  nodeScore = 0
  /** Whether there is nothing to gain in this node. */
  pure = false

  constructor(parts: { readonly capacity: number; readonly minLeafRows: number; readonly leafWidth: number; readonly targets: Float64Array | Uint16Array }) {
    this.weights = new Float64Array(parts.capacity)
    this.targets = parts.targets
    this.minLeafRows = parts.minLeafRows
    this.leafWidth = parts.leafWidth
  }

  /** Looks at the rows from `start` to `end` and forgets the best split of the last node. */
  beginNode(start: number, end: number): void {
    this.start = start
    this.rows = end - start
    this.best.score = -Infinity
    this.measureNode()
  }

  protected abstract measureNode(): void

  /**
   * Tries every split between rows in an order, and keeps the best.
   *
   * @param codes, items - The rows of the node: rising codes, and each one's place in the node.
   * @param count - Rows in the order, all of the node.
   * @param first - So many rows at the start are missing values that go left together.
   */
  abstract sweep(codes: Uint16Array, items: Uint32Array, count: number, first: number): void

  /**
   * The same for a column of which only some rows are listed; all others have the code `otherCode`. Absent where all rows have to be in
   * order.
   *
   * @param count - Rows that are listed.
   */
  sweepListed?(codes: Uint16Array, items: Uint32Array, count: number, otherCode: number): void

  /**
   * Tries one split: some items of the node against the others. Leaves it to the caller to say what it means.
   *
   * @returns Whether it is the best so far.
   */
  abstract tryItems(items: Uint32Array, count: number): boolean

  /** Writes the leaf's numbers, or gives the number of a shared leaf row instead. */
  abstract writeLeaf(out: Float64Array, at: number): number | undefined

  /** Numbers of the shared leaf rows. */
  writeSharedLeaves(out: Float64Array): void {
    out.fill(0, 0, this.sharedLeafRows * this.leafWidth)
  }

  protected keep(score: number, low: number, high: number, missingLeft: boolean): void {
    const { best } = this
    best.score = score
    best.low = low
    best.high = high
    best.missingLeft = missingLeft
  }
}
