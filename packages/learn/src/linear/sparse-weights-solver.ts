import type { LinearRows } from './linear-rows.js'
import type { Solution } from './linear-solver.js'
import type { FirstOrderLoss } from './margin-loss.js'
import { QuasiNewton } from './quasi-newton.js'

// Constants of this module: in a `vm` context, as test runners use, every look at a global is slow.
const { abs } = Math

export interface SparseWeightsOptions {
  readonly rows: LinearRows
  readonly loss: FirstOrderLoss
  /** The objective is loss + l1 · Σ |weights| + l2 / 2 · ‖weights‖², intercepts not penalised. */
  readonly l1: number
  readonly l2: number
  /** Where to start, shape (rows.weightCount,); changed in place, and the result. */
  readonly weights: Float64Array
  /** A guess of each diagonal element of the smooth part's second derivative, same shape, above 0. */
  readonly curvature: Float64Array
  /**
   * Stop when no more than this share of the objective was gained in ten iterations. Gradient and curvature tell how much is left to
   * gain, but not well where features depend on each other: that is for reports only.
   */
  readonly tolerance: number
  readonly maxIterations: number
  /** Called before each iteration with the estimated share of the objective still to gain; may throw to stop. */
  readonly onIteration?: (iteration: number, remaining: number) => void
}

/** How often a step is halved before there is nothing to gain. */
const halvings = 50
/** Share of the promised gain that a step has to bring. */
const sufficient = 1e-4
/** An objective that gains less than the tolerance in so many iterations has arrived. */
const patience = 10

/**
 * Minimises a convex loss of a linear model with an L1 penalty, so that weights of no use are exactly 0: orthant-wise quasi-Newton.
 * Within the orthant of the signs that weights have, or would take, the objective is smooth; a step that leaves it stops at 0.
 *
 * An iteration makes two passes over the data, one more for each halving of a step; ten pairs of arrays of the weights' size are kept.
 *
 * @see Andrew and Gao (2007), "Scalable training of L1-regularized log-linear models".
 */
export function solveSparseWeights(options: SparseWeightsOptions): Solution {
  const { rows, loss, l1, l2, weights, tolerance } = options
  const size = rows.weightCount
  const penalized = rows.featureCount * rows.outputs
  /** So many weights keep their sign within a step. */
  const oriented = l1 > 0 ? penalized : 0
  const inverse = options.curvature.map((value) => 1 / value)
  const margins = rows.memory.doubles(rows.rowCount * rows.outputs)
  const residuals = rows.memory.doubles(margins.length)
  const gradient = rows.memory.doubles(size)
  const slopes = new Float64Array(size)
  const direction = new Float64Array(size)
  const trial = rows.memory.doubles(size)
  const memory = new QuasiNewton(size, inverse)
  const recent: number[] = []

  let objective = evaluate(weights)
  for (let iteration = 0; ; iteration++) {
    differentiate()
    const remaining = objective > 0 ? leftToGain() / objective : 0
    options.onIteration?.(iteration, remaining)
    recent.push(objective)
    const gained = recent.length > patience ? recent[recent.length - 1 - patience] - objective : Infinity
    const converged = remaining === 0 || gained <= tolerance * objective
    if (converged || iteration >= options.maxIterations) return { weights, objective, iterations: iteration, converged }
    memory.add(weights, gradient)
    memory.direct(slopes, direction)
    const next = step(iteration) ?? restarted()
    if (next === undefined) return { weights, objective, iterations: iteration, converged: true } // rounding leaves nothing to gain
    objective = next
    weights.set(trial)
  }

  /** A step along the plain gradient, when what was remembered points nowhere. */
  function restarted(): number | undefined {
    memory.clear()
    memory.direct(slopes, direction)
    return step(0)
  }

  /** The objective; leaves the residuals of these weights. */
  function evaluate(at: Float64Array): number {
    rows.forward(at, margins)
    let value = loss.evaluate(margins, residuals)
    for (let i = 0; i < penalized; i++) value += l1 * abs(at[i]) + (l2 / 2) * at[i] * at[i]
    return value
  }

  /** The gradient of the smooth part, and the objective's slope towards where it falls: 0 where it falls neither way. */
  function differentiate(): void {
    rows.backward(residuals, gradient)
    for (let i = 0; i < size; i++) {
      if (i >= penalized) {
        slopes[i] = gradient[i]
        continue
      }
      const g = (gradient[i] += l2 * weights[i])
      if (weights[i] !== 0) slopes[i] = g + (weights[i] > 0 ? l1 : -l1)
      else slopes[i] = g > l1 ? g - l1 : g < -l1 ? g + l1 : 0
    }
  }

  function leftToGain(): number {
    let gain = 0
    for (let i = 0; i < size; i++) gain += slopes[i] * slopes[i] * inverse[i]
    return gain / 2
  }

  /** Goes along the direction within the orthant into `trial`; undefined when no distance gains anything. */
  function step(iteration: number): number | undefined {
    for (let i = 0; i < oriented; i++) if (direction[i] * slopes[i] >= 0) direction[i] = 0
    let distance = iteration === 0 ? 0.5 : 1
    for (let attempt = 0; attempt < halvings; attempt++, distance /= 2) {
      let promised = 0
      for (let i = 0; i < size; i++) {
        const moved = weights[i] + distance * direction[i]
        const side = weights[i] !== 0 ? weights[i] : -slopes[i]
        trial[i] = i < oriented && moved * side <= 0 ? 0 : moved
        promised += slopes[i] * (trial[i] - weights[i])
      }
      if (promised >= 0) return undefined
      const value = evaluate(trial)
      if (value <= objective + sufficient * promised) return value
    }
    evaluate(weights)
    return undefined
  }
}
