import { type LinearMemory, ordinaryMemory } from './linear-memory.js'

// Constants of this module: in a `vm` context, as test runners use, every look at a global is slow.
const { abs, exp, log, log1p, max } = Math

/** A loss of margins, shape (rows, outputs), summed over rows with a weight for each. */
export interface FirstOrderLoss {
  readonly outputs: number
  /** The loss; its derivative by each margin is written into `residuals`. */
  evaluate(margins: Float64Array, residuals: Float64Array): number
}

export interface MarginLoss extends FirstOrderLoss {
  /** Second derivative of the loss along a direction, at the margins whose residuals these are. */
  curvatureAlong(direction: Float64Array, residuals: Float64Array): number
}

/** What to predict: row `r` has class `codes[r]` and counts `rowWeights[r]`. */
export interface WeightedCodes {
  readonly codes: Int32Array
  /** shape (rows,) */
  readonly rowWeights: Float64Array
}

/** Log-loss of the softmax over as many margins as there are classes. */
export class SoftmaxLoss implements MarginLoss {
  readonly outputs: number
  readonly #codes: Int32Array
  readonly #rowWeights: Float64Array
  readonly #largests: Float64Array
  readonly #sums: Float64Array
  readonly #memory: LinearMemory

  /** @param memory - Where the margins and residuals lie. */
  constructor(target: WeightedCodes, classCount: number, memory = ordinaryMemory) {
    this.outputs = classCount
    this.#codes = target.codes
    this.#memory = memory
    this.#rowWeights = memory.doubles(target.rowWeights.length)
    this.#rowWeights.set(target.rowWeights)
    this.#largests = memory.doubles(target.rowWeights.length)
    this.#sums = memory.doubles(target.rowWeights.length)
  }

  evaluate(margins: Float64Array, residuals: Float64Array): number {
    const outputs = this.outputs
    const codes = this.#codes
    const rowWeights = this.#rowWeights
    const largests = this.#largests
    const sums = this.#sums
    this.#memory.softmaxShares({ margins, width: outputs, rowWeights, shares: residuals, largests, sums })
    let loss = 0
    for (let row = 0, own = 0; row < codes.length; row++, own += outputs) {
      const at = own + codes[row]
      loss += rowWeights[row] * (log(sums[row]) + largests[row] - margins[at])
      residuals[at] -= rowWeights[row]
    }
    return loss
  }

  curvatureAlong(direction: Float64Array, residuals: Float64Array): number {
    const outputs = this.outputs
    let curvature = 0
    for (let row = 0, at = 0; row < this.#codes.length; row++, at += outputs) {
      // r = w p, once the weight is added back at the own class: dᵀ (diag p − p pᵀ) d
      const weight = this.#rowWeights[row]
      if (weight === 0) continue
      const own = direction[at + this.#codes[row]]
      let mean = own * weight
      let square = own * own * weight
      for (let k = 0; k < outputs; k++) {
        const step = direction[at + k]
        mean += residuals[at + k] * step
        square += residuals[at + k] * step * step
      }
      curvature += square - (mean * mean) / weight
    }
    return curvature
  }
}

/** Log-loss of two classes by one margin: that of class 1 over class 0. */
export class BinaryLogLoss implements MarginLoss {
  readonly outputs = 1
  readonly #codes: Int32Array
  readonly #rowWeights: Float64Array

  constructor(target: WeightedCodes) {
    this.#codes = target.codes
    this.#rowWeights = target.rowWeights
  }

  evaluate(margins: Float64Array, residuals: Float64Array): number {
    let loss = 0
    for (let row = 0; row < margins.length; row++) {
      const margin = margins[row]
      const small = exp(-abs(margin))
      const probability = (margin > 0 ? 1 : small) / (1 + small)
      loss += this.#rowWeights[row] * (log1p(small) + max(margin, 0) - margin * this.#codes[row])
      residuals[row] = this.#rowWeights[row] * (probability - this.#codes[row])
    }
    return loss
  }

  curvatureAlong(direction: Float64Array, residuals: Float64Array): number {
    let curvature = 0
    for (let row = 0; row < direction.length; row++) {
      const weight = this.#rowWeights[row]
      if (weight === 0) continue
      const probability = residuals[row] / weight + this.#codes[row]
      curvature += weight * probability * (1 - probability) * direction[row] ** 2
    }
    return curvature
  }
}
