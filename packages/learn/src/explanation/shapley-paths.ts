/**
 * Ways through a tree on which some features are known and others not, for all subsets of features at once: how likely a leaf is reached
 * when a feature is known (its one-share, 0 or 1) and when it is not (its zero-share, what part of the training rows went this way).
 *
 * Every level of a walk has a copy of the way so far, behind that of its parent, so that going down and up again costs no memory.
 *
 * @see Lundberg, Erion, Chen et al. (2020), From local explanations to global understanding with explainable AI for trees, algorithm 2.
 */
export class ShapleyPaths {
  readonly features: Int32Array
  readonly zeros: Float64Array
  readonly ones: Float64Array
  /** Of subsets with so many known features: the share that reaches this far. */
  readonly #weights: Float64Array

  /** @param capacity - Entries of all copies together. */
  constructor(capacity: number) {
    this.features = new Int32Array(capacity)
    this.zeros = new Float64Array(capacity)
    this.ones = new Float64Array(capacity)
    this.#weights = new Float64Array(capacity)
  }

  /** Copies a way of some entries. */
  copy(from: number, to: number, entries: number): void {
    for (let i = 0; i < entries; i++) {
      this.features[to + i] = this.features[from + i]
      this.zeros[to + i] = this.zeros[from + i]
      this.ones[to + i] = this.ones[from + i]
      this.#weights[to + i] = this.#weights[from + i]
    }
  }

  /** Adds a feature to a way of `depth` features, after which it has one entry more. */
  extend(at: number, depth: number, zero: number, one: number, feature: number): void {
    const weights = this.#weights
    this.features[at + depth] = feature
    this.zeros[at + depth] = zero
    this.ones[at + depth] = one
    weights[at + depth] = depth === 0 ? 1 : 0
    for (let i = depth - 1; i >= 0; i--) {
      weights[at + i + 1] += (one * weights[at + i] * (i + 1)) / (depth + 1)
      weights[at + i] = (zero * weights[at + i] * (depth - i)) / (depth + 1)
    }
  }

  /** Takes the feature at `index` out of a way whose last entry is `depth`. */
  unwind(at: number, depth: number, index: number): void {
    const weights = this.#weights
    const [one, zero] = [this.ones[at + index], this.zeros[at + index]]
    let next = weights[at + depth]
    for (let i = depth - 1; i >= 0; i--) {
      if (one !== 0) {
        const kept = weights[at + i]
        weights[at + i] = (next * (depth + 1)) / ((i + 1) * one)
        next = kept - (weights[at + i] * zero * (depth - i)) / (depth + 1)
      } else if (zero !== 0) weights[at + i] = (weights[at + i] * (depth + 1)) / (zero * (depth - i))
    }
    for (let i = index; i < depth; i++) {
      this.features[at + i] = this.features[at + i + 1]
      this.zeros[at + i] = this.zeros[at + i + 1]
      this.ones[at + i] = this.ones[at + i + 1]
    }
  }

  /** The sum of the weights that `unwind` would leave, without changing anything. */
  unwoundSum(at: number, depth: number, index: number): number {
    const weights = this.#weights
    const one = this.ones[at + index]
    const zero = this.zeros[at + index]
    let next = weights[at + depth]
    let sum = 0
    if (one !== 0) {
      for (let i = depth - 1; i >= 0; i--) {
        const own = next / ((i + 1) * one)
        sum += own
        next = weights[at + i] - own * zero * (depth - i)
      }
    } else if (zero !== 0) {
      for (let i = depth - 1; i >= 0; i--) sum += weights[at + i] / (zero * (depth - i))
    }
    return sum * (depth + 1)
  }
}
