/**
 * What a lane counts with: a table of terms of its own, and where it stands. A thread works for one lane at a time and keeps the lane's
 * words here meanwhile; between tasks they stand in the lane's record, written by `preprocessing/term-lanes.ts`.
 */
export let slots: usize = 0
/** Bytes of the slots, less those of one. */
export let slotMask: usize = 0
export let termCount: u32 = 0
/** Each term's length in a word, then its bytes. */
export let texts: usize = 0
export let textBytes: usize = 0
export let textCapacity: usize = 0
/** Where each term stands in the texts. */
export let termStarts: usize = 0
/** In how many rows each term stands. */
export let frequencies: usize = 0
export let termCapacity: u32 = 0
/** Bytes of the row's words, and start, end and hash of each word. */
export let rowBytes: usize = 0
export let rowWords: usize = 0
/** Rows of the lane's chunk that are still to come. */
export let nextPlace: u32 = 0
export let lastPlace: u32 = 0
/** Where the next pair goes. */
export let pairs: usize = 0
/** The highest count of a term in a row. */
export let mostOfATerm: u32 = 0

export function openLane(record: usize): void {
  slots = load<u32>(record, 0)
  slotMask = load<u32>(record, 4)
  termCount = load<u32>(record, 8)
  texts = load<u32>(record, 12)
  textBytes = load<u32>(record, 16)
  textCapacity = load<u32>(record, 20)
  termStarts = load<u32>(record, 24)
  frequencies = load<u32>(record, 28)
  termCapacity = load<u32>(record, 32)
  rowBytes = load<u32>(record, 36)
  rowWords = load<u32>(record, 40)
  nextPlace = load<u32>(record, 44)
  lastPlace = load<u32>(record, 48)
  pairs = load<u32>(record, 52)
  mostOfATerm = load<u32>(record, 56)
}

/** @param neededTerms - Room that was missing for a row's terms, 0 when nothing was; so for the bytes of their texts. */
export function closeLane(record: usize, neededTerms: u32, neededBytes: u32): void {
  store<u32>(record, termCount, 8)
  store<u32>(record, <u32>textBytes, 16)
  store<u32>(record, nextPlace, 44)
  store<u32>(record, lastPlace, 48)
  store<u32>(record, <u32>pairs, 52)
  store<u32>(record, mostOfATerm, 56)
  store<u32>(record, neededTerms, 60)
  store<u32>(record, neededBytes, 64)
}

@inline
export function takeChunk(first: u32, end: u32, pairsAt: usize): void {
  nextPlace = first
  lastPlace = end
  pairs = pairsAt
}

@inline
export function nextRowPlace(): u32 {
  return nextPlace++
}

/** Leaves the row that was just begun to another time. */
@inline
export function stepBack(): void {
  nextPlace--
}

@inline
export function addPair(term: u32): usize {
  const pair = pairs
  store<u32>(pair, term)
  store<u32>(pair, 1, 4)
  pairs += 8
  return pair
}

@inline
export function noteCount(count: u32): void {
  if (count > mostOfATerm) mostOfATerm = count
}

/** Numbers a new term; gives where its text begins in the texts. */
@inline
export function addTerm(start: usize, length: usize): u32 {
  const at = textBytes
  store<u32>(texts + at, <u32>length)
  memory.copy(texts + at + 4, start, length)
  store<u32>(termStarts + (<usize>termCount << 2), <u32>at)
  store<u32>(frequencies + (<usize>termCount << 2), 0)
  termCount++
  textBytes += (4 + length + 3) & ~3
  return <u32>at
}

@inline
export function addFrequency(term: u32, rows: u32): void {
  const at = frequencies + (<usize>term << 2)
  store<u32>(at, load<u32>(at) + rows)
}
