import type { Split } from '../../model-selection/split.js'

/**
 * Rows to stop early by, of those that weigh something; undefined when none are wanted, or when there are too few to spare one.
 *
 * @param split - Splits so many rows.
 */
export function heldOutRows(
  share: number, weights: Float64Array, split: (rows: Uint32Array, testShare: number) => Split,
): Uint32Array | undefined {
  if (share === 0) return undefined
  const rows = Uint32Array.from(weights.keys()).filter((row) => weights[row] > 0)
  if (rows.length < 2) return undefined
  return Uint32Array.from(split(rows, share).test, (place) => rows[place])
}
