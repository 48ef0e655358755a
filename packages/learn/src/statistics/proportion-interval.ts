import { MLError } from '@motadata/core'
import { betaQuantile } from './beta.js'
import { checkShare } from './count-tests.js'
import { normalQuantile } from './normal.js'

/** From `low` to `high`, both included. */
export interface Interval {
  readonly low: number
  readonly high: number
}

export interface ProportionIntervalOptions {
  /** Chance that the interval holds the true share; 0.95 when absent. */
  readonly confidence?: number
  /**
   * `wilson` is near its confidence on average, `clopper-pearson` never below it, `agresti-coull` is Wilson's as a formula by hand, and
   * `normal` the textbook's, which is too short for shares near 0 and 1. Default `wilson`.
   */
  readonly method?: 'wilson' | 'clopper-pearson' | 'agresti-coull' | 'normal'
}

/**
 * Confidence interval of a share.
 *
 * @param hits - Rows that hit, of all `rows`.
 * @throws MLError `INPUT_INVALID`
 * @see Brown, Cai and DasGupta (2001), "Interval estimation for a binomial proportion".
 * @example
 * proportionInterval(3, 10).high.toFixed(3) // => '0.603'
 */
export function proportionInterval(hits: number, rows: number, options: ProportionIntervalOptions = {}): Interval {
  const { confidence = 0.95, method = 'wilson' } = options
  checkShare(hits, rows)
  checkConfidence(confidence)
  const tail = (1 - confidence) / 2
  if (method === 'clopper-pearson') {
    return { low: clopperPearsonLow(hits, rows, tail), high: 1 - clopperPearsonLow(rows - hits, rows, tail) }
  }
  const z = normalQuantile(1 - tail)
  const share = hits / rows
  if (method === 'normal') return around(share, z * Math.sqrt((share * (1 - share)) / rows))
  const middle = (hits + (z * z) / 2) / (rows + z * z)
  if (method === 'agresti-coull') return around(middle, z * Math.sqrt((middle * (1 - middle)) / (rows + z * z)))
  return around(middle, (z / (rows + z * z)) * Math.sqrt(rows * share * (1 - share) + (z * z) / 4))
}

/**
 * The lower bound that the true share lies below with at most the chance `risk`: exact, after Clopper and Pearson (1934).
 *
 * @param risk - above 0 and below 1
 */
export const clopperPearsonLow = (hits: number, rows: number, risk: number): number => (hits === 0 ? 0 : betaQuantile(hits, rows - hits + 1, risk))

/** @throws MLError `INPUT_INVALID` unless above 0 and below 1 */
export function checkConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw new MLError('INPUT_INVALID', `Expected a confidence above 0 and below 1, got ${confidence}.`)
  }
}

const around = (middle: number, half: number): Interval => ({ low: Math.max(0, middle - half), high: Math.min(1, middle + half) })
