import { SplitCriterion } from './split-criterion.js'

/**
 * What criteria for classes share. Their score is made of a sum over classes, to which a row that goes from right to left makes two
 * changes, so that a split costs the same for few classes and for many.
 */
export abstract class ClassCriterion extends SplitCriterion {
  declare readonly targets: Uint16Array
  override readonly sharedLeafRows: number
  /** shape (classes,): weights in the node, on the left of a split, and of the rows that a sparse column does not list */
  readonly #totals: Float64Array
  readonly #left: Float64Array
  readonly #others: Float64Array
  #pureClass = -1
  // how far a sweep has come
  #leftRows = 0
  #leftWeight = 0
  #leftSum = 0
  #rightSum = 0
  #last = -1

  constructor(parts: { readonly capacity: number; readonly minLeafRows: number; readonly classCount: number }) {
    super({ ...parts, leafWidth: parts.classCount, targets: new Uint16Array(parts.capacity) })
    this.sharedLeafRows = parts.classCount
    this.#totals = new Float64Array(parts.classCount)
    this.#left = new Float64Array(parts.classCount)
    this.#others = new Float64Array(parts.classCount)
  }

  /** How the sum over classes rises when a class of weight `own` gets more. */
  protected abstract rise(own: number, more: number): number
  /** The score from the sum over classes and their weight. */
  protected abstract scoreOf(sum: number, weight: number): number

