export interface Interleaved {
  readonly ours: readonly number[]
  readonly peer: readonly number[]
}

/**
 * Runs the two sides in turn, so that what else the machine does falls on both; the first of them takes turns too. One unmeasured
 * round comes first.
 *
 * @param ours, peer - Do the work once and give what it took, in any unit, both the same.
 */
export async function interleave(rounds: number, ours: () => Promise<number>, peer: () => Promise<number>): Promise<Interleaved> {
  const result = { ours: [] as number[], peer: [] as number[] }
  await ours()
  await peer()
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) result.ours.push(await ours())
    result.peer.push(await peer())
    if (round % 2 === 1) result.ours.push(await ours())
  }
  return result
}
