import type { MarginLoss } from './margin-loss.js'
import type { WeightedTargets } from './regression-loss.js'

const { abs, max, sqrt } = Math

/**
 * Huber's loss with the scale that suits it best: the least over σ of Σ weight · (σ + H(error / σ) σ), where H(z) is z² up to epsilon and
 * 2 epsilon |z| − epsilon² beyond. The scale is found exactly: with the rows sorted by the size of their errors, those inside are a
 * prefix, and given the prefix σ² = Σ inside weight · error² / (Σ weight − epsilon² · Σ outside weight).
 *
 * The rows' weights sum to 1. As σ is at its minimum, the gradient by the margins is the partial one.
 *
 * @see Owen (2007), "A robust hybrid of lasso and ridge regression".
 */
export class HuberLoss implements MarginLoss {
  readonly outputs = 1
  readonly #targets: Float64Array
  readonly #rowWeights: Float64Array
  readonly #epsilon: number
  readonly #smallestScale: number
  readonly #sizes: Float64Array
  readonly #order: Uint32Array
  #scale = 1

  /** @param smallestScale - Below it the scale is not let, as errors of 0 have none. */
  constructor(target: WeightedTargets, epsilon: number, smallestScale: number) {
    this.#targets = target.targets
    this.#rowWeights = target.rowWeights
    this.#epsilon = epsilon
    this.#smallestScale = smallestScale
    this.#sizes = new Float64Array(target.targets.length)
    this.#order = Uint32Array.from(target.targets.keys()).filter((row) => target.rowWeights[row] > 0)
  }

  /** The scale at the margins that were looked at last. */
  get scale(): number {
    return this.#scale
  }

  evaluate(margins: Float64Array, residuals: Float64Array): number {
    for (let row = 0; row < margins.length; row++) this.#sizes[row] = abs(margins[row] - this.#targets[row])
    const scale = (this.#scale = this.#bestScale())
    const limit = this.#epsilon * scale
    let loss = scale
    for (let row = 0; row < margins.length; row++) {
      const error = margins[row] - this.#targets[row]
      const weight = this.#rowWeights[row]
      if (this.#sizes[row] <= limit) {
        loss += (weight * error * error) / scale
        residuals[row] = (2 * weight * error) / scale
      } else {
        loss += weight * this.#epsilon * (2 * this.#sizes[row] - limit)
        residuals[row] = error > 0 ? 2 * weight * this.#epsilon : -2 * weight * this.#epsilon
      }
    }
    return loss
  }

  /** At the scale as it is; the scale's own move makes it a little less. */
  curvatureAlong(direction: Float64Array): number {
    const limit = this.#epsilon * this.#scale
    let curvature = 0
    for (let row = 0; row < direction.length; row++) {
      if (this.#sizes[row] <= limit) curvature += ((2 * this.#rowWeights[row]) / this.#scale) * direction[row] ** 2
    }
    return curvature
  }

  #bestScale(): number {
    const sizes = this.#sizes
    const order = this.#order.sort((a, b) => sizes[a] - sizes[b] || a - b)
    let insideSquares = 0
    let outside = 1
    let scale = 0
    for (let i = 0; i < order.length; i++) {
      const size = sizes[order[i]]
      insideSquares += this.#rowWeights[order[i]] * size * size
      outside -= this.#rowWeights[order[i]]
      const share = 1 - this.#epsilon ** 2 * max(outside, 0)
      if (share <= 0) continue
      scale = sqrt(insideSquares / share)
      // The prefix is right when the next row lies outside; F is convex in σ, so the first that fits is the minimum.
      if (i + 1 === order.length || sizes[order[i + 1]] > this.#epsilon * scale) break
    }
    return max(scale, this.#smallestScale)
  }
}
