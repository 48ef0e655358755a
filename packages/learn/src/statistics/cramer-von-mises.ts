import { logGamma } from './gamma.js'
import { concatenated, ranksOf, sortedSample, type TestResult } from './samples.js'

/**
 * Cramér-von Mises test of two samples: the mean squared distance of their distribution functions, which sees small differences all
 * along where Kolmogorov-Smirnov sees one large one. The p-value is that of the limit, by mean and variance.
 *
 * @throws MLError `DATA_EMPTY` for fewer than two values in a sample, `VALUE_NOT_FINITE`
 * @see Anderson (1962)
 * @example
 * cramerVonMises([1, 2, 3], [1, 2, 3]).pValue // => 1
 */
export function cramerVonMises(first: ArrayLike<number>, second: ArrayLike<number>): TestResult {
  const [a, b] = [sortedSample(first, 2), sortedSample(second, 2)]
  const [m, n] = [a.length, b.length]
  const { ranks } = ranksOf(concatenated(a, b))
  let [squaresA, squaresB] = [0, 0]
  for (let i = 0; i < m; i++) squaresA += (ranks[i] - (i + 1)) ** 2
  for (let j = 0; j < n; j++) squaresB += (ranks[m + j] - (j + 1)) ** 2
  const [product, sum] = [m * n, m + n]
  const statistic = (m * squaresA + n * squaresB) / (product * sum) - (4 * product - 1) / (6 * sum)
  const mean = (1 + 1 / sum) / 6
  const variance = ((sum + 1) * (4 * product * sum - 3 * (m * m + n * n) - 2 * product)) / (45 * sum * sum * 4 * product)
  const standardised = 1 / 6 + (statistic - mean) / Math.sqrt(45 * variance)
  return { statistic, pValue: standardised < 0.003 ? 1 : Math.max(0, 1 - limitCdf(standardised)) }
}

/** Eq. 1.3 of Csörgő and Faraway (1996), as a series of Bessel functions. */
function limitCdf(x: number): number {
  let total = 0
  for (let k = 0; k < 60; k++) {
    const y = 4 * k + 1
    const term = (Math.exp(logGamma(k + 0.5) - logGamma(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(x))) * Math.sqrt(y) * scaledBessel((y * y) / (16 * x))
    total += term
    if (term < 1e-17) break
  }
  return total
}

/** e^−q times the modified Bessel function K of order 1/4: ∫ exp(−q (1 + cosh t)) cosh(t / 4) dt by the trapezoidal rule. */
function scaledBessel(q: number): number {
  const step = 0.02
  let sum = Math.exp(-2 * q) / 2
  for (let t = step; t < 40; t += step) {
    const value = Math.exp(-q * (1 + Math.cosh(t))) * Math.cosh(t / 4)
    sum += value
    if (value < sum * 1e-18) break
  }
  return sum * step
}
