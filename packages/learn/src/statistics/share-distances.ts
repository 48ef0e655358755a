import { MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'
import { quantileOfSorted } from './quantile.js'
import { sortedSample } from './samples.js'

/** Share that an empty bin counts as in {@link psi}: an infinite index would only say that a bin was empty. */
const smallestShare = 1e-4

/**
 * Population stability index: how far two binned distributions lie apart. Empty bins count as a share of 0.0001.
 *
 * Sampling alone gives about {@link psiByChance}; compare with that before reading 0.25 as drift.
 *
 * @param reference - Count or share of each bin at training time, shape (bins,).
 * @param current - Count or share of each bin now, same shape.
 * @returns Nats; 0 for equal distributions.
 * @throws MLError `SHAPE_MISMATCH`, `INPUT_INVALID`, `DATA_EMPTY` where all counts are 0
 * @example
 * psi([0.5, 0.5], [0.25, 0.75]).toFixed(4) // => '0.2747'
 */
export function psi(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const floor = (share: number): number => Math.max(share, smallestShare)
  return sumOver(reference, current, (p, q) => (floor(q) - floor(p)) * Math.log(floor(q) / floor(p)))
}

/**
 * What {@link psi} is on average for two samples of the same distribution: (bins − 1) (1 / m + 1 / n).
 *
 * @see Yurdakul (2018), "Statistical properties of population stability index".
 */
export const psiByChance = (binCount: number, referenceCount: number, currentCount: number): number =>
  (binCount - 1) * (1 / referenceCount + 1 / currentCount)

/**
 * Kullback-Leibler divergence of the reference from the current distribution: infinite where a category of the reference is gone.
 *
 * @returns Nats.
 * @throws MLError as {@link psi}
 * @example
 * klDivergence([1, 1], [1, 1]) // => 0
 */
export function klDivergence(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  return sumOver(reference, current, relativeEntropy)
}

/**
 * Jensen-Shannon divergence: mean divergence of both from their middle. Its root is a metric, the Jensen-Shannon distance.
 *
 * @returns Nats, 0 to ln 2.
 * @throws MLError as {@link psi}
 * @example
 * jensenShannonDivergence([1, 0], [0, 1]) === Math.LN2 // => true
 */
export function jensenShannonDivergence(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  return Math.max(0, sumOver(reference, current, (p, q) => (relativeEntropy(p, (p + q) / 2) + relativeEntropy(q, (p + q) / 2)) / 2))
}

/** Root of {@link jensenShannonDivergence}. @throws MLError as {@link psi} */
export const jensenShannonDistance = (reference: ArrayLike<number>, current: ArrayLike<number>): number =>
  Math.sqrt(jensenShannonDivergence(reference, current))

/**
 * Hellinger distance.
 *
 * @returns 0 to 1
 * @throws MLError as {@link psi}
 */
export function hellingerDistance(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  return Math.sqrt(sumOver(reference, current, (p, q) => (Math.sqrt(p) - Math.sqrt(q)) ** 2) / 2)
}

/**
 * Total variation distance: the share of rows that would have to change category.
 *
 * @returns 0 to 1
 * @throws MLError as {@link psi}
 */
export function totalVariation(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  return sumOver(reference, current, (p, q) => Math.abs(p - q)) / 2
}

/**
 * Largest difference of a category's share.
 *
 * @returns 0 to 1
 * @throws MLError as {@link psi}
 */
export function largestShareDifference(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  let largest = 0
  sumOver(reference, current, (p, q) => (largest = Math.max(largest, Math.abs(p - q))))
  return largest
}

/**
 * Edges that cut a sample into bins of about equally many values; equal edges are one.
 *
 * @param binCount - 10 when absent, which gives deciles.
 * @returns Rising; fewer than binCount.
 * @throws MLError `DATA_EMPTY`, `VALUE_NOT_FINITE`
 */
export function quantileEdges(values: ArrayLike<number>, binCount = 10): Float64Array {
  const sorted = sortedSample(values)
  const edges = Float64Array.from({ length: binCount - 1 }, (_, at) => quantileOfSorted(sorted, (at + 1) / binCount))
  return edges.filter((edge, at) => at === 0 || edge !== edges[at - 1])
}

/**
 * How many values lie in each bin; an edge belongs to the bin below it. NaN is in no bin.
 *
 * @param edges - Rising, shape (bins − 1,).
 * @returns shape (bins,)
 * @example
 * [...binCounts([1, 2, 3], [2])] // => [2, 1]
 */
export function binCounts(values: ArrayLike<number>, edges: ArrayLike<number>): Float64Array {
  const counts = new Float64Array(edges.length + 1)
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue
    let [low, high] = [0, edges.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (edges[middle] < values[i]) low = middle + 1
      else high = middle
    }
    counts[low]++
  }
  return counts
}

const relativeEntropy = (p: number, q: number): number => (p === 0 ? 0 : p * Math.log(p / q))

/** Sum over categories of a cost of both shares. */
function sumOver(reference: ArrayLike<number>, current: ArrayLike<number>, cost: (p: number, q: number) => number): number {
  expectEqual('current counts, one a category', reference.length, current.length)
  const [m, n] = [totalOf(reference), totalOf(current)]
  let total = 0
  for (let i = 0; i < reference.length; i++) total += cost(reference[i] / m, current[i] / n)
  return total
}

function totalOf(counts: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < counts.length; i++) {
    if (!(counts[i] >= 0 && counts[i] < Infinity)) throw new MLError('INPUT_INVALID', `Expected counts or shares of at least 0, got ${counts[i]}.`)
    total += counts[i]
  }
  if (total === 0) throw new MLError('DATA_EMPTY', 'Expected counts or shares above 0, got none.')
  return total
}
