import { betaTail } from './beta.js'
import { gammaSurvival } from './gamma.js'

/**
 * Share of the chi-squared distribution above x.
 *
 * @example
 * chiSquaredSurvival(3.841458820694124, 1).toFixed(3) // => '0.050'
 */
export const chiSquaredSurvival = (x: number, degreesOfFreedom: number): number => gammaSurvival(degreesOfFreedom / 2, x / 2)

/**
 * Share of Student's t distribution farther from 0 than t, on both sides.
 *
 * @example
 * studentTwoSided(0, 5) // => 1
 */
export function studentTwoSided(t: number, degreesOfFreedom: number): number {
  if (t === Infinity || t === -Infinity) return 0
  const whole = degreesOfFreedom + t * t
  return betaTail(degreesOfFreedom / 2, 0.5, degreesOfFreedom / whole, (t * t) / whole)
}

/**
 * The t that a share of Student's distribution lies below, by bisection.
 *
 * @param share - above 0 and below 1
 * @example
 * studentQuantile(0.975, 10).toFixed(3) // => '2.228'
 */
export function studentQuantile(share: number, degreesOfFreedom: number): number {
  if (share < 0.5) return -studentQuantile(1 - share, degreesOfFreedom)
  let [low, high] = [0, 1]
  while (studentTwoSided(high, degreesOfFreedom) / 2 > 1 - share && high < 1e300) high *= 2
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (studentTwoSided(middle, degreesOfFreedom) / 2 > 1 - share) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Share of Fisher's F distribution above x. */
export function fisherSurvival(x: number, numerator: number, denominator: number): number {
  if (!(x < Infinity)) return Number.isNaN(x) ? Number.NaN : 0
  const whole = denominator + numerator * x
  return betaTail(denominator / 2, numerator / 2, denominator / whole, (numerator * x) / whole)
}
