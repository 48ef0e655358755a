/**
 * The ⌈(n + 1) · coverage⌉-th smallest score: a new score from the same source stays at or below it with at least that chance.
 * Infinity where there are too few scores to say so.
 *
 * @param scores - shape (rows,); left alone
 * @see Vovk, Gammerman and Shafer (2005); Lei et al. (2018)
 * @example
 * conformalQuantile(Float64Array.of(1, 2, 3, 4), 0.8) // => 4
 */
export function conformalQuantile(scores: Float64Array, coverage: number): number {
  // A share of 0.9 of 9 + 1 rows is 9, not the 9.000000000000002 that rounding may make of it.
  const rank = Math.ceil((scores.length + 1) * coverage - 1e-9)
  return rank > scores.length ? Infinity : scores.toSorted()[Math.max(rank, 1) - 1]
}
