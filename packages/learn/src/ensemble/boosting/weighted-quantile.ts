/**
 * The smallest value that at least a share of the weight does not exceed; halfway to the next where it is that share to the digit. Whole
 * weights give what as many equal values would.
 *
 * @param weights - One a value, none negative; all the same when absent.
 */
export function weightedQuantile(values: Float64Array, share: number, weights?: Float64Array): number {
  if (!weights) {
    const sorted = values.slice().sort()
    const position = share * sorted.length
    const at = Math.min(Math.max(Math.ceil(position) - 1, 0), sorted.length - 1)
    return position === at + 1 && at + 1 < sorted.length ? sorted[at] / 2 + sorted[at + 1] / 2 : sorted[at]
  }
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b])
  const needed = share * weights.reduce((sum, weight) => sum + weight, 0)
  let passed = 0
  for (let i = 0; i < order.length; i++) {
    passed += weights[order[i]]
    if (passed < needed || weights[order[i]] === 0) continue
    if (passed > needed) return values[order[i]]
    const next = order.subarray(i + 1).find((row) => weights[row] > 0)
    return next === undefined ? values[order[i]] : values[order[i]] / 2 + values[next] / 2
  }
  return values[order[order.length - 1]]
}
