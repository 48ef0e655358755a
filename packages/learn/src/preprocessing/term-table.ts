import { type Analyzer, hashTerm } from './term-hash.js'

/** Numbers of a slot: the term's hash, its number + 1 (negative where its text stands in the slot), its text, and a mark. */
const slotWidth = 4
/** A term of so many bytes stands in its slot; a longer one in the texts, from where the slot says up to a zero byte, which no term holds. */
const inlineBytes = 4
/** The place in a slot that is the caller's: 0 until it is set. */
export const markPlace = 3

/**
 * Numbers terms from 0 in the order they are added. A term is a range of UTF-8 bytes; it is found by its hash in an
 * open-addressing table and then compared byte by byte, so two terms are never mistaken for one another.
 *
 * What finding a term reads stands together, as memory that is far away costs more than anything else here: the slot, and for a term
 * of more than four bytes its text. The hash starts at a number that differs between tables, so that nobody can write a ticket of words
 * that all collide; no result depends on it.
 *
 * Cost: 4 bytes a term and its text, and 16 bytes a slot: at most half of the slots are taken while terms are added, three quarters
 * in a table made by {@link TermTable.of}.
 */
export class TermTable {
  readonly hashSeed = Math.floor(Math.random() * 0x100000000) | 0
  #count = 0
  /** Each term and a zero byte: term `id` starts at `offsets[id] + id`. */
  #texts: Uint8Array
  /** Where each term would start if nothing stood between them. */
  #offsets: Uint32Array
  #slots: Int32Array

  constructor(expectedTerms = 512, expectedBytes = expectedTerms * 12, slotCount = expectedTerms * 2) {
    this.#texts = new Uint8Array(expectedBytes + expectedTerms)
    this.#offsets = new Uint32Array(expectedTerms + 2)
    this.#slots = new Int32Array(slotWidth * 2 ** Math.ceil(Math.log2(Math.max(slotCount, 16))))
  }

  /** A table of terms in their order; `offsets` has one entry more than there are terms. */
  static of(analyzer: Analyzer, bytes: Uint8Array, offsets: Uint32Array): TermTable {
    const count = offsets.length - 1
    const table = new TermTable(count, bytes.length, Math.ceil((count * 4) / 3))
    for (let id = 0; id < count; id++) {
      const [start, end] = [offsets[id], offsets[id + 1]]
      table.#append(bytes, start, end, hashTerm(analyzer, bytes, start, end, table.hashSeed))
    }
    return table
  }

  get count(): number {
    return this.#count
  }

  /** Bytes of memory. */
  get sizeBytes(): number {
    return this.#texts.byteLength + this.#offsets.byteLength + this.#slots.byteLength
  }

