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
  /** 1 / n, since dividing takes several times as long. */
  readonly #inverses: Float64Array

  /**
   * @param capacity - Entries of all copies together.
   * @param length - Entries of a way, at most.
   */
  constructor(capacity: number, length: number) {
    this.#inverses = Float64Array.from({ length: length + 2 }, (_, n) => (n === 0 ? 0 : 1 / n))
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
    const share = this.#inverses[depth + 1]
    for (let i = depth - 1; i >= 0; i--) {
      const own = weights[at + i] * share
      weights[at + i + 1] += one * own * (i + 1)
      weights[at + i] = zero * own * (depth - i)
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

  /**
   * Gives every feature of a way its part of the value at its end: the weights that are left when it is taken out, times how much more
   * likely the way is with it known. Of those that would lead elsewhere if they were known, all have the same part.
   *
   * @param depth - The last entry; the first stands for no feature.
   * @param sums - shape (features,), added to.
   */
  addParts(at: number, depth: number, value: number, sums: Float64Array): void {
    const weights = this.#weights
    const inverses = this.#inverses
    const share = value * (depth + 1)
    let elsewhere = 0
    for (let i = 0; i < depth; i++) elsewhere += weights[at + i] * inverses[depth - i]
    elsewhere *= share
    const last = weights[at + depth]
    for (let entry = at + 1; entry <= at + depth; entry++) {
      if (this.ones[entry] === 0) {
        sums[this.features[entry]] -= elsewhere
        continue
      }
      const zero = this.zeros[entry]
      let next = last
      let sum = 0
      for (let i = depth - 1; i >= 0; i--) {
        const own = next * inverses[i + 1]
        sum += own
        next = weights[at + i] - own * zero * (depth - i)
      }
      sums[this.features[entry]] += sum * (1 - zero) * share
    }
  }
}
