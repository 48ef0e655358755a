import { addFrequency, closeLane, openLane } from './lane'
import { findOrAdd } from './term-table'

/**
 * Adds one lane's terms to another's, which has room for all of them, and in how many rows they stand.
 *
 * @param numbers - Written: the number in `into` of each term of `from`.
 */
export function mergeLane(from: usize, into: usize, numbers: usize): void {
  const slots: usize = load<u32>(from, 0)
  const slotMask: usize = load<u32>(from, 4)
  const texts: usize = load<u32>(from, 12)
  const counts: usize = load<u32>(from, 28)
  openLane(into)
  for (let slot = slots; slot <= slots + slotMask; slot += 16) {
    const number = load<u32>(slot, 4)
    if (number == 0) continue
    const text = texts + <usize>load<u32>(slot, 8)
    const start = text + 4
    const merged = load<u32>(findOrAdd(start, start + <usize>load<u32>(text), load<u32>(slot)), 4) - 1
    store<u32>(numbers + (<usize>(number - 1) << 2), merged)
    addFrequency(merged, load<u32>(counts + (<usize>(number - 1) << 2)))
  }
  closeLane(into, 0, 0)
}
