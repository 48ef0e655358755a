import type { KernelMemory } from '../kernels/kernel-memory.js'
import type { KernelSession } from '../kernels/kernel-session.js'
import type { TermKernels } from '../kernels/term-kernels.js'

const recordBytes = 128
/** Words of a lane's record, as `kernels/assembly/terms/lane.ts` reads them. */
const word = {
  slots: 0, slotMask: 1, termCount: 2, texts: 3, textBytes: 4, textCapacity: 5, termStarts: 6, frequencies: 7, termCapacity: 8,
  rowBytes: 9, rowWords: 10, mostOfATerm: 14, neededTerms: 15, neededBytes: 16,
} as const
const slotBytes = 16
/** Bytes of a term's text, its length included, that a table has room for. */
const expectedTermBytes = 24
/** What is read of a text at a time. */
const padding = 16

/** All terms of all lanes, and what number each lane's terms have among them. */
export interface MergedTerms {
  readonly count: number
  /** UTF-8 of all terms, one after another, and where each starts, with the end of the last. */
  readonly bytes: Uint8Array
  readonly offsets: Uint32Array
  /** In how many rows each term stands. */
  readonly frequencies: Uint32Array
  /** By lane; undefined for the lane whose numbers are those of all. */
  readonly numbers: readonly (Uint32Array | undefined)[]
}

/** Tables of terms in the kernels' memory, one a lane, so that threads count without waiting for each other. */
export class TermLanes {
  /** Where the lanes' records stand. */
  readonly address: number
  readonly count: number
  readonly #session: KernelSession<TermKernels>

  constructor(session: KernelSession<TermKernels>, count: number, termCapacity: number) {
    this.#session = session
    this.count = count
    this.address = session.memory.allocate(count * recordBytes)
    session.memory.bytes(this.address, count * recordBytes).fill(0)
    for (let lane = 0; lane < count; lane++) this.#grow(lane, termCapacity, termCapacity * expectedTermBytes)
  }

  /** Makes room to read rows of so many UTF-16 code units, or of so many letters that were looked up. */
  reserveRow(longest: number, bytesOfALetter: number): void {
    const words = Math.floor((longest + 1) / 3) + 1
    for (let lane = 0; lane < this.count; lane++) {
      const record = this.#record(lane)
      record[word.rowBytes] = this.#memory.allocate(longest * bytesOfALetter + words + padding)
      record[word.rowWords] = this.#memory.allocate(words * 12 + 12)
    }
  }

  /** Gives room to the lanes that lack it. @returns Whether there were any. */
  growFull(): boolean {
    let grew = false
    for (let lane = 0; lane < this.count; lane++) {
      const record = this.#record(lane)
      if (record[word.neededTerms] === 0) continue
      this.#grow(lane, record[word.neededTerms], record[word.neededBytes])
      grew = true
    }
    return grew
  }

  /** The highest count of a term in a row. */
  get mostOfATerm(): number {
    return Math.max(...Array.from({ length: this.count }, (_, lane) => this.#record(lane)[word.mostOfATerm]))
  }

  /** Adds the terms of all lanes to those of the lane that has most. */
  merge(): MergedTerms {
    const counts = Array.from({ length: this.count }, (_, lane) => this.#record(lane)[word.termCount])
    const into = counts.indexOf(Math.max(...counts))
    const numbers = counts.map((count, lane) => {
      if (lane === into) return undefined
      const [from, to] = [this.#record(lane), this.#record(into)]
      this.#grow(into, to[word.termCount] + count, to[word.textBytes] + from[word.textBytes])
      const address = this.#memory.allocate(count * 4)
      this.#session.functions.mergeLane(from.byteOffset, to.byteOffset, address)
      return new Uint32Array(this.#memory.buffer, address, count)
    })
    const record = this.#record(into)
    const count = record[word.termCount]
    return { count, numbers, frequencies: new Uint32Array(this.#memory.buffer, record[word.frequencies], count).slice(), ...this.#texts(record) }
  }

  get #memory(): KernelMemory {
    return this.#session.memory
  }

  #record(lane: number): Int32Array {
    return this.#memory.integers(this.address + lane * recordBytes, recordBytes / 4)
  }

  /** Makes room for so many terms and bytes of text, and for some more. */
  #grow(lane: number, terms: number, bytes: number): void {
    const record = this.#record(lane)
    if (terms <= record[word.termCapacity] && bytes <= record[word.textCapacity]) return
    const memory = this.#memory
    const termCapacity = roomFor(terms, record[word.termCapacity])
    const textCapacity = roomFor(bytes, record[word.textCapacity])
    const slots = memory.allocate(termCapacity * 2 * slotBytes)
    const texts = memory.allocate(textCapacity + padding)
    const termStarts = memory.allocate(termCapacity * 4)
    const frequencies = memory.allocate(termCapacity * 4)
    memory.bytes(slots, termCapacity * 2 * slotBytes).fill(0)
    const slotMask = (termCapacity * 2 - 1) * slotBytes
    if (record[word.termCount] > 0) this.#session.functions.moveLane(record.byteOffset, slots, slotMask, texts, termStarts, frequencies)
    Object.entries({ slots, slotMask, texts, textCapacity, termStarts, frequencies, termCapacity })
      .forEach(([name, value]) => (record[word[name as keyof typeof word]] = value))
  }

  #texts(record: Int32Array): { readonly bytes: Uint8Array; readonly offsets: Uint32Array } {
    const memory = this.#memory
    const count = record[word.termCount]
    const starts = memory.integers(record[word.termStarts], count)
    const lengths = memory.integers(record[word.texts], record[word.textBytes] / 4)
    const texts = memory.bytes(record[word.texts], record[word.textBytes])
    const offsets = new Uint32Array(count + 1)
    for (let term = 0; term < count; term++) offsets[term + 1] = offsets[term] + lengths[starts[term] / 4]
    const bytes = new Uint8Array(offsets[count])
    for (let term = 0, to = 0; term < count; term++) {
      for (let from = starts[term] + 4; to < offsets[term + 1]; from++) bytes[to++] = texts[from]
    }
    return { bytes, offsets }
  }
}

/** A power of two: twice what there was, if that suffices. */
const roomFor = (needed: number, before: number): number => 2 ** Math.ceil(Math.log2(Math.max(needed, before * 2, 256)))
