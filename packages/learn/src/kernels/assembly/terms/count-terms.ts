import { addFrequency, addPair, noteCount, pairs, rowBytes, rowWords } from './lane'
import { hashPrime, joinHashes, mixHash } from './term-hash'
import { findOrAdd } from './term-table'

/** Where the row's pairs begin: a mark before it is of another row. */
let rowStart: usize = 0

/** Counts the row's terms, which are those of `TermReader`: a pair of number and count for each. Gives where they begin. */
export function countRow(words: i32, areWords: bool, shortest: u32, longest: u32, hashSeed: u32): usize {
  rowStart = pairs
  if (areWords) countWords(<u32>words, shortest, longest)
  else countCharacters(<u32>words, shortest, longest, hashSeed)
  return rowStart
}

@inline
function countTerm(start: usize, end: usize, hash: u32): void {
  const slot = findOrAdd(start, end, hash)
  const mark: usize = load<u32>(slot, 12)
  if (mark >= rowStart) {
    const count = load<u32>(mark, 4) + 1
    store<u32>(mark, count, 4)
    noteCount(count)
    return
  }
  const term = load<u32>(slot, 4) - 1
  store<u32>(slot, <u32>addPair(term), 12)
  addFrequency(term, 1)
}

function countWords(words: u32, shortest: u32, longest: u32): void {
  for (let first: u32 = 0; first < words; first++) {
    let word = rowWords + <usize>first * 12
    const start: usize = load<u32>(word)
    let hash = load<u32>(word, 8)
    if (shortest == 1) countTerm(start, load<u32>(word, 4), hash)
    const last = min(longest, words - first)
    for (let length: u32 = 2; length <= last; length++) {
      word += 12
      hash = joinHashes(hash, load<u32>(word, 8))
      if (length >= shortest) countTerm(start, load<u32>(word, 4), hash)
    }
  }
}

@inline
function isInside(at: usize): bool {
  return (load<u8>(at) & 0xc0) == 0x80
}

function countCharacters(words: u32, shortest: u32, longest: u32, hashSeed: u32): void {
  for (let i: u32 = 0; i < words; i++) {
    const word = rowWords + <usize>i * 12
    const from = <usize>load<u32>(word) - 1
    const to = <usize>load<u32>(word, 4) + 1
    for (let start = from; start < to; start++) {
      if (isInside(start)) continue
      let hash = hashSeed
      let end = start
      for (let length: u32 = 1; length <= longest && end < to; length++) {
        do hash = (hash ^ <u32>load<u8>(end++)) * hashPrime
        while (end < to && isInside(end))
        if (length < shortest && (end < to || start > from)) continue
        countTerm(start, end, mixHash(hash))
      }
    }
  }
}

/** The most terms that a row of words may have. */
export function mostTerms(words: i32, areWords: bool, shortest: u32, longest: u32): u32 {
  const lengths = longest - shortest + 1
  return areWords ? <u32>words * lengths : wordBytes(words) * lengths
}

/** The most bytes that their texts may take: each byte stands in as many terms of a length as it has bytes, words or characters. */
export function mostTextBytes(words: i32, areWords: bool, shortest: u32, longest: u32): u32 {
  return wordBytes(words) * (((longest * (longest + 1)) >>> 1) + 1) + mostTerms(words, areWords, shortest, longest) * 8
}

@inline
function wordBytes(words: i32): u32 {
  return words == 0 ? 0 : <u32>words + load<u32>(rowWords + <usize>(words - 1) * 12, 4) + 1 - <u32>rowBytes
}
