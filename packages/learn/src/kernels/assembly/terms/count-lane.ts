import { countRow, mostTerms, mostTextBytes } from './count-terms'
import { closeLane, lastPlace, nextPlace, nextRowPlace, openLane, pairs, stepBack, takeChunk, termCapacity, termCount, textBytes, textCapacity } from './lane'
import { scanWords, unread } from './scan-words'

const laneBytes: usize = 128
/** The top bit of a row's length: its letters were looked up, a word each. */
const isLookedUp: u32 = 0x80000000
/** The count of a row that was not read. */
const unreadRow: u32 = 0xffffffff

/**
 * Counts the terms of rows for a lane: claims chunks of them, each of which then is this lane's, until there are none, or until a row's
 * terms might not fit into the lane's table; then the lane's record says what is missing, and the next call goes on with that row.
 *
 * Every lane numbers terms in a way of its own; `mergeLane` brings the numbers together.
 */
export function countLane(parameters: usize, lane: usize): void {
  const record = <usize>load<u32>(parameters) + lane * laneBytes
  const letters: usize = load<u32>(parameters, 4)
  const rowTexts: usize = load<u32>(parameters, 8)
  const rowLengths: usize = load<u32>(parameters, 12)
  const rowPairs: usize = load<u32>(parameters, 16)
  const rowCounts: usize = load<u32>(parameters, 20)
  const rowLanes: usize = load<u32>(parameters, 24)
  const order: usize = load<u32>(parameters, 28)
  const areWords = load<u32>(parameters, 44) == 0
  const shortest = load<u32>(parameters, 48)
  const longest = load<u32>(parameters, 52)
  const hashSeed = load<u32>(parameters, 56)
  openLane(record)
  while (nextPlace < lastPlace || claimChunk(parameters)) {
    const row = <usize>load<u32>(order + (<usize>nextRowPlace() << 2))
    const text: usize = load<u32>(rowTexts + (row << 2))
    const length = load<u32>(rowLengths + (row << 2))
    store<u8>(rowLanes + row, <u8>lane)
    const words = (length & isLookedUp) == 0
      ? scanWords<u16>(text, length, letters, hashSeed)
      : scanWords<u32>(text, length & ~isLookedUp, letters, hashSeed)
    if (words == unread) {
      store<u32>(rowCounts + (row << 2), unreadRow)
      continue
    }
    const terms = mostTerms(words, areWords, shortest, longest)
    const bytes = mostTextBytes(words, areWords, shortest, longest)
    if (termCount + terms > termCapacity || textBytes + bytes > textCapacity) {
      stepBack()
      closeLane(record, termCount + terms, <u32>textBytes + bytes)
      return
    }
    const start = countRow(words, areWords, shortest, longest, hashSeed)
    store<u32>(rowPairs + (row << 2), <u32>start)
    store<u32>(rowCounts + (row << 2), <u32>((pairs - start) >>> 3))
  }
  closeLane(record, 0, 0)
}

function claimChunk(parameters: usize): bool {
  const chunkStarts: usize = load<u32>(parameters, 32)
  const chunkPairs: usize = load<u32>(parameters, 36)
  const chunk = atomic.add<u32>(parameters, 1, 64)
  if (chunk >= load<u32>(parameters, 40)) return false
  const starts = chunkStarts + (<usize>chunk << 2)
  takeChunk(load<u32>(starts), load<u32>(starts, 4), load<u32>(chunkPairs + (<usize>chunk << 2)))
  return true
}