  /** The text of all terms, one after another, and where each starts, with the end of the last. */
  terms(): { readonly bytes: Uint8Array; readonly offsets: Uint32Array } {
    const offsets = this.#offsets.slice(0, this.#count + 1)
    const bytes = new Uint8Array(offsets[this.#count])
    const texts = this.#texts
    for (let id = 0, from = 0, to = 0; id < this.#count; id++, from++) while (to < offsets[id + 1]) bytes[to++] = texts[from++]
    return { bytes, offsets }
  }

  /** The text of one term. */
  text(id: number): Uint8Array {
    return this.#texts.subarray(this.#offsets[id] + id, this.#offsets[id + 1] + id)
  }

  /** The slots themselves, for what is read beside a term: its mark stands at `slot + markPlace`. */
  get slots(): Int32Array {
    return this.#slots
  }

  /**
   * How many of some terms may be here, at most: those whose search does not end where it begins. It also makes the search for them
   * faster, as memory that is far away comes for many terms at a time.
   */
  countCandidates(hashes: Int32Array, terms: number): number {
    const slots = this.#slots
    const mask = slots.length - slotWidth
    let count = 0
    for (let i = 0; i < terms; i++) count += slots[((hashes[i] << 2) & mask) + 1] === 0 ? 0 : 1
    return count
  }

  /** The number of a term, −1 when it is not here. */
  find(source: Uint8Array, start: number, end: number, hash: number): number {
    const slot = this.findSlot(source, start, end, hash)
    return slot < 0 ? -1 : this.idOf(slot)
  }

  /** Where a term's slot begins in `slots`, −1 when it is not here. */
  findSlot(source: Uint8Array, start: number, end: number, hash: number): number {
    const slots = this.#slots
    const mask = slots.length - slotWidth
    const length = end - start
    const inline = length <= inlineBytes ? packBytes(source, start, length) : 0
    for (let slot = (hash << 2) & mask; ; slot = (slot + slotWidth) & mask) {
      const number = slots[slot + 1]
      if (number === 0) return -1
      if (slots[slot] !== hash) continue
      if (length <= inlineBytes ? number < 0 && slots[slot + 2] === inline : number > 0 && this.#equals(slots[slot + 2], source, start, end)) return slot
    }
  }

  /** The slot of a term, which gets the next number when it is new. Slots move when a term is added. */
  findOrAddSlot(source: Uint8Array, start: number, end: number, hash: number): number {
    const found = this.findSlot(source, start, end, hash)
    if (found >= 0) return found
    const after = this.#offsets[this.#count] + end - start
    if (after + this.#count >= this.#texts.length) this.#growTexts(after + this.#count)
    if (this.#count + 2 > this.#offsets.length) this.#growOffsets()
    if ((this.#count + 1) * 2 * slotWidth > this.#slots.length) this.#growSlots()
    return this.#append(source, start, end, hash)
  }

  /** The number of the term in a slot. */
  idOf(slot: number): number {
    return Math.abs(this.#slots[slot + 1]) - 1
  }

  #equals(at: number, source: Uint8Array, start: number, end: number): boolean {
    const texts = this.#texts
    let own = at
    for (let i = start; i < end; i++, own++) if (texts[own] !== source[i]) return false
    return texts[own] === 0
  }

  /** Adds a term that is new and for which there is room everywhere. */
  #append(source: Uint8Array, start: number, end: number, hash: number): number {
    const id = this.#count++
    const at = this.#offsets[id] + id
    const texts = this.#texts
    for (let from = start, to = at; from < end; from++, to++) texts[to] = source[from]
    this.#offsets[id + 1] = this.#offsets[id] + end - start
    const isInline = end - start <= inlineBytes
    const slot = this.#freeSlot(hash)
    this.#slots[slot] = hash
    this.#slots[slot + 1] = isInline ? -id - 1 : id + 1
    this.#slots[slot + 2] = isInline ? packBytes(source, start, end - start) : at
    return slot
  }

  #freeSlot(hash: number): number {
    const slots = this.#slots
    const mask = slots.length - slotWidth
    let slot = (hash << 2) & mask
    while (slots[slot + 1] !== 0) slot = (slot + slotWidth) & mask
    return slot
  }

  #growTexts(needed: number): void {
    const grown = new Uint8Array(Math.max(needed + 1, this.#texts.length * 2))
    grown.set(this.#texts)
    this.#texts = grown
  }

  #growOffsets(): void {
    const grown = new Uint32Array(this.#offsets.length * 2)
    grown.set(this.#offsets)
    this.#offsets = grown
  }

  #growSlots(): void {
    const old = this.#slots
    this.#slots = new Int32Array(old.length * 2)
    for (let i = 0; i < old.length; i += slotWidth) {
      if (old[i + 1] === 0) continue
      const slot = this.#freeSlot(old[i])
      for (let k = 0; k < slotWidth; k++) this.#slots[slot + k] = old[i + k]
    }
  }
}

/** Up to four bytes as one number. */
function packBytes(source: Uint8Array, start: number, length: number): number {
  let packed = 0
  for (let i = 0; i < length; i++) packed |= source[start + i] << (8 * i)
  return packed
}
