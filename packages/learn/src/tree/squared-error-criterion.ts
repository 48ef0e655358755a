import { SplitCriterion } from './split-criterion.js'

/** Squared error around the mean: the score of rows is (Σ weight · target)² / weight. Targets are best centred near 0. */
export class SquaredErrorCriterion extends SplitCriterion {
  declare readonly targets: Float64Array
  #total = 0
  // how far a sweep has come
  #leftRows = 0
  #leftWeight = 0
  #leftSum = 0
  #last = -1

  constructor(parts: { readonly capacity: number; readonly minLeafRows: number }) {
    super({ ...parts, leafWidth: 1, targets: new Float64Array(parts.capacity) })
  }

  protected measureNode(): void {
    const { rows, start, targets, weights } = this
    let [weight, total] = [0, 0]
    let [least, most] = [Infinity, -Infinity]
    for (let i = start; i < start + rows; i++) {
      weight += weights[i]
      total += weights[i] * targets[i]
      if (targets[i] < least) least = targets[i]
      if (targets[i] > most) most = targets[i]
    }
    this.nodeWeight = weight
    this.#total = total
    this.pure = least === most
    this.nodeScore = (total * total) / weight
  }

  #beginSweep(): void {
    this.#leftRows = 0
    this.#leftWeight = 0
    this.#leftSum = 0
    this.#last = -1
  }

  #move(items: Uint32Array, count: number): void {
    for (let j = 0; j < count; j++) {
      const at = this.start + items[j]
      this.#leftWeight += this.weights[at]
      this.#leftSum += this.weights[at] * this.targets[at]
    }
    this.#leftRows += count
  }

  sweep(codes: Uint16Array, items: Uint32Array, count: number, first: number): void {
    this.#beginSweep()
    this.#move(items, first)
    this.#sweepPart(codes, items, first, count, first > 0)
  }

  override sweepListed(codes: Uint16Array, items: Uint32Array, count: number, otherCode: number): void {
    this.#beginSweep()
    this.#move(items, count)
    const [otherWeight, otherSum] = [this.nodeWeight - this.#leftWeight, this.#total - this.#leftSum]
    this.#beginSweep()
    let smaller = 0
    while (smaller < count && codes[smaller] <= otherCode) smaller++
    this.#sweepPart(codes, items, 0, smaller, false)
    if (this.rows > count) {
      if (this.#last >= 0 && this.#last !== otherCode) this.#tryHere(this.#leftRows, this.#leftWeight, this.#leftSum, this.#last, otherCode, false)
      this.#leftRows += this.rows - count
      this.#leftWeight += otherWeight
      this.#leftSum += otherSum
      this.#last = otherCode
    }
    this.#sweepPart(codes, items, smaller, count, false)
  }

  #sweepPart(codes: Uint16Array, items: Uint32Array, from: number, to: number, missingLeft: boolean): void {
    const { start, targets, weights } = this
    let leftWeight = this.#leftWeight
    let leftSum = this.#leftSum
    let last = this.#last
    const shift = this.#leftRows - from
    for (let j = from; j < to; j++) {
      const code = codes[j]
      if (code !== last) {
        if (last >= 0) this.#tryHere(j + shift, leftWeight, leftSum, last, code, missingLeft)
        last = code
      }
      const at = start + items[j]
      leftWeight += weights[at]
      leftSum += weights[at] * targets[at]
    }
    this.#leftRows += to - from
    this.#leftWeight = leftWeight
    this.#leftSum = leftSum
    this.#last = last
  }

  #tryHere(leftRows: number, leftWeight: number, leftSum: number, last: number, next: number, missingLeft: boolean): void {
    if (leftRows < this.minLeafRows || this.rows - leftRows < this.minLeafRows) return
    const rightSum = this.#total - leftSum
    const score = (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / (this.nodeWeight - leftWeight)
    if (score > this.best.score) this.keep(score, last, next, missingLeft)
  }

  tryItems(items: Uint32Array, count: number): boolean {
    const before = this.best.score
    this.#beginSweep()
    this.#move(items, count)
    this.#tryHere(count, this.#leftWeight, this.#leftSum, -1, -1, false)
    return this.best.score > before
  }

  writeLeaf(out: Float64Array, at: number): undefined {
    out[at] = this.pure ? this.targets[this.start] : this.#total / this.nodeWeight
  }
}
