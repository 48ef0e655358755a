/** A value that was tried, and how much was lost with it. */
export interface TriedValue {
  readonly value: number
  readonly loss: number
}

/**
 * Where the loss is probably smallest: the lowest point of the parabola through the best value and its two neighbours, values taken
 * by their logarithm. Without a neighbour on both sides it is the best value itself.
 *
 * @param tried - By rising value, all above 0.
 * @returns Between the neighbours, rounded to two digits.
 * @example
 * lowestPoint([{ value: 1, loss: 2 }, { value: 10, loss: 1 }, { value: 100, loss: 2 }]) // => 10
 */
export function lowestPoint(tried: readonly TriedValue[]): number {
  const best = tried.reduce((lowest, { loss }, index) => (loss < tried[lowest]!.loss ? index : lowest), 0)
  const [left, middle, right] = [tried[best - 1], tried[best]!, tried[best + 1]]
  if (left === undefined || right === undefined) return middle.value
  const a = Math.log(left.value / middle.value)
  const b = Math.log(right.value / middle.value)
  const slopeLeft = (left.loss - middle.loss) / a
  const slopeRight = (right.loss - middle.loss) / b
  const curvature = (slopeRight - slopeLeft) / (b - a)
  if (!(curvature > 0)) return middle.value
  const vertex = (a * slopeRight - b * slopeLeft) / (a - b) / (-2 * curvature)
  return Number((middle.value * Math.exp(Math.min(Math.max(vertex, a), b))).toPrecision(2))
}
