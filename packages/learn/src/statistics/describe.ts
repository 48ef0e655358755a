import { quantileOfSorted } from './quantile.js'
import { meanAndSquares, sortedSample } from './samples.js'

/** Makes the median absolute deviation of a normal distribution its standard deviation: 1 / Φ⁻¹(3/4). */
const madScale = 1.4826022185056018

/** What a sample looks like; NaN where there are too few or too equal values for a measure. */
export interface Description {
  readonly count: number
  readonly mean: number
  /** Divided by the number of values. */
  readonly populationVariance: number
  /** Divided by one less, NaN for one value. */
  readonly sampleVariance: number
  readonly standardDeviation: number
  readonly skewness: number
  /** 0 for a normal distribution. */
  readonly excessKurtosis: number
  readonly minimum: number
  readonly median: number
  readonly maximum: number
  /** Median absolute deviation, scaled to the standard deviation of a normal distribution. */
  readonly medianAbsoluteDeviation: number
  readonly interquartileRange: number
}

/**
 * Describes a sample.
 *
 * @throws MLError `DATA_EMPTY`, `VALUE_NOT_FINITE`
 * @example
 * describeSample([1, 3]).standardDeviation.toFixed(4) // => '1.4142'
 */
export function describeSample(values: ArrayLike<number>): Description {
  const sorted = sortedSample(values)
  const count = sorted.length
  const { mean, squares } = meanAndSquares(sorted)
  const populationVariance = squares / count
  const sampleVariance = count === 1 ? Number.NaN : squares / (count - 1)
  const momentOf = (order: number): number => sorted.reduce((sum, value) => sum + (value - mean) ** order / count, 0)
  const median = quantileOfSorted(sorted, 0.5)
  return {
    count,
    mean,
    populationVariance,
    sampleVariance,
    standardDeviation: Math.sqrt(sampleVariance),
    skewness: momentOf(3) / populationVariance ** 1.5,
    excessKurtosis: momentOf(4) / populationVariance ** 2 - 3,
    minimum: sorted[0],
    median,
    maximum: sorted[count - 1],
    medianAbsoluteDeviation: madScale * quantileOfSorted(sorted.map((value) => Math.abs(value - median)).sort(), 0.5),
    interquartileRange: quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25),
  }
}
