import type { TreeRandom } from './tree-random.js'

/** Rows that weigh something. */
export function presentRows(weights: Float64Array): Uint32Array {
  const present = new Uint32Array(weights.length)
  let count = 0
  for (let row = 0; row < weights.length; row++) if (weights[row] > 0) present[count++] = row
  return present.subarray(0, count)
}

/** @param share - Draws, as a share of the rows that weigh something. */
export const drawCount = (present: number, share: number): number => Math.max(1, Math.round(present * share))

/** The weights of rows after drawing some of them with replacement: each weight times how often its row was drawn. */
export function bootstrapWeights(weights: Float64Array, share: number, random: TreeRandom): Float64Array {
  const present = presentRows(weights)
  const drawn = new Float64Array(weights.length)
  for (let draw = drawCount(present.length, share); draw > 0; draw--) drawn[present[random.below(present.length)]]++
  for (let row = 0; row < drawn.length; row++) drawn[row] *= weights[row]
  return drawn
}
