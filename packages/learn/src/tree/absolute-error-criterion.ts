import { SplitCriterion } from './split-criterion.js'

/**
 * Absolute error around the median: the score of rows is −Σ weight · |target − median|. Costs the logarithm of the rows a row and column
 * more than squared error, in two sums over ranks that tell the median of any rows.
 *
 * Half of the weight lies at or below the median; where two targets share that, it is their mean.
 *
 * @see Fenwick (1994), A new data structure for cumulative frequency tables.
 */
export class AbsoluteErrorCriterion extends SplitCriterion {
  declare readonly targets: Float64Array
  /** Places in the node by rising target, the target of each rank, and the rank of each place. */
  readonly #order: Uint32Array
  readonly #ranked: Float64Array
  readonly #ranks: Uint32Array
  /** Fenwick sums by rank: of weights, and of weights times targets. */
  readonly #weightSums: Float64Array
  readonly #targetSums: Float64Array
  /** shape (rows + 1,): the loss of so many first rows of an order */
  readonly #losses: Float64Array
  #topBit = 1

  constructor(parts: { readonly capacity: number; readonly minLeafRows: number }) {
    super({ ...parts, leafWidth: 1, targets: new Float64Array(parts.capacity) })
    this.#order = new Uint32Array(parts.capacity)
    this.#ranked = new Float64Array(parts.capacity)
    this.#ranks = new Uint32Array(parts.capacity)
    this.#weightSums = new Float64Array(parts.capacity + 1)
    this.#targetSums = new Float64Array(parts.capacity + 1)
    this.#losses = new Float64Array(parts.capacity + 1)
  }

  protected measureNode(): void {
    const { rows, start, targets, weights } = this
    const order = this.#order.subarray(0, rows)
    for (let i = 0; i < rows; i++) order[i] = i
    order.sort((a, b) => targets[start + a] - targets[start + b] || a - b)
    this.nodeWeight = 0
    for (let rank = 0; rank < rows; rank++) {
      this.#ranks[order[rank]] = rank
      this.#ranked[rank] = targets[start + order[rank]]
      this.nodeWeight += weights[start + order[rank]]
    }
    this.#topBit = 1 << (31 - Math.clz32(rows))
    this.pure = this.#ranked[0] === this.#ranked[rows - 1]
    const median = this.#nodeMedian()
    let loss = 0
    for (let i = start; i < start + rows; i++) loss += weights[i] * Math.abs(targets[i] - median)
    this.nodeScore = -loss
  }

  #nodeMedian(): number {
    const { rows, start, weights } = this
    let below = 0
    for (let rank = 0; rank < rows; rank++) {
      below += weights[start + this.#order[rank]]
      if (below === this.nodeWeight / 2 && rank + 1 < rows) return this.#ranked[rank] / 2 + this.#ranked[rank + 1] / 2
      if (below > this.nodeWeight / 2) return this.#ranked[rank]
    }
    return this.#ranked[rows - 1]
  }

  sweep(codes: Uint16Array, items: Uint32Array, count: number, first: number): void {
    const losses = this.#losses
    this.#addUp(items, 0, count, 1, (j, loss) => (losses[j + 1] = loss))
    this.#addUp(items, count - 1, first, -1, (j, loss) => {
      if (j <= first || codes[j] === codes[j - 1] || j < this.minLeafRows || count - j < this.minLeafRows) return
      const score = -losses[j] - loss
      // from the right to the left, so of equal ones the last, which is the leftmost
      if (score >= this.best.score && (score > this.best.score || this.#found)) this.#keepHere(score, codes[j - 1], codes[j], first > 0)
    })
    this.#found = false
  }

  /** Whether the best split was found in this sweep. */
  #found = false

  #keepHere(score: number, low: number, high: number, missingLeft: boolean): void {
    this.#found = true
    this.keep(score, low, high, missingLeft)
  }

  /** The loss of the rows from the first on, with each that comes. */
  #addUp(items: Uint32Array, from: number, to: number, step: 1 | -1, each: (j: number, loss: number) => void): void {
    const { rows, start, weights } = this
    const [weightSums, targetSums] = [this.#weightSums, this.#targetSums]
    weightSums.fill(0, 0, rows + 1)
    targetSums.fill(0, 0, rows + 1)
    let [weight, sum] = [0, 0]
    for (let j = from; step > 0 ? j < to : j >= to; j += step) {
      const rank = this.#ranks[items[j]]
      const own = weights[start + items[j]]
      const target = own * this.#ranked[rank]
      weight += own
      sum += target
      for (let at = rank + 1; at <= rows; at += at & -at) {
        weightSums[at] += own
        targetSums[at] += target
      }
      each(j, this.#loss(weight, sum))
    }
  }

  /** Walks down to the rank where half of the weight is reached. */
  #loss(weight: number, sum: number): number {
    let [at, below, sumBelow] = [0, 0, 0]
    for (let bit = this.#topBit; bit > 0; bit >>= 1) {
      const next = at + bit
      if (next > this.rows || below + this.#weightSums[next] >= weight / 2) continue
      at = next
      below += this.#weightSums[next]
      sumBelow += this.#targetSums[next]
    }
    const median = this.#ranked[Math.min(at, this.rows - 1)]
    return median * below - sumBelow + (sum - sumBelow) - median * (weight - below)
  }

  tryItems(items: Uint32Array, count: number): boolean {
    if (count < this.minLeafRows || this.rows - count < this.minLeafRows) return false
    const chosen = new Uint8Array(this.rows)
    for (let j = 0; j < count; j++) chosen[items[j]] = 1
    let score = 0
    for (const side of [0, 1]) {
      const own = this.#order.subarray(0, this.rows).filter((item) => chosen[item] === side)
      this.#addUp(own, 0, own.length, 1, (j, loss) => (score -= j === own.length - 1 ? loss : 0))
    }
    if (!(score > this.best.score)) return false
    this.best.score = score
    return true
  }

  writeLeaf(out: Float64Array, at: number): undefined {
    out[at] = this.#nodeMedian()
  }
}
