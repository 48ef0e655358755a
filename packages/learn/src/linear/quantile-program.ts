import { CholeskySolver } from './cholesky.js'
import { dot } from './dot.js'

// Constants of this module: in a `vm` context, as test runners use, every look at a global is slow.
const { abs, max, min } = Math

export interface QuantileProgramOptions {
  /** shape (rows, features), row-major */
  readonly values: Float32Array
  readonly targets: Float64Array
  /** shape (rows,), above 0, sum 1 */
  readonly rowWeights: Float64Array
  readonly quantile: number
  /** The objective is Σ weight · quantile loss + alpha · Σ |weights|. */
  readonly alpha: number
  /** Stop when the duality gap is at most this share of the objective. */
  readonly tolerance: number
  readonly maxIterations: number
  /** Called before each iteration with the share of the objective that the gap still is; may throw to stop. */
  readonly onIteration: (iteration: number, gap: number) => void
}

/** Steps go so far towards the wall. */
const nearlyAll = 0.9995
const offWall = 1e-3

/**
 * Solves the linear program of quantile regression by Frisch and Newton's interior point method: the dual, whose unknowns lie between
 * 0 and 1, one a row, is followed down the middle with Mehrotra's corrector. The penalty is one row more a feature. The gap between
 * both programs proves how close the objective is. Cost per iteration, of which there are about twenty: rows · features².
 *
 * @returns shape (features + 1,), the intercept last
 * @see Portnoy and Koenker (1997), "The Gaussian hare and the Laplacian tortoise"; Mehrotra (1992).
 */
