import type { FirstOrderLoss, MarginLoss } from './margin-loss.js'

// Constants of this module: in a `vm` context, as test runners use, every look at a global is slow.
const { abs, exp, log, min } = Math

/** Beyond it, `exp` would leave the numbers. */
export const largestLogMean = 700

/** What to predict: row `r` is `targets[r]` and counts `rowWeights[r]`. */
export interface WeightedTargets {
  readonly targets: Float64Array
  /** shape (rows,) */
  readonly rowWeights: Float64Array
}

/** Half the squared error. */
export class SquaredLoss implements MarginLoss {
  readonly outputs = 1
  readonly #targets: Float64Array
  readonly #rowWeights: Float64Array

  constructor(target: WeightedTargets) {
    this.#targets = target.targets
    this.#rowWeights = target.rowWeights
  }

  evaluate(margins: Float64Array, residuals: Float64Array): number {
    let loss = 0
    for (let row = 0; row < margins.length; row++) {
      const error = margins[row] - this.#targets[row]
      const residual = this.#rowWeights[row] * error
      residuals[row] = residual
      loss += residual * error
    }
    return loss / 2
  }

  curvatureAlong(direction: Float64Array): number {
    let curvature = 0
    for (let row = 0; row < direction.length; row++) curvature += this.#rowWeights[row] * direction[row] ** 2
    return curvature
  }
}

/** Half the deviance of counts of the mean exp(margin): μ − y + y log(y / μ). */
export class PoissonLoss implements MarginLoss {
  readonly outputs = 1
  readonly #targets: Float64Array
  readonly #rowWeights: Float64Array
  /** y log y − y */
  readonly #constants: Float64Array

  constructor(target: WeightedTargets) {
    this.#targets = target.targets
    this.#rowWeights = target.rowWeights
    this.#constants = target.targets.map((y) => (y > 0 ? y * log(y) - y : 0))
  }

  evaluate(margins: Float64Array, residuals: Float64Array): number {
    let loss = 0
    for (let row = 0; row < margins.length; row++) {
      const weight = this.#rowWeights[row]
      if (weight === 0) {
        residuals[row] = 0
        continue
      }
      const mean = exp(min(margins[row], largestLogMean))
      residuals[row] = weight * (mean - this.#targets[row])
      loss += weight * (mean - this.#targets[row] * margins[row] + this.#constants[row])
    }
    return loss
  }

  curvatureAlong(direction: Float64Array, residuals: Float64Array): number {
    let curvature = 0
    for (let row = 0; row < direction.length; row++) {
      curvature += (residuals[row] + this.#rowWeights[row] * this.#targets[row]) * direction[row] ** 2
    }
    return curvature
  }
}

/**
 * The quantile loss with its corner rounded off within `width`: ½ h(y − margin) + (quantile − ½) (y − margin), where h is |·| outside
 * and (·)² / (2 width) + width / 2 inside. It lies above the quantile loss, by at most width / 4.
 */
export class SmoothPinballLoss implements FirstOrderLoss {
  readonly outputs = 1
  readonly #targets: Float64Array
  readonly #rowWeights: Float64Array
  readonly #quantile: number
  readonly #width: number

  constructor(target: WeightedTargets, quantile: number, width: number) {
    this.#targets = target.targets
    this.#rowWeights = target.rowWeights
    this.#quantile = quantile
    this.#width = width
  }

  evaluate(margins: Float64Array, residuals: Float64Array): number {
    const width = this.#width
    const tilt = this.#quantile - 0.5
    let loss = 0
    for (let row = 0; row < margins.length; row++) {
      const error = this.#targets[row] - margins[row]
      const weight = this.#rowWeights[row]
      const size = abs(error)
      if (size <= width) {
        loss += weight * (((error / width) * error + width) / 4 + tilt * error)
        residuals[row] = -weight * (error / width / 2 + tilt)
      } else {
        loss += weight * (size / 2 + tilt * error)
        residuals[row] = -weight * (error > 0 ? tilt + 0.5 : tilt - 0.5)
      }
    }
    return loss
  }
}
