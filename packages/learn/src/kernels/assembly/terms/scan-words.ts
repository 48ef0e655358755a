import { rowBytes, rowWords } from './lane'
import { hashPrime, mixHash } from './term-hash'

/** From here on an entry of the table of letters is a mark, as in `preprocessing/letter-table.ts`. */
const firstMark: u32 = 0xfffe
/** A row with a letter that the table does not hold. */
export const unread: i32 = -1

/**
 * Splits a row's text into words as `TextTokenizer` does: their UTF-8 with a space before and behind each goes to the row's bytes, start,
 * end and hash of each to its words.
 *
 * @param Unit - u16 for UTF-16, looked up in the table of letters; u32 for letters that were looked up, 0 for what separates.
 * @returns How many words, or {@link unread}
 */
export function scanWords<Unit>(text: usize, length: usize, letters: usize, hashSeed: u32): i32 {
  const stop = text + length * sizeof<Unit>()
  const first = rowBytes
  store<u8>(first, 0x20)
  let words = 0
  let word = rowWords
  let start = first + 1
  let end = start
  let letterCount = 0
  let hash = hashSeed
  while (true) {
    let letter: u32 = 0
    if (text < stop) {
      letter = <u32>load<Unit>(text)
      if (sizeof<Unit>() == 2) {
        letter = <u32>load<u16>(letters + (<usize>letter << 1))
        if (letter >= firstMark) return unread
      }
    }
    if (letter == 0) {
      if (letterCount >= 2) {
        store<u32>(word, <u32>start)
        store<u32>(word, <u32>end, 4)
        store<u32>(word, mixHash(hash), 8)
        word += 12
        words++
        store<u8>(end++, 0x20)
        start = end
      } else end = start
      if (text >= stop) return words
      letterCount = 0
      hash = hashSeed
      text += sizeof<Unit>()
      continue
    }
    text += sizeof<Unit>()
    letterCount++
    if (letter < 0x80) {
      store<u8>(end++, <u8>letter)
      hash = (hash ^ letter) * hashPrime
      continue
    }
    const from = end
    end = writeUtf8(end, letter)
    for (let i = from; i < end; i++) hash = (hash ^ <u32>load<u8>(i)) * hashPrime
  }
}

function writeUtf8(at: usize, letter: u32): usize {
  if (letter < 0x800) {
    store<u8>(at, <u8>(0xc0 | (letter >>> 6)))
    store<u8>(at, <u8>(0x80 | (letter & 0x3f)), 1)
    return at + 2
  }
  if (letter < 0x10000) {
    store<u8>(at, <u8>(0xe0 | (letter >>> 12)))
    store<u8>(at, <u8>(0x80 | ((letter >>> 6) & 0x3f)), 1)
    store<u8>(at, <u8>(0x80 | (letter & 0x3f)), 2)
    return at + 3
  }
  store<u8>(at, <u8>(0xf0 | (letter >>> 18)))
  store<u8>(at, <u8>(0x80 | ((letter >>> 12) & 0x3f)), 1)
  store<u8>(at, <u8>(0x80 | ((letter >>> 6) & 0x3f)), 2)
  store<u8>(at, <u8>(0x80 | (letter & 0x3f)), 3)
  return at + 4
}
