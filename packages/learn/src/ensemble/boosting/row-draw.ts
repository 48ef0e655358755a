import type { Random } from '@motadata/core'

/**
 * Draws some of the first entries without putting them back, all subsets equally likely, and moves them to the front; both parts keep
 * their order.
 *
 * @param entries - Those drawn from come first; the rest stays behind.
 * @see Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S.
 */
export function drawToFront(entries: Int32Array, from: number, count: number, random: Random): void {
  const left: number[] = []
  let drawn = 0
  for (let i = 0; i < from; i++) {
    const entry = entries[i]
    if (random.next() * (from - i) < count - drawn) entries[drawn++] = entry
    else left.push(entry)
  }
  entries.set(left, drawn)
}