  #sumOf(classes: Float64Array): number {
    let sum = 0
    for (let k = 0; k < classes.length; k++) sum += this.rise(0, classes[k])
    return sum
  }

  protected measureNode(): void {
    const { rows, start, targets, weights } = this
    const totals = this.#totals
    totals.fill(0)
    for (let i = start; i < start + rows; i++) totals[targets[i]] += weights[i]
    this.nodeWeight = 0
    let present = 0
    for (let k = 0; k < totals.length; k++) {
      this.nodeWeight += totals[k]
      if (totals[k] === 0) continue
      present++
      this.#pureClass = k
    }
    this.pure = present <= 1
    this.nodeScore = this.scoreOf(this.#sumOf(totals), this.nodeWeight)
  }

  #beginSweep(): void {
    this.#left.fill(0)
    this.#leftRows = 0
    this.#leftWeight = 0
    this.#leftSum = 0
    this.#rightSum = this.#sumOf(this.#totals)
    this.#last = -1
  }

  sweep(codes: Uint16Array, items: Uint32Array, count: number, first: number): void {
    this.#beginSweep()
    for (let j = 0; j < first; j++) this.#moveClass(this.targets[this.start + items[j]], this.weights[this.start + items[j]])
    this.#leftRows = first
    this.#sweepPart(codes, items, first, count, first > 0)
  }

  override sweepListed(codes: Uint16Array, items: Uint32Array, count: number, otherCode: number): void {
    this.#measureOthers(items, count)
    this.#beginSweep()
    let smaller = 0
    while (smaller < count && codes[smaller] <= otherCode) smaller++
    this.#sweepPart(codes, items, 0, smaller, false)
    if (this.rows > count) {
      this.#tryHere(otherCode)
      for (let k = 0; k < this.#others.length; k++) this.#moveClass(k, this.#others[k])
      this.#leftRows += this.rows - count
      this.#last = otherCode
    }
    this.#sweepPart(codes, items, smaller, count, false)
  }

  #sweepPart(codes: Uint16Array, items: Uint32Array, from: number, to: number, missingLeft: boolean): void {
    const { minLeafRows, nodeWeight, rows, start, targets, weights } = this
    const left = this.#left
    const totals = this.#totals
    let leftWeight = this.#leftWeight
    let leftSum = this.#leftSum
    let rightSum = this.#rightSum
    let last = this.#last
    const shift = this.#leftRows - from
    for (let j = from; j < to; j++) {
      const code = codes[j]
      if (code !== last) {
        const leftRows = j + shift
        if (last >= 0 && leftRows >= minLeafRows && rows - leftRows >= minLeafRows) {
          const score = this.scoreOf(leftSum, leftWeight) + this.scoreOf(rightSum, nodeWeight - leftWeight)
          if (score > this.best.score) this.keep(score, last, code, missingLeft)
        }
        last = code
      }
      const at = start + items[j]
      const weight = weights[at]
      const k = targets[at]
      const own = left[k]
      leftSum += this.rise(own, weight)
      rightSum -= this.rise(totals[k] - own - weight, weight)
      left[k] = own + weight
      leftWeight += weight
    }
    this.#leftRows += to - from
    this.#leftWeight = leftWeight
    this.#leftSum = leftSum
    this.#rightSum = rightSum
    this.#last = last
  }

  #tryHere(next: number): void {
    const { minLeafRows, nodeWeight, rows } = this
    if (this.#last < 0 || this.#last === next || this.#leftRows < minLeafRows || rows - this.#leftRows < minLeafRows) return
    const score = this.scoreOf(this.#leftSum, this.#leftWeight) + this.scoreOf(this.#rightSum, nodeWeight - this.#leftWeight)
    if (score > this.best.score) this.keep(score, this.#last, next, false)
  }

  /** Weight of a class goes from right to left. */
  #moveClass(k: number, weight: number): void {
    const own = this.#left[k]
    this.#leftSum += this.rise(own, weight)
    this.#rightSum -= this.rise(this.#totals[k] - own - weight, weight)
    this.#left[k] = own + weight
    this.#leftWeight += weight
  }

  #measureOthers(items: Uint32Array, count: number): void {
    const { start, targets, weights } = this
    const others = this.#others
    others.set(this.#totals)
    for (let j = 0; j < count; j++) others[targets[start + items[j]]] -= weights[start + items[j]]
    // what rounding leaves of sums of fractions is no weight
    for (let k = 0; k < others.length; k++) if (others[k] < 1e-12 * this.#totals[k]) others[k] = 0
  }

  tryItems(items: Uint32Array, count: number): boolean {
    if (count < this.minLeafRows || this.rows - count < this.minLeafRows) return false
    this.#beginSweep()
    for (let j = 0; j < count; j++) this.#moveClass(this.targets[this.start + items[j]], this.weights[this.start + items[j]])
    const score = this.scoreOf(this.#leftSum, this.#leftWeight) + this.scoreOf(this.#rightSum, this.nodeWeight - this.#leftWeight)
    if (!(score > this.best.score)) return false
    this.best.score = score
    return true
  }

  /** A leaf of one class is a shared row: the first rows stand for the classes. */
  writeLeaf(out: Float64Array, at: number): number | undefined {
    if (this.pure) return this.#pureClass
    for (let k = 0; k < this.leafWidth; k++) out[at + k] = this.#totals[k] / this.nodeWeight
    return undefined
  }

  override writeSharedLeaves(out: Float64Array): void {
    super.writeSharedLeaves(out)
    for (let k = 0; k < this.sharedLeafRows; k++) out[k * this.leafWidth + k] = 1
  }
}

/**
 * Gini impurity, 1 − Σ p²: the score of rows is Σ weight(class)² / weight.
 *
 * @see Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees.
 */
export class GiniCriterion extends ClassCriterion {
  protected rise(own: number, more: number): number {
    return more * (own + own + more)
  }

  protected scoreOf(sum: number, weight: number): number {
    return sum / weight
  }
}

/** Entropy, −Σ p ln p: the score of rows is Σ w ln w over classes less the same of all. In nats; scikit-learn has bits. */
export class EntropyCriterion extends ClassCriterion {
  /** w ln w of whole weights, which most are. */
  readonly #known = Float64Array.from({ length: 4096 }, (_, weight) => (weight === 0 ? 0 : weight * Math.log(weight)))

  protected rise(own: number, more: number): number {
    return this.#weightedLog(own + more) - this.#weightedLog(own)
  }

  protected scoreOf(sum: number, weight: number): number {
    return sum - this.#weightedLog(weight)
  }

  #weightedLog(weight: number): number {
    if (weight < 4096 && (weight | 0) === weight) return this.#known[weight]
    return weight > 0 ? weight * Math.log(weight) : 0
  }
}
