import { MLError } from '@motadata/core'
import { codePointMask, combiningFlag, composableFlag, firstMark, letterTable, resolveUnit, separator } from './letter-table.js'
import { hashPrime, mixHash } from './term-hash.js'

/** Buffers larger than this are given back when the next text does not need them. */
const keptBytes = 1 << 20
// A constant of this module: in a `vm` context, as test runners use, every look at a global is slow.
const { imul } = Math

/**
 * Splits text into lower-case words, written one after another, a space before and behind each, as UTF-8 into one buffer: a run of n
 * words is then one range of bytes, so is a piece of a word with its edge, and no substring is ever built.
 *
 * A word is a run of two or more code points that are letters, digits or `_` (Unicode categories L and N): what scikit-learn's
 * default pattern `(?u)\b\w\w+\b` takes from lower-cased text. Everything else, emoji and lone surrogates included, separates.
 * Where we differ, so that one word is one term however it was typed:
 * - text is read in Unicode normal form C: `u` with a combining diaeresis is `ü`;
 * - a combining mark that has no composed letter stays part of its word (scikit-learn splits Hindi words at vowel signs);
 * - the Greek final sigma is a sigma, and the Turkish `İ` is an `i`.
 * `ß` stays `ß`, umlauts stay umlauts, and a run of Chinese or Japanese characters is one word. Letters that a later Unicode version
 * adds are words only on a runtime that knows them.
 *
 * Cost: linear in the length of the text. The buffers are those of the last call.
 */
export class TextTokenizer {
  /** The words of the last text. */
  bytes = new Uint8Array(1024)
  /** Where each word starts in `bytes`. */
  starts = new Uint32Array(128)
  /** Where each word ends; the spaces around it are not part of it. */
  ends = new Uint32Array(128)
  /** A hash of each word. */
  hashes = new Int32Array(128)
  readonly #hashSeed: number

  /** @param hashSeed - Where every word's hash starts. */
  constructor(hashSeed: number) {
    this.#hashSeed = hashSeed
  }

  /** Bytes of memory. */
  get sizeBytes(): number {
    return this.bytes.byteLength + this.starts.byteLength + this.ends.byteLength + this.hashes.byteLength
  }

  /**
   * Reads a text into the buffers; `null` has no words.
   *
   * @returns How many words there are.
   * @throws MLError `INPUT_INVALID` for what is not text
   */
  tokenize(text: string | null | undefined): number {
    if (text === null || text === undefined) return 0
    if (typeof text !== 'string') throw new MLError('INPUT_INVALID', `Expected text or null, got a ${typeof text}.`)
    if (this.bytes.length > keptBytes && text.length * 3 < keptBytes) this.#shrink()
    const count = this.#scan(text, false)
    return count < 0 ? this.#scan(text.normalize('NFC'), true) : count
  }

  /** @returns The number of words, or -1 when the text has to be brought to normal form first. */
  #scan(text: string, normalized: boolean): number {
    const table = letterTable()
    const length = text.length
    let bytes = this.bytes
    bytes[0] = 0x20
    let words = 0
    let wordStart = 1
    let end = 1
    let codePoints = 0
    let hash = this.#hashSeed
    for (let i = 0; i <= length; i++) {
      let entry = i < length ? table[text.charCodeAt(i)] : separator
      if (entry >= firstMark) {
        entry = resolveUnit(text, i)
        if ((entry & composableFlag) !== 0 && !normalized) return -1
        const startsNothing = (entry & combiningFlag) !== 0 && codePoints === 0
        if (text.codePointAt(i)! > 0xffff) i++
        entry = startsNothing ? separator : entry & codePointMask
      }
      if (entry === separator) {
        if (codePoints >= 2) {
          if (words === this.starts.length) this.#growWords()
          this.starts[words] = wordStart
          this.ends[words] = end
          this.hashes[words++] = mixHash(hash)
          bytes[end++] = 0x20
          wordStart = end
        } else {
          end = wordStart
        }
        codePoints = 0
        hash = this.#hashSeed
        continue
      }
      if (end + 5 > bytes.length) bytes = this.#growBytes()
      codePoints++
      if (entry < 0x80) {
        bytes[end++] = entry
        hash = imul(hash ^ entry, hashPrime)
        continue
      }
      const first = end
      end = writeUtf8(bytes, end, entry)
      for (let j = first; j < end; j++) hash = imul(hash ^ bytes[j], hashPrime)
    }
    return words
  }

  #growBytes(): Uint8Array<ArrayBuffer> {
    const grown = new Uint8Array(this.bytes.length * 2)
    grown.set(this.bytes)
    return (this.bytes = grown)
  }

  #growWords(): void {
    const size = this.starts.length * 2
    const [starts, ends, hashes] = [new Uint32Array(size), new Uint32Array(size), new Int32Array(size)]
    starts.set(this.starts)
    ends.set(this.ends)
    hashes.set(this.hashes)
    this.starts = starts
    this.ends = ends
    this.hashes = hashes
  }

  #shrink(): void {
    this.bytes = new Uint8Array(1024)
    this.starts = new Uint32Array(128)
    this.ends = new Uint32Array(128)
    this.hashes = new Int32Array(128)
  }
}

function writeUtf8(bytes: Uint8Array, at: number, codePoint: number): number {
  if (codePoint < 0x800) {
    bytes[at] = 0xc0 | (codePoint >>> 6)
    bytes[at + 1] = 0x80 | (codePoint & 0x3f)
    return at + 2
  }
  if (codePoint < 0x10000) {
    bytes[at] = 0xe0 | (codePoint >>> 12)
    bytes[at + 1] = 0x80 | ((codePoint >>> 6) & 0x3f)
    bytes[at + 2] = 0x80 | (codePoint & 0x3f)
    return at + 3
  }
  bytes[at] = 0xf0 | (codePoint >>> 18)
  bytes[at + 1] = 0x80 | ((codePoint >>> 12) & 0x3f)
  bytes[at + 2] = 0x80 | ((codePoint >>> 6) & 0x3f)
  bytes[at + 3] = 0x80 | (codePoint & 0x3f)
  return at + 4
}