export function solveQuantileProgram(options: QuantileProgramOptions): { weights: Float64Array; iterations: number; converged: boolean } {
  const { values, targets, rowWeights, quantile, alpha } = options
  const rowCount = targets.length
  const width = values.length / rowCount
  const size = width + 1
  const count = rowCount + (alpha > 0 ? width : 0)
  const costs = new Float64Array(count)
  for (let row = 0; row < rowCount; row++) costs[row] = -rowWeights[row] * targets[row]
  // x: the dual's unknowns, s = 1 − x; z and w: what each wall presses back with.
  const x = new Float64Array(count).fill(1 - quantile).fill(0.5, rowCount)
  const s = x.map((value) => 1 - value)
  let q = new Float64Array(count).fill(1)
  let solver = factorize(q)
  const y = multiply(costs)
  solver.solve(y)
  const z = transposed(y)
  const w = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const rest = costs[i] - z[i]
    z[i] = max(rest, 0)
    w[i] = z[i] - rest
  }
  // A row that is met exactly presses on neither wall: both get the same little.
  const little = (1e-3 * w.reduce((sum, value, i) => sum + value + z[i], 0)) / count || 1e-3
  for (let i = 0; i < count; i++) {
    z[i] += little
    w[i] += little
  }

  const largestLoss = costs.reduce((sum, cost) => sum + abs(cost), 0)
  for (let iteration = 0; ; iteration++) {
    const complement = dot(z, x) + dot(w, s)
    const loss = lossOf()
    options.onIteration(iteration, loss > 0 ? complement / loss : 0)
    const converged = largestLoss === 0 || complement <= max(options.tolerance * loss, 1e-15 * largestLoss)
    if (converged || iteration >= options.maxIterations) return { weights: y.map(weightOf), iterations: iteration, converged }

    q = q.map((_, i) => 1 / (z[i] / x[i] + w[i] / s[i]))
    solver = factorize(q)
    const rest = z.map((value, i) => value - w[i])
    const right = multiply(rest.map((value, i) => q[i] * value))
    const dy = right.slice()
    solver.solve(dy)
    const dx = transposed(dy).map((value, i) => q[i] * (value - rest[i]))
    const dz = dx.map((step, i) => -z[i] * (1 + step / x[i]))
    const dw = dx.map((step, i) => -w[i] * (1 - step / s[i]))
    let [forward, back] = stepLengths(dx, dz, dw)
    if (min(forward, back) < 1) {
      let mean = 0
      for (let i = 0; i < count; i++) mean += (z[i] + back * dz[i]) * (x[i] + forward * dx[i]) + (w[i] + back * dw[i]) * (s[i] - forward * dx[i])
      const center = (complement * (mean / complement) ** 3) / (2 * count)
      const pairs = dx.map((step, i) => step * dz[i])
      const otherPairs = dx.map((step, i) => -step * dw[i])
      const pull = x.map((value, i) => center * (1 / value - 1 / s[i]) - pairs[i] / value + otherPairs[i] / s[i])
      dy.set(multiply(rest.map((value, i) => q[i] * (value - pull[i]))))
      solver.solve(dy)
      dx.set(transposed(dy).map((value, i) => q[i] * (value - rest[i] + pull[i])))
      for (let i = 0; i < count; i++) {
        dz[i] = (center - pairs[i] - z[i] * dx[i]) / x[i] - z[i]
        dw[i] = (center - otherPairs[i] + w[i] * dx[i]) / s[i] - w[i]
      }
      ;[forward, back] = stepLengths(dx, dz, dw)
    }
    // Numbers too far apart for 64 bits end it where it stands.
    if (!dy.every(Number.isFinite) || !dx.every(Number.isFinite)) return { weights: y.map(weightOf), iterations: iteration, converged: false }
    for (let i = 0; i < count; i++) {
      x[i] += forward * dx[i]
      s[i] -= forward * dx[i]
      z[i] += back * dz[i]
      w[i] += back * dw[i]
    }
    for (let i = 0; i < size; i++) y[i] += back * dy[i]
  }

  /** A weight whose row of the penalty stays off both walls is 0. */
  function weightOf(value: number, i: number): number {
    const at = rowCount + i
    return i < width && at < count && min(x[at], s[at]) > offWall ? 0 : -value
  }

  /** The primal's objective at the weights −y. */
  function lossOf(): number {
    const fits = transposed(y)
    let loss = 0
    for (let i = 0; i < count; i++) {
      const error = -(costs[i] - fits[i])
      const level = i < rowCount ? quantile : 0.5
      loss += max(level * error, (level - 1) * error)
    }
    return loss
  }

  function stepLengths(dx: Float64Array, dz: Float64Array, dw: Float64Array): [forward: number, back: number] {
    let forward = Infinity
    let back = Infinity
    for (let i = 0; i < count; i++) {
      if (dx[i] < 0) forward = min(forward, -x[i] / dx[i])
      if (dx[i] > 0) forward = min(forward, s[i] / dx[i])
      if (dz[i] < 0) back = min(back, -z[i] / dz[i])
      if (dw[i] < 0) back = min(back, -w[i] / dw[i])
    }
    return [min(1, nearlyAll * forward), min(1, nearlyAll * back)]
  }

  /** Σ of the weighted rows, each times a number: shape (features + 1,). */
  function multiply(numbers: Float64Array): Float64Array {
    const sums = new Float64Array(size)
    for (let row = 0, at = 0; row < rowCount; row++) {
      const number = rowWeights[row] * numbers[row]
      for (let c = 0; c < width; c++, at++) sums[c] += number * values[at]
      sums[width] += number
    }
    for (let i = rowCount; i < count; i++) sums[i - rowCount] += 2 * alpha * numbers[i]
    return sums
  }

  /** Each weighted row times a vector: shape (rows,), and the rows of the penalty. */
  function transposed(vector: Float64Array): Float64Array {
    const products = new Float64Array(count)
    for (let row = 0, at = 0; row < rowCount; row++) {
      let sum = vector[width]
      for (let c = 0; c < width; c++, at++) sum += values[at] * vector[c]
      products[row] = rowWeights[row] * sum
    }
    for (let i = rowCount; i < count; i++) products[i] = 2 * alpha * vector[i - rowCount]
    return products
  }

  /** The decomposition of Σ number · row rowᵀ over the weighted rows. */
  function factorize(numbers: Float64Array): CholeskySolver {
    const products = new Float64Array(size * size)
    for (let row = 0; row < rowCount; row++) {
      const number = numbers[row] * rowWeights[row] ** 2
      const start = row * width
      for (let a = 0; a < width; a++) {
        const weighted = number * values[start + a]
        if (weighted === 0) continue
        for (let b = 0, to = a * size; b <= a; b++) products[to + b] += weighted * values[start + b]
        products[width * size + a] += weighted
      }
      products[width * size + width] += number
    }
    for (let i = rowCount; i < count; i++) products[(i - rowCount) * (size + 1)] += numbers[i] * (2 * alpha) ** 2
    return new CholeskySolver(products, size, 1e-13)
  }
}
