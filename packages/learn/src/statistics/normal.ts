import { gammaSurvival } from './gamma.js'

/**
 * Share of the standard normal distribution below x.
 *
 * @example
 * normalCdf(0) // => 0.5
 */
export const normalCdf = (x: number): number => normalSurvival(-x)

/** 1 − {@link normalCdf}, exact where that is near 0. */
export function normalSurvival(x: number): number {
  const tail = gammaSurvival(0.5, (x * x) / 2) / 2
  return x > 0 ? tail : 1 - tail
}

const [a, b, c, d] = [
  [-3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1, 2.506628277459239],
  [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1],
  [-7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783],
  [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1],
]

/**
 * The x below which a share of the standard normal distribution lies; infinite for 0 and 1. Acklam's rational approximation, then
 * one step of Halley's method, which takes its 1e-9 to rounding.
 *
 * @param share - 0 to 1
 * @example
 * normalQuantile(0.975).toFixed(3) // => '1.960'
 */
export function normalQuantile(share: number): number {
  if (!(share > 0 && share < 1)) return share === 0 ? -Infinity : share === 1 ? Infinity : Number.NaN
  if (share > 0.5) return -normalQuantile(1 - share)
  let x: number
  if (share < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(share))
    x = polynomial(c, q) / polynomial(d, q)
  } else {
    const q = share - 0.5
    x = (polynomial(a, q * q) * q) / polynomial(b, q * q)
  }
  const e = ((normalCdf(x) - share) * Math.sqrt(2 * Math.PI)) * Math.exp((x * x) / 2)
  return x - e / (1 + (x * e) / 2)
}

const polynomial = (coefficients: readonly number[], x: number): number => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)
