import { type Analyzer, hashPrime, joinHashes, mixHash } from './term-hash.js'
import { TextTokenizer } from './text-tokenizer.js'
import type { NgramRange } from './vectorizer-options.js'

// A constant of this module: in a `vm` context, as test runners use, every look at a global is slow.
const { imul } = Math
const keptTerms = 1 << 18

/**
 * The terms of a text, each a range of bytes with its hash, in the order in which they begin: runs of words, or runs of characters
 * within a word and the spaces around it. A word with its spaces that is shorter than the shortest run is one term.
 *
 * Cost: linear in the length of the text, times the longest run for characters. The buffers are those of the last text.
 */
export class TermReader {
  /** Where each term of the last text starts in `bytes`. */
  starts = new Uint32Array(256)
  ends = new Uint32Array(256)
  hashes = new Int32Array(256)
  readonly #analyzer: Analyzer
  readonly #shortest: number
  readonly #longest: number
  readonly #hashSeed: number
  readonly #tokenizer: TextTokenizer

  constructor(analyzer: Analyzer, [shortest, longest]: NgramRange, hashSeed: number) {
    this.#analyzer = analyzer
    this.#shortest = shortest
    this.#longest = longest
    this.#hashSeed = hashSeed
    this.#tokenizer = new TextTokenizer(hashSeed)
  }

  /** UTF-8 of the last text's words. */
  get bytes(): Uint8Array {
    return this.#tokenizer.bytes
  }

  /** Bytes of memory. */
  get sizeBytes(): number {
    return this.#tokenizer.sizeBytes + this.starts.byteLength + this.ends.byteLength + this.hashes.byteLength
  }

  /**
   * Reads a text into the buffers.
   *
   * @returns How many terms there are, repeated ones counted each time.
   * @throws MLError `INPUT_INVALID` for what is not text
   */
  read(text: string | null | undefined): number {
    const words = this.#tokenizer.tokenize(text)
    if (this.starts.length > keptTerms && words < keptTerms / 64) this.#resize(256)
    return this.#analyzer === 'words' ? this.#readWords(words) : this.#readCharacters(words)
  }

  #readWords(words: number): number {
    const most = words * (this.#longest - this.#shortest + 1)
    if (most > this.starts.length) this.#resize(most)
    const { starts, ends, hashes } = this
    const of = this.#tokenizer
    const [wordStarts, wordEnds, wordHashes] = [of.starts, of.ends, of.hashes]
    let terms = 0
    for (let first = 0; first < words; first++) {
      let hash = wordHashes[first]
      const last = Math.min(words, first + this.#longest) - 1
      for (let word = first; word <= last; word++) {
        if (word > first) hash = joinHashes(hash, wordHashes[word])
        if (word - first + 1 < this.#shortest) continue
        starts[terms] = wordStarts[first]
        ends[terms] = wordEnds[word]
        hashes[terms++] = hash
      }
    }
    return terms
  }

  #readCharacters(words: number): number {
    if (words === 0) return 0
    const { bytes, starts: wordStarts, ends: wordEnds } = this.#tokenizer
    const [shortest, longest, seed] = [this.#shortest, this.#longest, this.#hashSeed]
    const most = (wordEnds[words - 1] + words) * (longest - shortest + 1)
    if (most > this.starts.length) this.#resize(most)
    const { starts, ends, hashes } = this
    let terms = 0
    for (let word = 0; word < words; word++) {
      const from = wordStarts[word] - 1
      const to = wordEnds[word] + 1
      for (let start = from; start < to; start++) {
        if ((bytes[start] & 0xc0) === 0x80) continue // inside a character
        let hash = seed
        let end = start
        for (let length = 1; length <= longest && end < to; length++) {
          do hash = imul(hash ^ bytes[end++], hashPrime)
          while (end < to && (bytes[end] & 0xc0) === 0x80)
          if (length < shortest && (end < to || start > from)) continue
          starts[terms] = start
          ends[terms] = end
          hashes[terms++] = mixHash(hash)
        }
      }
    }
    return terms
  }

  #resize(needed: number): void {
    const size = Math.max(256, 2 ** Math.ceil(Math.log2(needed)))
    this.starts = new Uint32Array(size)
    this.ends = new Uint32Array(size)
    this.hashes = new Int32Array(size)
  }
}
