import { throwIfAborted } from '../input-check.js'
import type { RegressionProblem } from './regression-problem.js'
import { type SparseLines, transposeLines } from './sparse-product.js'

// Constants of this module: in a `vm` context, as test runners use, every look at a global is slow.
const { abs, max, min } = Math

export interface CoordinateDescentOptions {
  /** The objective is ½ Σ weight · error² + l1 · Σ |weights| + l2 / 2 · ‖weights‖². */
  readonly l1: number
  readonly l2: number
  /** Stop when the duality gap is at most this share of the objective of no weights at all. */
  readonly tolerance: number
  readonly maxIterations: number
  readonly signal?: AbortSignal
  readonly onProgress?: (share: number) => void
}

export interface CoordinateDescentResult {
  /** shape (features,) */
  readonly weights: Float64Array
  readonly intercept: number
  readonly iterations: number
  readonly converged: boolean
}

/** Sweeps over the weights that are not 0, at most, between two sweeps over all. */
const activeSweeps = 20

/**
 * Least squares with an L1 penalty, weight by weight, each exactly; between sweeps over all columns those that are not 0 are swept
 * over alone. The gap between the objective and its dual says how far the least objective can still be.
 *
 * Sparse columns are not filled: that they are moved to mean 0 is one number added to all errors. Cost per sweep: one pass over the
 * non-zero values.
 *
 * @see Friedman, Hastie and Tibshirani (2010), "Regularization paths for generalized linear models via coordinate descent".
 */
export function descendCoordinates(problem: RegressionProblem, options: CoordinateDescentOptions): CoordinateDescentResult {
  const { rowWeights, targets, mean } = problem
  const { l1, l2 } = options
  const { pointers, indices, values } = columnsOf(problem)
  const size = pointers.length - 1
  const weights = new Float64Array(size)
  const means = new Float64Array(size)
  const squares = new Float64Array(size)
  for (let j = 0; j < size; j++) {
    let uncentered = 0
    for (let i = pointers[j]; i < pointers[j + 1]; i++) {
      means[j] += rowWeights[indices[i]] * values[i]
      uncentered += rowWeights[indices[i]] * values[i] ** 2
    }
    const centered = uncentered - means[j] ** 2
    squares[j] = centered > 1e-12 * uncentered ? centered : 0
  }
  /** Errors are errors[row] + shift. */
  const errors = targets.map((target) => target - mean)
  let shift = 0
  const nullObjective = errors.reduce((sum, error, row) => sum + rowWeights[row] * error * error, 0) / 2
  let reported = 0

  for (let iteration = 1; ; iteration++) {
    throwIfAborted(options.signal)
    sweep(() => true)
    const gap = dualityGap()
    const converged = gap <= options.tolerance * nullObjective
    reported = max(reported, min(0.99, iteration / options.maxIterations))
    options.onProgress?.(reported)
    if (converged || iteration >= options.maxIterations) {
      return { weights, intercept: mean - weights.reduce((sum, weight, j) => sum + weight * means[j], 0), iterations: iteration, converged }
    }
    for (let inner = 0, first = 0; inner < activeSweeps; inner++) {
      const gained = sweep((j) => weights[j] !== 0)
      if (inner === 0) first = gained
      if (gained <= 0.01 * first) break
    }
  }

  /** Σ weight · x · error of a column about its mean: errors sum to 0, so the mean adds nothing. */
  function slopeOf(j: number): number {
    let slope = 0
    for (let i = pointers[j]; i < pointers[j + 1]; i++) slope += rowWeights[indices[i]] * values[i] * errors[indices[i]]
    return slope + shift * means[j]
  }

  /** Sets each of some weights to where the objective is least; returns about how much that gained. */
  function sweep(chosen: (j: number) => boolean): number {
    let gained = 0
    for (let j = 0; j < size; j++) {
      if (squares[j] === 0 || !chosen(j)) continue
      const before = weights[j]
      const pull = slopeOf(j) + squares[j] * before
      const shrunk = max(abs(pull) - l1, 0)
      const after = (pull > 0 ? shrunk : -shrunk) / (squares[j] + l2)
      if (after === before) continue
      const change = after - before
      weights[j] = after
      for (let i = pointers[j]; i < pointers[j + 1]; i++) errors[indices[i]] -= change * values[i]
      shift += change * means[j]
      gained += squares[j] * change * change
    }
    return gained
  }

  function dualityGap(): number {
    let steepest = 0
    let sizes = 0
    let weightSquares = 0
    for (let j = 0; j < size; j++) {
      steepest = max(steepest, squares[j] === 0 ? 0 : abs(slopeOf(j) - l2 * weights[j]))
      sizes += abs(weights[j])
      weightSquares += weights[j] ** 2
    }
    let errorSquares = 0
    let explained = 0
    for (let row = 0; row < errors.length; row++) {
      const error = errors[row] + shift
      errorSquares += rowWeights[row] * error * error
      explained += rowWeights[row] * error * (targets[row] - mean)
    }
    const scale = steepest > l1 ? l1 / steepest : 1
    return (errorSquares * (1 + scale ** 2)) / 2 + l1 * sizes - scale * explained + (l2 / 2) * (1 + scale ** 2) * weightSquares
  }
}

/** The columns of both blocks as lines, dense ones in full. */
function columnsOf({ matrix, widths }: RegressionProblem): SparseLines {
  const sparse = matrix.sparse
  const right = transposeLines(
    sparse ? { pointers: sparse.rowPointers, indices: sparse.columnIndices, values: sparse.values }
      : { pointers: new Uint32Array(matrix.rowCount + 1), indices: new Uint32Array(0), values: new Float32Array(0) },
    widths.sparseCount,
  )
  const denseSize = widths.denseCount * matrix.rowCount
  const pointers = new Uint32Array(widths.denseCount + widths.sparseCount + 1)
  const indices = new Uint32Array(denseSize + right.indices.length)
  const values = new Float32Array(denseSize + right.indices.length)
  for (let column = 0, to = 0; column < widths.denseCount; column++) {
    for (let row = 0; row < matrix.rowCount; row++, to++) {
      indices[to] = row
      values[to] = matrix.dense!.values[row * widths.denseCount + column]
    }
    pointers[column + 1] = to
  }
  indices.set(right.indices, denseSize)
  values.set(right.values, denseSize)
  for (let column = 0; column <= widths.sparseCount; column++) pointers[widths.denseCount + column] = denseSize + right.pointers[column]
  return { pointers, indices, values }
}
