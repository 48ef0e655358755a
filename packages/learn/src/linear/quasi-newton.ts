import { dot } from './dot.js'

/** How many of the last steps are remembered. */
const pairCount = 10

interface Pair {
  readonly step: Float64Array
  readonly change: Float64Array
  readonly product: number
}

/**
 * Remembers how the gradient changed over the last ten steps and turns a gradient into a direction: L-BFGS, started from a guess of
 * the diagonal of the inverse second derivative.
 *
 * @see Nocedal and Wright (2006), "Numerical Optimization", algorithm 7.4.
 */
export class QuasiNewton {
  readonly #inverse: Float64Array
  readonly #weights: Float64Array
  readonly #gradient: Float64Array
  #pairs: Pair[] = []
  #started = false
  #scale = 1

  constructor(size: number, inverse: Float64Array) {
    this.#inverse = inverse
    this.#weights = new Float64Array(size)
    this.#gradient = new Float64Array(size)
  }

  /** Where the solver stands now; a step over which the gradient did not grow is not remembered. */
  add(weights: Float64Array, gradient: Float64Array): void {
    if (this.#started) this.#remember(weights, gradient)
    this.#started = true
    this.#weights.set(weights)
    this.#gradient.set(gradient)
  }

  clear(): void {
    this.#pairs = []
    this.#scale = 1
  }

  /** direction = −H slopes */
  direct(slopes: Float64Array, direction: Float64Array): void {
    direction.set(slopes)
    const shares = this.#pairs.map(({ step, change, product }) => ({ step, change, product, share: 0 }))
    for (let p = shares.length - 1; p >= 0; p--) {
      const pair = shares[p]
      pair.share = dot(pair.step, direction) / pair.product
      for (let i = 0; i < direction.length; i++) direction[i] -= pair.share * pair.change[i]
    }
    for (let i = 0; i < direction.length; i++) direction[i] *= this.#scale * this.#inverse[i]
    for (const { step, change, product, share } of shares) {
      const rest = share - dot(change, direction) / product
      for (let i = 0; i < direction.length; i++) direction[i] += rest * step[i]
    }
    for (let i = 0; i < direction.length; i++) direction[i] = -direction[i]
  }

  #remember(weights: Float64Array, gradient: Float64Array): void {
    // The arrays of the oldest pair are used again.
    const oldest = this.#pairs.length === pairCount ? this.#pairs.shift() : undefined
    const step = oldest?.step ?? new Float64Array(weights.length)
    const change = oldest?.change ?? new Float64Array(weights.length)
    let product = 0
    let scaled = 0
    for (let i = 0; i < weights.length; i++) {
      step[i] = weights[i] - this.#weights[i]
      change[i] = gradient[i] - this.#gradient[i]
      product += step[i] * change[i]
      scaled += change[i] * change[i] * this.#inverse[i]
    }
    if (!(product > 1e-14 * scaled)) return
    this.#pairs.push({ step, change, product })
    this.#scale = product / scaled
  }
}
