import { MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'

/** What a test found: a statistic, and how likely one at least as extreme is by chance; NaN where it is not defined. */
export interface TestResult {
  readonly statistic: number
  readonly pValue: number
}

/**
 * The values that are there: missing ones (NaN) left out.
 *
 * @example
 * [...presentValues([1, NaN, 3])] // => [1, 3]
 */
export function presentValues(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).filter((value) => !Number.isNaN(value))
}

/** A sample in rising order. @throws MLError `DATA_EMPTY`, `VALUE_NOT_FINITE` */
export function sortedSample(values: ArrayLike<number>, minimumCount = 1): Float64Array {
  checkSample(values, minimumCount)
  return Float64Array.from(values).sort()
}

/** @throws MLError `DATA_EMPTY` for fewer values than needed, `VALUE_NOT_FINITE` */
export function checkSample(values: ArrayLike<number>, minimumCount = 1): void {
  if (values.length < minimumCount) {
    throw new MLError('DATA_EMPTY', `Expected at least ${minimumCount} values, got ${values.length}. Collect more before testing.`)
  }
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue
    throw new MLError('VALUE_NOT_FINITE', `Expected finite values, got ${values[i]} at ${i}. Leave missing ones out with presentValues.`)
  }
}

/** Differences b − a of pairs. @throws MLError `SHAPE_MISMATCH`, `DATA_EMPTY`, `VALUE_NOT_FINITE` */
export function pairedDifferences(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  expectEqual('second values, one a first value', a.length, b.length)
  const differences = Float64Array.from(a, (value, at) => b[at] - value)
  checkSample(differences)
  return differences
}

/** Mean, and sum of squares around it, in two passes. */
export function meanAndSquares(values: ArrayLike<number>): { mean: number; squares: number } {
  let mean = 0
  for (let i = 0; i < values.length; i++) mean += (values[i] - mean) / (i + 1)
  let [squares, rest] = [0, 0]
  for (let i = 0; i < values.length; i++) {
    squares += (values[i] - mean) ** 2
    rest += values[i] - mean
  }
  return { mean, squares: Math.max(0, squares - (rest * rest) / values.length) }
}

/** Ranks from 1, equal values sharing their mean rank, and the sizes of the groups of equal values. */
export function ranksOf(values: ArrayLike<number>): { ranks: Float64Array; tieSizes: number[] } {
  const order = Uint32Array.from({ length: values.length }, (_, at) => at).sort((a, b) => values[a] - values[b])
  const ranks = new Float64Array(values.length)
  const tieSizes: number[] = []
  for (let at = 0; at < order.length;) {
    const start = at
    while (at < order.length && values[order[at]] === values[order[start]]) at++
    for (let i = start; i < at; i++) ranks[order[i]] = (start + 1 + at) / 2
    tieSizes.push(at - start)
  }
  return { ranks, tieSizes }
}

/** Two samples one after the other. */
export function concatenated(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const both = new Float64Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
