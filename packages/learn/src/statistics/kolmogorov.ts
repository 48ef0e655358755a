/**
 * Share of the Kolmogorov distribution above x: the limit of √n times the largest distance of a sample's distribution.
 *
 * @example
 * kolmogorovSurvival(1.36).toFixed(3) // => '0.049'
 */
export function kolmogorovSurvival(x: number): number {
  if (x <= 0) return 1
  if (x < 1) {
    // Jacobi's transform of the series below, which converges fast where that does not.
    let sum = 0
    for (let k = 1; k <= 20; k++) sum += Math.exp((-((2 * k - 1) ** 2) * Math.PI ** 2) / (8 * x * x))
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum
  }
  let sum = 0
  for (let k = 1; k <= 20; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x)
  return sum
}

/** Above this many rows the matrices of the exact distribution cost more than the last digits are worth. */
const largestExactSize = 1000

/**
 * Chance that the distribution of a sample of `size` values lies at some point at least `distance` from the one it was drawn from.
 *
 * By matrix powers (Marsaglia, Tsang and Wang 2003), in the tail as twice the one-sided sum; above 1,000 values by the limit with
 * Vrbik's correction (2018), good to about 1e-5.
 *
 * @returns NaN for no values.
 */
export function kolmogorovSmirnovSurvival(distance: number, size: number): number {
  if (size < 1) return Number.NaN
  if (distance >= 1) return 0
  if (distance <= 0.5 / size) return 1
  if (distance >= 0.5 || size * distance * distance > 4) return Math.min(1, 2 * oneSided(distance, size))
  if (size <= largestExactSize) return 1 - matrixCdf(distance, size)
  const x = distance * Math.sqrt(size)
  return kolmogorovSurvival(x + 1 / (6 * Math.sqrt(size)) + (x - 1) / (4 * size))
}

/** Birnbaum and Tingey (1951), eq. 3.0. */
function oneSided(distance: number, size: number): number {
  let [sum, logChoose] = [0, 0]
  for (let j = 0; j <= Math.floor(size * (1 - distance)); j++) {
    if (j > 0) logChoose += Math.log((size - j + 1) / j)
    const rest = 1 - distance - j / size
    const logRest = rest > 0 ? (size - j) * Math.log(rest) : size === j ? 0 : -Infinity
    sum += Math.exp(logChoose + logRest + (j - 1) * Math.log(distance + j / size))
  }
  return distance * sum
}

function matrixCdf(distance: number, size: number): number {
  const k = Math.ceil(size * distance)
  const m = 2 * k - 1
  const h = k - size * distance
  const H = new Float64Array(m * m)
  for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) H[i * m + j] = i - j + 1 < 0 ? 0 : 1
  for (let i = 0; i < m; i++) {
    H[i * m] -= h ** (i + 1)
    H[(m - 1) * m + i] -= h ** (m - i)
  }
  H[(m - 1) * m] += 2 * h - 1 > 0 ? (2 * h - 1) ** m : 0
  for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) for (let g = 2; g <= i - j + 1; g++) H[i * m + j] /= g
  const raised = power({ matrix: H, exponent: 0 }, size, m)
  let exponent = raised.exponent
  let value = raised.matrix[(k - 1) * m + k - 1]
  for (let i = 1; i <= size; i++) {
    value *= i / size
    if (value < 1e-140) {
      value *= 1e140
      exponent -= 140
    }
  }
  return value * 10 ** exponent
}

interface Scaled { readonly matrix: Float64Array; readonly exponent: number }

function power(base: Scaled, n: number, m: number): Scaled {
  if (n === 1) return base
  const half = power(base, Math.floor(n / 2), m)
  const square = { matrix: multiply(half.matrix, half.matrix, m), exponent: 2 * half.exponent }
  const result = n % 2 === 0 ? square : { matrix: multiply(base.matrix, square.matrix, m), exponent: base.exponent + square.exponent }
  const middle = Math.floor(m / 2) * (m + 1)
  if (result.matrix[middle] <= 1e140) return result
  return { matrix: result.matrix.map((value) => value * 1e-140), exponent: result.exponent + 140 }
}

function multiply(left: Float64Array, right: Float64Array, m: number): Float64Array {
  const product = new Float64Array(m * m)
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < m; k++) {
      const value = left[i * m + k]
      if (value === 0) continue
      for (let j = 0; j < m; j++) product[i * m + j] += value * right[k * m + j]
    }
  }
  return product
}
