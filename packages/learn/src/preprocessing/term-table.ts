import { type Analyzer, hashTerm } from './term-hash.js'

/**
 * Numbers terms from 0 in the order they are added. A term is a range of UTF-8 bytes; it is found by its hash in an
 * open-addressing table and then compared byte by byte, so two terms are never mistaken for one another.
 *
 * The hash starts at a number that differs between tables, so that nobody can write a ticket of words that all collide; no result
 * depends on it. Cost: 12 bytes a term and its text, at a load of at most one half 16 to 32 bytes more.
 */
export class TermTable {
  readonly hashSeed = Math.floor(Math.random() * 0x100000000) | 0
  #count = 0
  #bytes: Uint8Array
  #offsets: Uint32Array
  /** Pairs of hash and number + 1; 0 in the second place marks a free slot. */
  #slots: Int32Array

  constructor(expectedTerms = 512, expectedBytes = expectedTerms * 12) {
    this.#bytes = new Uint8Array(Math.max(expectedBytes, 16))
    this.#offsets = new Uint32Array(expectedTerms + 2)
    this.#slots = new Int32Array(2 * slotCountFor(expectedTerms))
  }

  /** A table of terms in their order; `offsets` has one entry more than there are terms. */
  static of(analyzer: Analyzer, bytes: Uint8Array, offsets: Uint32Array): TermTable {
    const table = new TermTable(offsets.length - 1, bytes.length)
    for (let i = 0; i + 1 < offsets.length; i++) {
      table.findOrAdd(bytes, offsets[i], offsets[i + 1], hashTerm(analyzer, bytes, offsets[i], offsets[i + 1], table.hashSeed))
    }
    return table
  }

  get count(): number {
    return this.#count
  }

  /** Bytes of memory. */
  get sizeBytes(): number {
    return this.#bytes.byteLength + this.#offsets.byteLength + this.#slots.byteLength
  }

  /** The text of all terms, one after another. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#offsets[this.#count])
  }

  /** Where each term starts in `bytes`, and the end of the last. */
  get offsets(): Uint32Array {
    return this.#offsets.subarray(0, this.#count + 1)
  }

  /** The number of a term, −1 when it is not here. */
  find(source: Uint8Array, start: number, end: number, hash: number): number {
    const slots = this.#slots
    const mask = slots.length - 2
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const id = slots[slot + 1] - 1
      if (id < 0) return -1
      if (slots[slot] === hash && this.#equals(id, source, start, end)) return id
    }
  }

  /** The number of a term, given to it now when it is new. */
  findOrAdd(source: Uint8Array, start: number, end: number, hash: number): number {
    const slots = this.#slots
    const mask = slots.length - 2
    let slot = (hash << 1) & mask
    for (; slots[slot + 1] !== 0; slot = (slot + 2) & mask) {
      if (slots[slot] === hash && this.#equals(slots[slot + 1] - 1, source, start, end)) return slots[slot + 1] - 1
    }
    const id = this.#count++
    const at = this.#offsets[id]
    const after = at + end - start
    if (after > this.#bytes.length) this.#growBytes(after)
    if (id + 2 > this.#offsets.length) this.#growOffsets()
    for (let from = start, to = at; from < end; from++, to++) this.#bytes[to] = source[from]
    this.#offsets[id + 1] = after
    slots[slot] = hash
    slots[slot + 1] = id + 1
    if (this.#count * 4 > slots.length) this.#growSlots()
    return id
  }

  #equals(id: number, source: Uint8Array, start: number, end: number): boolean {
    const bytes = this.#bytes
    let own = this.#offsets[id]
    if (this.#offsets[id + 1] - own !== end - start) return false
    for (let i = start; i < end; i++, own++) if (bytes[own] !== source[i]) return false
    return true
  }

  #growBytes(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.#bytes)
    this.#bytes = grown
  }

  #growOffsets(): void {
    const grown = new Uint32Array(this.#offsets.length * 2)
    grown.set(this.#offsets)
    this.#offsets = grown
  }

  #growSlots(): void {
    const old = this.#slots
    const grown = new Int32Array(old.length * 2)
    const mask = grown.length - 2
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] === 0) continue
      let slot = (old[i] << 1) & mask
      while (grown[slot + 1] !== 0) slot = (slot + 2) & mask
      grown[slot] = old[i]
      grown[slot + 1] = old[i + 1]
    }
    this.#slots = grown
  }
}

/** A power of two, at least twice the number of terms. */
function slotCountFor(terms: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(terms, 8) * 2))
}
