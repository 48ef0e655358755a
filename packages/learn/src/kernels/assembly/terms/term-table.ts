import { addTerm, slotMask, slots, termCount, texts } from './lane'

/**
 * A slot takes 16 bytes: the term's hash, its number + 1 or 0, where its text stands, and the caller's mark. Terms are found by their
 * hash in an open-addressing table and then compared byte by byte; at most half of the slots are taken.
 */
export function findOrAdd(start: usize, end: usize, hash: u32): usize {
  const length = end - start
  const base = slots
  const mask = slotMask
  let at = (<usize>hash << 4) & mask
  while (load<u32>(base + at, 4) != 0) {
    const slot = base + at
    if (load<u32>(slot) == hash && isText(texts + <usize>load<u32>(slot, 8), start, length)) return slot
    at = (at + 16) & mask
  }
  const slot = base + at
  store<u32>(slot, hash)
  store<u32>(slot, addTerm(start, length), 8)
  store<u32>(slot, termCount, 4)
  return slot
}

/** Eight bytes at a time; what is read behind the end is not looked at. */
@inline
function isText(text: usize, start: usize, length: usize): bool {
  if (<usize>load<u32>(text) != length) return false
  text += 4
  let left = length
  while (left >= 8) {
    if (load<u64>(text) != load<u64>(start)) return false
    text += 8
    start += 8
    left -= 8
  }
  return left == 0 || ((load<u64>(text) ^ load<u64>(start)) << (64 - (<u64>left << 3))) == 0
}

/** Moves a lane's table to larger room, which is all 0: its record is still that of the old one. */
export function moveLane(record: usize, toSlots: usize, toMask: usize, toTexts: usize, toStarts: usize, toFrequencies: usize): void {
  const from: usize = load<u32>(record, 0)
  const fromMask: usize = load<u32>(record, 4)
  const count: usize = load<u32>(record, 8)
  memory.copy(toTexts, load<u32>(record, 12), load<u32>(record, 16))
  memory.copy(toStarts, load<u32>(record, 24), count << 2)
  memory.copy(toFrequencies, load<u32>(record, 28), count << 2)
  if (count == 0) return
  for (let old = from; old <= from + fromMask; old += 16) {
    if (load<u32>(old, 4) == 0) continue
    let at = (<usize>load<u32>(old) << 4) & toMask
    while (load<u32>(toSlots + at, 4) != 0) at = (at + 16) & toMask
    v128.store(toSlots + at, v128.load(old))
  }
}
