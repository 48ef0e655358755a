// A constant of this module: in a `vm` context, as test runners use, every look at a global is slow.
const { imul } = Math

/** The multiplier of FNV-1a, 32 bits: `hash = (hash ^ byte) · prime` for each byte, mixed at the end. */
export const hashPrime = 0x01000193

/** What a term is made of: whole words, or characters of a word. */
export type Analyzer = 'words' | 'characters'

/** Spreads what is in a hash over all its bits. */
export function mixHash(hash: number): number {
  const mixed = imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return mixed ^ (mixed >>> 13)
}

/** The hash of a run of words from the hash of all but the last and that of the last. */
export function joinHashes(before: number, last: number): number {
  return mixHash(imul(before, 0x9e3779b1) ^ last)
}

/** The hash that a `TermReader` gives to the term in a range of bytes. */
export function hashTerm(analyzer: Analyzer, bytes: Uint8Array, start: number, end: number, hashSeed: number): number {
  return analyzer === 'words' ? hashWords(bytes, start, end, hashSeed) : hashCharacters(bytes, start, end, hashSeed)
}

function hashCharacters(bytes: Uint8Array, start: number, end: number, hashSeed: number): number {
  let hash = hashSeed
  for (let i = start; i < end; i++) hash = imul(hash ^ bytes[i], hashPrime)
  return mixHash(hash)
}

/** Words are hashed one by one and joined, so that a run of them costs no more than its last. */
function hashWords(bytes: Uint8Array, start: number, end: number, hashSeed: number): number {
  let joined = 0
  let hash = hashSeed
  let words = 0
  for (let i = start; i <= end; i++) {
    if (i < end && bytes[i] !== 0x20) {
      hash = imul(hash ^ bytes[i], hashPrime)
      continue
    }
    joined = words++ === 0 ? mixHash(hash) : joinHashes(joined, mixHash(hash))
    hash = hashSeed
  }
  return joined
}
