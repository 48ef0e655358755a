import { logGamma } from './gamma.js'

/**
 * Regularised incomplete beta function I_x(a, b): the share of a beta distribution below x.
 *
 * @param x - 0 to 1
 * @example
 * betaCdf(2, 2, 0.5) // => 0.5
 */
export function betaCdf(a: number, b: number, x: number): number {
  return betaTail(a, b, x, 1 - x)
}

/** 1 − {@link betaCdf}, exact where that is near 0. */
export const betaSurvival = (a: number, b: number, x: number): number => betaTail(b, a, 1 - x, x)

/** I_x(a, b) with y = 1 − x given apart, so that neither loses digits. */
export function betaTail(a: number, b: number, x: number, y: number): number {
  if (x <= 0) return 0
  if (y <= 0) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(y))
  return x < (a + 1) / (a + b + 2) ? (front * fraction(a, b, x)) / a : 1 - (front * fraction(b, a, y)) / b
}

/**
 * The x below which a share of the beta distribution lies, by bisection to the last bit.
 *
 * @param share - 0 to 1
 * @example
 * betaQuantile(2, 2, 0.5).toFixed(6) // => '0.500000'
 */
export function betaQuantile(a: number, b: number, share: number): number {
  let [low, high] = [0, 1]
  for (let step = 0; step < 1100; step++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (betaCdf(a, b, middle) < share) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Continued fraction by Lentz's method; 26.5.8 of Abramowitz and Stegun. */
function fraction(a: number, b: number, x: number): number {
  let c = 1
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || 1e-300)
  let h = d
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / (1 + even * d || 1e-300)
    c = 1 + even / c || 1e-300
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / (1 + odd * d || 1e-300)
    c = 1 + odd / c || 1e-300
    const delta = d * c
    h *= delta
    if (Math.abs(delta - 1) < 1e-16) break
  }
  return h
}
