import { MLError } from '@motadata/core'

/**
 * A quantile, interpolated between the two nearest values: numpy's default, type 7 of R (Hyndman and Fan 1996).
 *
 * @param values - In any order, finite, shape (values,).
 * @param share - 0 to 1
 * @throws MLError `DATA_EMPTY`, `INPUT_INVALID` for a share outside 0..1, `VALUE_NOT_FINITE` for NaN
 * @example
 * quantile([4, 1, 3, 2], 0.5) // => 2.5
 */
export function quantile(values: ArrayLike<number>, share: number): number {
  if (values.length === 0) throw new MLError('DATA_EMPTY', 'Expected values to take a quantile of, got none.')
  if (!(share >= 0 && share <= 1)) throw new MLError('INPUT_INVALID', `Expected a share from 0 to 1, got ${share}.`)
  const sorted = Float64Array.from(values).sort()
  if (Number.isNaN(sorted[sorted.length - 1])) throw new MLError('VALUE_NOT_FINITE', 'Expected numbers, got NaN. Leave missing values out.')
  return quantileOfSorted(sorted, share)
}

/** As {@link quantile}, of at least one value in rising order. */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1)
  const lower = Math.floor(at)
  const rest = at - lower
  const low = sorted[lower]
  const high = sorted[Math.min(lower + 1, sorted.length - 1)]
  if (low === high || rest === 0) return low
  return low + (high - low) * rest
}
