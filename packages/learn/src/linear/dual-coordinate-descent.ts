import { createRandom } from '@motadata/core'
import type { FeatureMatrix } from '../feature-matrix.js'
import { throwIfAborted } from '../input-check.js'

// Constants of this module: in a `vm` context, as test runners use, every look at a global is slow.
const { abs, floor, max, min } = Math

export interface DualDescentOptions {
  readonly outputs: number
  /** +1 or −1 of a row for an output. */
  readonly sideOf: (row: number, output: number) => number
  /** C · weight of each row, shape (rows,); rows of 0 are left out. */
  readonly costs: Float64Array
  readonly loss: 'squared-hinge' | 'hinge'
  /** Stop when no row's gradient, projected on what may still move, is larger; margins are the unit. */
  readonly tolerance: number
  readonly maxIterations: number
  readonly seed: number
  readonly signal?: AbortSignal
  readonly onProgress?: (share: number) => void
}

export interface DualDescentResult {
  /** shape (features, outputs), row-major */
  readonly weights: Float64Array
  /** shape (outputs,) */
  readonly intercepts: Float64Array
  readonly iterations: number
  readonly converged: boolean
}

/**
 * Linear support vector machines, one an output, by descent on the coordinates of their dual: a row at a time, in a new order in each
 * pass, each as far as it gains. Outputs do not touch each other, but a row is read once for all of them.
 *
 * Minimises ½ ‖weights‖² + ½ intercept² + Σ cost · max(0, 1 − side · margin), or its square. Cost per pass: the non-zero values times
 * the outputs.
 *
 * @see Hsieh et al. (2008), "A dual coordinate descent method for large-scale linear SVM".
 */
export function descendDual(X: FeatureMatrix, options: DualDescentOptions): DualDescentResult {
  const { outputs, costs, sideOf } = options
  const { dense, sparse } = X
  const width = dense?.columnCount ?? 0
  const features = width + (sparse?.columnCount ?? 0)
  const denseValues = dense?.values ?? new Float32Array(0)
  const pointers = sparse?.rowPointers ?? new Uint32Array(X.rowCount + 1)
  const columns = sparse?.columnIndices ?? new Uint32Array(0)
  const values = sparse?.values ?? new Float32Array(0)
  const weights = new Float64Array(features * outputs)
  const intercepts = new Float64Array(outputs)
  const rows = Uint32Array.from(costs.keys()).filter((row) => costs[row] > 0)
  const alphas = new Float64Array(X.rowCount * outputs)
  const squares = new Float64Array(X.rowCount)
  for (const row of rows) {
    squares[row] = 1
    for (let c = 0; c < width; c++) squares[row] += denseValues[row * width + c] ** 2
    for (let i = pointers[row]; i < pointers[row + 1]; i++) squares[row] += values[i] ** 2
  }
  const margins = new Float64Array(outputs)
  const changes = new Float64Array(outputs)
  const random = createRandom(options.seed)

  for (let iteration = 1; ; iteration++) {
    throwIfAborted(options.signal)
    shuffle()
    let steepest = 0
    for (const row of rows) steepest = max(steepest, visit(row))
    options.onProgress?.(min(0.99, iteration / options.maxIterations))
    const converged = steepest <= options.tolerance
    if (converged || iteration >= options.maxIterations) return { weights, intercepts, iterations: iteration, converged }
  }

  function shuffle(): void {
    for (let i = rows.length - 1; i > 0; i--) {
      const j = floor(random.next() * (i + 1))
      const row = rows[i]
      rows[i] = rows[j]
      rows[j] = row
    }
  }

  /** Moves a row's coordinates to where they gain most; returns the largest slope that any of them had. */
  function visit(row: number): number {
    score(row)
    const isSquared = options.loss === 'squared-hinge'
    const ridge = isSquared ? 1 / (2 * costs[row]) : 0
    const most = isSquared ? Infinity : costs[row]
    let steepest = 0
    let moves = false
    for (let k = 0; k < outputs; k++) {
      const side = sideOf(row, k)
      const alpha = alphas[row * outputs + k]
      const slope = side * margins[k] - 1 + ridge * alpha
      const projected = alpha === 0 ? min(slope, 0) : alpha === most ? max(slope, 0) : slope
      steepest = max(steepest, abs(projected))
      const moved = min(max(alpha - slope / (squares[row] + ridge), 0), most)
      alphas[row * outputs + k] = moved
      changes[k] = (moved - alpha) * side
      if (moved !== alpha) moves = true
    }
    if (moves) add(row)
    return steepest
  }

  function score(row: number): void {
    for (let k = 0; k < outputs; k++) margins[k] = intercepts[k]
    for (let c = 0; c < width; c++) {
      const x = denseValues[row * width + c]
      for (let k = 0, at = c * outputs; k < outputs; k++) margins[k] += x * weights[at + k]
    }
    for (let i = pointers[row], end = pointers[row + 1]; i < end; i++) {
      const x = values[i]
      for (let k = 0, at = (width + columns[i]) * outputs; k < outputs; k++) margins[k] += x * weights[at + k]
    }
  }

  function add(row: number): void {
    for (let k = 0; k < outputs; k++) intercepts[k] += changes[k]
    for (let c = 0; c < width; c++) {
      const x = denseValues[row * width + c]
      for (let k = 0, at = c * outputs; k < outputs; k++) weights[at + k] += x * changes[k]
    }
    for (let i = pointers[row], end = pointers[row + 1]; i < end; i++) {
      const x = values[i]
      for (let k = 0, at = (width + columns[i]) * outputs; k < outputs; k++) weights[at + k] += x * changes[k]
    }
  }
}
