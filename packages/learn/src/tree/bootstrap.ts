import type { Random } from '@motadata/core'

/**
 * The weights of rows after drawing some of them with replacement: each weight times how often its row was drawn.
 *
 * @param share - Draws, as a share of the rows that weigh something.
 */
export function bootstrapWeights(weights: Float64Array, share: number, random: Random): Float64Array {
  const present = new Uint32Array(weights.length)
  let count = 0
  for (let row = 0; row < weights.length; row++) if (weights[row] > 0) present[count++] = row
  const drawn = new Float64Array(weights.length)
  const draws = Math.max(1, Math.round(count * share))
  for (let draw = 0; draw < draws; draw++) drawn[present[random.below(count)]]++
  for (let row = 0; row < drawn.length; row++) drawn[row] *= weights[row]
  return drawn
}
