import type { CardInterval } from '@motadata/core'
import { normalQuantile } from '@motadata/learn'

/** The interval at 95 % of a mean over held-out rows, by the normal distribution. */
export function meanInterval(values: Float64Array): CardInterval {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const half = normalQuantile(0.975) * Math.sqrt(squares / Math.max(1, values.length - 1) / values.length)
  return { low: mean - half, high: mean + half }
}
