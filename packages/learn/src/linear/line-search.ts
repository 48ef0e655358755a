import type { MarginLoss } from './margin-loss.js'

/** The objective along a direction, from where it stands. */
export interface Line {
  /** Of the loss, penalty left out. */
  readonly value: number
  /** Of the objective, below 0. */
  readonly slope: number
  /** weights · direction, of the penalised weights. */
  readonly along: number
  /** ‖direction‖², of the penalised weights. */
  readonly directionSquares: number
}

/** How often to try before giving up: a bracket shrinks to rounding in fewer. */
const attempts = 60

/**
 * Goes along a direction to where the objective is nearly least: where its slope is a tenth of what it was. Newton's step first,
 * then the secant rule inside a bracket. Looks at margins only, so a trial costs one evaluation of the loss.
 */
export class LineSearch {
  readonly #loss: MarginLoss
  readonly #penalty: number
  readonly #margins: Float64Array
  readonly #steps: Float64Array
  readonly #residuals: Float64Array
  readonly #trial: Float64Array

  /**
   * @param parts.margins - Where the search starts, and after `run` where it ended.
   * @param parts.steps - Change of the margins at distance 1.
   * @param parts.residuals - Those of the margins, before and after.
   * @param parts.trial - Room for margins.
   */
  constructor(parts: {
    readonly loss: MarginLoss
    readonly penalty: number
    readonly margins: Float64Array
    readonly steps: Float64Array
    readonly residuals: Float64Array
    readonly trial: Float64Array
  }) {
    this.#loss = parts.loss
    this.#penalty = parts.penalty
    this.#margins = parts.margins
    this.#steps = parts.steps
    this.#residuals = parts.residuals
    this.#trial = parts.trial
  }

  /** The distance to go and the loss there; undefined when no distance gains anything, as rounding has it at the minimum. */
  run(line: Line): { readonly distance: number; readonly value: number } | undefined {
    const curvature = this.#loss.curvatureAlong(this.#steps, this.#residuals) + this.#penalty * line.directionSquares
    let distance = curvature > 0 ? -line.slope / curvature : 1
    let [low, high] = [0, Infinity]
    let [lastDistance, lastSlope] = [0, line.slope]
    for (let attempt = 0; attempt < attempts && distance > 0 && Number.isFinite(distance); attempt++) {
      const value = this.#evaluateAt(distance)
      const slope = this.#slopeAt(distance, line)
      if (Math.abs(slope) <= 0.1 * Math.abs(line.slope)) {
        const penalty = this.#penalty * distance * (line.along + (distance / 2) * line.directionSquares)
        if (!(value + penalty < line.value)) return undefined
        this.#margins.set(this.#trial)
        return { distance, value }
      }
      if (slope > 0) high = distance
      else low = distance
      const secant = distance - (slope * (distance - lastDistance)) / (slope - lastSlope)
      lastDistance = distance
      lastSlope = slope
      distance = secant > low && secant < high ? secant : high === Infinity ? low * 2 : (low + high) / 2
    }
    return undefined
  }

  #evaluateAt(distance: number): number {
    const trial = this.#trial
    const margins = this.#margins
    const steps = this.#steps
    for (let i = 0; i < trial.length; i++) trial[i] = margins[i] + distance * steps[i]
    return this.#loss.evaluate(trial, this.#residuals)
  }

  #slopeAt(distance: number, line: Line): number {
    const steps = this.#steps
    const residuals = this.#residuals
    let slope = this.#penalty * (line.along + distance * line.directionSquares)
    for (let i = 0; i < steps.length; i++) slope += residuals[i] * steps[i]
    return slope
  }
}
