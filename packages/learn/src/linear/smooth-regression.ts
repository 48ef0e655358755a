import type { FitOptions } from '../estimator.js'
import type { LinearRows } from './linear-rows.js'
import { type Solution, solveLinear } from './linear-solver.js'
import type { MarginLoss } from './margin-loss.js'
import type { RegressionProblem } from './regression-problem.js'
import { watchSolver } from './watch-solver.js'

export interface SmoothRegressionOptions {
  readonly loss: MarginLoss
  /** The objective is loss + penalty / 2 · ‖weights‖². */
  readonly penalty: number
  /** Where the intercept starts. */
  readonly intercept: number
  /** A guess of the loss's second derivative by a margin. */
  readonly marginCurvature: number
  readonly tolerance: number
  readonly maxIterations: number
}

/** Minimises a smooth loss of one margin a row from weights of 0 (see `solveLinear`). */
export function solveSmoothRegression(problem: RegressionProblem, rows: LinearRows, options: SmoothRegressionOptions, fit: FitOptions): Solution {
  const { penalty, marginCurvature, tolerance, maxIterations } = options
  const weights = new Float64Array(rows.weightCount)
  weights[rows.featureCount] = options.intercept
  return solveLinear({
    rows,
    loss: options.loss,
    penalty,
    weights,
    curvature: curvatureOf(problem, rows, penalty, marginCurvature),
    tolerance,
    maxIterations,
    onIteration: watchSolver(fit, { tolerance, maxIterations }),
  })
}

/** A guess of the objective's second derivative by each weight, above 0. */
export function curvatureOf(problem: RegressionProblem, rows: LinearRows, penalty: number, marginCurvature: number): Float64Array {
  const curvature = new Float64Array(rows.weightCount)
  // A column without a value, or lost in rounding, has no derivative: any number above 0 does.
  rows.squareSums(problem.rowWeights).forEach((squares, feature) => (curvature[feature] = penalty + marginCurvature * squares || 1))
  curvature[rows.featureCount] = marginCurvature
  return curvature
}
