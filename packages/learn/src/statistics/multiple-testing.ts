import { MLError } from '@motadata/core'

/**
 * P-values that already account for how many tests were made: reject where one is at most the level.
 *
 * `holm` and `bonferroni` bound the chance of any false alarm, `benjamini-hochberg` the expected share of false ones among all alarms.
 *
 * @param pValues - shape (tests,); NaN, of a test that could not be made, stays and does not count
 * @returns shape (tests,), in the order given
 * @throws MLError `INPUT_INVALID` for a p-value outside 0..1
 * @example
 * [...adjustPValues([0.01, 0.04], 'holm')] // => [0.02, 0.04]
 */
export function adjustPValues(pValues: ArrayLike<number>, method: 'holm' | 'benjamini-hochberg' | 'bonferroni'): Float64Array {
  const adjusted = Float64Array.from(pValues)
  const order = [...adjusted.keys()].filter((test) => !Number.isNaN(adjusted[test])).sort((a, b) => adjusted[a] - adjusted[b])
  for (const test of order) {
    if (!(adjusted[test] >= 0 && adjusted[test] <= 1)) throw new MLError('INPUT_INVALID', `Expected p-values from 0 to 1, got ${adjusted[test]}.`)
  }
  const count = order.length
  if (method === 'bonferroni') return adjusted.map((pValue) => Math.min(1, pValue * count))
  if (method === 'holm') {
    let largest = 0
    order.forEach((test, rank) => (adjusted[test] = largest = Math.max(largest, Math.min(1, adjusted[test] * (count - rank)))))
    return adjusted
  }
  let smallest = 1
  for (let rank = count - 1; rank >= 0; rank--) {
    adjusted[order[rank]] = smallest = Math.min(smallest, (adjusted[order[rank]] * count) / (rank + 1))
  }
  return adjusted
}
