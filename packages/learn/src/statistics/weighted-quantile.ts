/**
 * The value below which a share of the weight lies; where the share falls between two values, their mean. The same as
 * of values repeated as often as they weigh, and at a half the usual median.
 *
 * @param values - In any order, finite, shape (values,).
 * @param weights - Same shape, at least 0, one of them above.
 * @param share - 0 to 1
 * @see Hyndman and Fan (1996), definition 2.
 */
export function weightedQuantile(values: ArrayLike<number>, weights: ArrayLike<number>, share: number): number {
  const order = Array.from(values, (_, i) => i).filter((i) => weights[i] > 0).sort((a, b) => values[a] - values[b] || a - b)
  const total = order.reduce((sum, i) => sum + weights[i], 0)
  const wanted = share * total
  let passed = 0
  for (let i = 0; i + 1 < order.length; i++) {
    passed += weights[order[i]]
    // Sums of weights are exact to rounding only.
    if (passed > wanted + 1e-12 * total) return values[order[i]]
    if (passed >= wanted - 1e-12 * total) return values[order[i]] / 2 + values[order[i + 1]] / 2
  }
  return values[order[order.length - 1]]
}
