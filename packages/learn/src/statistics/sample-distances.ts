import { sortedSample } from './samples.js'

/**
 * Wasserstein distance of two samples: how far values have to be moved, on average, to turn one distribution into the other.
 *
 * @returns In the unit of the values.
 * @throws MLError `DATA_EMPTY`, `VALUE_NOT_FINITE`
 * @example
 * wassersteinDistance([1, 2, 3], [2, 3, 4]) // => 1
 */
export function wassersteinDistance(first: ArrayLike<number>, second: ArrayLike<number>): number {
  return integrate(first, second, Math.abs)
}

/**
 * Energy distance of two samples: the root of twice the squared distance of their distribution functions (Székely and Rizzo 2013).
 *
 * @returns In the root of the unit of the values.
 * @throws MLError `DATA_EMPTY`, `VALUE_NOT_FINITE`
 */
export function energyDistance(first: ArrayLike<number>, second: ArrayLike<number>): number {
  return Math.sqrt(2 * integrate(first, second, (difference) => difference * difference))
}

/** Integral of a cost of the distribution functions' difference. */
function integrate(first: ArrayLike<number>, second: ArrayLike<number>, cost: (difference: number) => number): number {
  const [a, b] = [sortedSample(first), sortedSample(second)]
  let [i, j, total] = [0, 0, 0]
  let last = Math.min(a[0], b[0])
  while (i < a.length || j < b.length) {
    const value = j >= b.length || (i < a.length && a[i] <= b[j]) ? a[i] : b[j]
    total += cost(i / a.length - j / b.length) * (value - last)
    last = value
    while (i < a.length && a[i] === value) i++
    while (j < b.length && b[j] === value) j++
  }
  return total
}
