import type { SparseRows } from '../feature-matrix.js'
import { throwIfAborted } from '../input-check.js'
import type { KernelSession } from '../kernels/kernel-session.js'
import type { TermKernels } from '../kernels/term-kernels.js'
import { termFrequency, type TfidfWeighting } from './fitted-tfidf.js'
import { letterTable } from './letter-table.js'
import { lookUpText, needsLookUp } from './looked-up-text.js'
import type { TermCounts } from './term-counts.js'
import { type MergedTerms, TermLanes } from './term-lanes.js'
import { mostTerms, type TermChoice } from './text-size.js'
import type { Norm } from './vectorizer-options.js'

const isLookedUp = 0x80000000
const unreadRow = 0xffffffff
/** Code units of a chunk: lanes that are done early find another, and none waits long for the last. */
const [smallestChunk, largestChunk] = [2 ** 13, 2 ** 17]
const chunksOfALane = 16
/** Code units for each term that tables have room for in the beginning. */
const unitsOfATerm = 64
const mostTasks = 4_000
/** As `kernels/assembly/terms/weigh-rows.ts` numbers them. */
const normCodes = { none: 0, l1: 1, l2: 2 } as const satisfies Record<Norm, number>

/** What terms are made of, and how to count them. */
export interface KernelCountOptions extends TermChoice {
  /** Tables of terms, so threads that can work at a time. */
  readonly lanes: number
  readonly signal?: AbortSignal
}

/**
 * Counts the terms of texts in the kernels' memory. Texts are copied there; lanes claim chunks of them, tokenise and count, each into a
 * table of its own; then the tables become one. How terms are numbered depends on who was quicker: what is made of them must not.
 *
 * Rows with letters that the table of letters does not hold (outside of the basic plane, or to be composed) are looked up here and read
 * in a second round.
 */
export class KernelTermCounts implements TermCounts {
  readonly rowCount: number
  readonly termCount: number
  readonly documentFrequencies: Uint32Array
  readonly #session: KernelSession<TermKernels>
  readonly #options: KernelCountOptions
  readonly #lanes: TermLanes
  /** Differs between fits, so that nobody can write texts of words that all collide. */
  readonly #hashSeed = Math.floor(Math.random() * 2 ** 32)
  readonly #merged: MergedTerms
  /** Addresses of what there is of each row: its text, its length, its pairs, how many they are, whose numbers they have. */
  readonly #rows: { readonly texts: number; readonly lengths: number; readonly pairs: number; readonly counts: number; readonly lanes: number }

  /** @param unitCount - UTF-16 code units of all texts. */
  constructor(session: KernelSession<TermKernels>, texts: ArrayLike<string | null>, unitCount: number, options: KernelCountOptions) {
    const { memory } = session
    this.#session = session
    this.#options = options
    this.rowCount = texts.length
    const [words, bytes] = [4 * texts.length, texts.length]
    this.#rows = {
      texts: memory.allocate(words), lengths: memory.allocate(words), pairs: memory.allocate(words), counts: memory.allocate(words), lanes: memory.allocate(bytes),
    }
    this.#copyTexts(texts, unitCount)
    this.#lanes = new TermLanes(session, options.lanes, Math.min(2 ** 16, Math.ceil(unitCount / unitsOfATerm)))
    const order = Uint32Array.from({ length: texts.length }, (_, row) => row)
    this.#countRows(order, 3)
    this.#readAgain(texts, order)
    this.#merged = this.#lanes.merge()
    this.termCount = this.#merged.count
    this.documentFrequencies = this.#merged.frequencies
  }

  terms(): { readonly bytes: Uint8Array; readonly offsets: Uint32Array } {
    return this.#merged
  }

  totals(): Float64Array {
    const { pairs, counts, lanes } = this.#rowArrays()
    const words = new Uint32Array(this.#session.memory.buffer)
    const totals = new Float64Array(this.termCount)
    for (let row = 0; row < this.rowCount; row++) {
      const numbers = this.#merged.numbers[lanes[row]]
      for (let at = pairs[row] / 4, end = at + 2 * counts[row]; at < end; at += 2) totals[numbers ? numbers[words[at]] : words[at]] += words[at + 1]
    }
    return totals
  }

  weigh(columnOf: Int32Array, idf: Float64Array, weighting: TfidfWeighting): SparseRows {
    const { memory } = this.#session
    const columnsOfLanes = this.#merged.numbers.map((numbers) => this.#keep(numbers ? Int32Array.from(numbers, (number) => columnOf[number]) : columnOf))
    const worths = Float64Array.from({ length: this.#lanes.mostOfATerm + 2 }, (_, count) => termFrequency(weighting, count))
    const chunkRows = Math.max(64, Math.ceil(this.rowCount / Math.min(mostTasks, this.#options.lanes * chunksOfALane)))
    const parameters = this.#keep(Int32Array.of(
      this.rowCount, chunkRows, this.#rows.pairs, this.#rows.counts, this.#rows.lanes, this.#keep(Int32Array.from(columnsOfLanes)),
      this.#keep(worths), this.#keep(idf), normCodes[weighting.norm],
    ))
    this.#session.runTasks('weighRows', parameters, Math.ceil(this.rowCount / chunkRows))
    const { pairs, counts } = this.#rowArrays()
    const rowPointers = new Uint32Array(this.rowCount + 1)
    for (let row = 0; row < this.rowCount; row++) rowPointers[row + 1] = rowPointers[row] + counts[row]
    const columnIndices = new Uint32Array(rowPointers[this.rowCount])
    const values = new Float32Array(columnIndices.length)
    const [words, singles] = [new Uint32Array(memory.buffer), new Float32Array(memory.buffer)]
    for (let row = 0, to = 0; row < this.rowCount; row++) {
      for (let at = pairs[row] / 4, end = rowPointers[row + 1]; to < end; at += 2, to++) {
        columnIndices[to] = words[at]
        values[to] = singles[at + 1]
      }
    }
    return { rowCount: this.rowCount, columnCount: idf.length, rowPointers, columnIndices, values }
  }

  #rowArrays() {
    const { buffer } = this.#session.memory
    const { texts, lengths, pairs, counts, lanes } = this.#rows
    const words = (address: number): Uint32Array => new Uint32Array(buffer, address, this.rowCount)
    return { texts: words(texts), lengths: words(lengths), pairs: words(pairs), counts: words(counts), lanes: new Uint8Array(buffer, lanes, this.rowCount) }
  }

  /** Copies an array to memory of its own. @returns its address */
  #keep(array: Int32Array | Uint32Array | Float64Array | Uint16Array): number {
    const address = this.#session.memory.allocate(array.byteLength)
    this.#session.memory.bytes(address, array.byteLength).set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    return address
  }

  #copyTexts(texts: ArrayLike<string | null>, unitCount: number): void {
    const { memory } = this.#session
    const address = memory.allocate(unitCount * 2)
    const buffer = Buffer.from(memory.buffer, address, unitCount * 2)
    const rows = this.#rowArrays()
    for (let row = 0, at = 0; row < texts.length; row++) {
      const text = texts[row] ?? ''
      rows.texts[row] = address + at
      rows.lengths[row] = text.length
      if (text !== '') at += buffer.write(text, at, 'utf16le')
    }
  }

  /** Has the lanes count the rows of an order. */
  #countRows(order: Uint32Array, bytesOfALetter: number): void {
    const { analyzer, ngramRange: [shortest, longest], signal } = this.#options
    const { starts, pairs, longestRow } = this.#divide(order)
    this.#lanes.reserveRow(longestRow, bytesOfALetter)
    const parameters = this.#keep(Int32Array.of(
      this.#lanes.address, this.#keep(letterTable()), this.#rows.texts, this.#rows.lengths, this.#rows.pairs, this.#rows.counts, this.#rows.lanes,
      this.#keep(order), this.#keep(Uint32Array.from(starts)), this.#keep(Uint32Array.from(pairs)), pairs.length,
      analyzer === 'words' ? 0 : 1, shortest, longest, this.#hashSeed, 0, 0,
    ))
    do {
      throwIfAborted(signal)
      this.#session.runTasks('countLane', parameters, this.#options.lanes)
    } while (this.#lanes.growFull())
  }

  /** Divides rows into chunks, with room for the pairs of each. */
  #divide(order: Uint32Array): { readonly starts: readonly number[]; readonly pairs: readonly number[]; readonly longestRow: number } {
    const { lengths } = this.#rowArrays()
    const unitCount = order.reduce((sum, row) => sum + (lengths[row] & ~isLookedUp), 0)
    const chunkUnits = Math.min(largestChunk, Math.max(smallestChunk, unitCount / (this.#options.lanes * chunksOfALane)))
    const starts = [0]
    const pairs: number[] = []
    let [longestRow, units, room] = [0, 0, 0]
    order.forEach((row, place) => {
      const length = lengths[row] & ~isLookedUp
      longestRow = Math.max(longestRow, length)
      units += length
      room += mostTerms(length, this.#options)
      if (units < chunkUnits && place < order.length - 1) return
      starts.push(place + 1)
      pairs.push(this.#session.memory.allocate(room * 8))
      units = room = 0
    })
    return { starts, pairs, longestRow }
  }

  /** Counts the rows that the lanes could not read. */
  #readAgain(texts: ArrayLike<string | null>, order: Uint32Array): void {
    const { counts } = this.#rowArrays()
    const unread = order.filter((row) => counts[row] === unreadRow)
    if (unread.length === 0) return
    unread.forEach((row) => {
      if (!needsLookUp(texts[row]!)) return
      const letters = lookUpText(texts[row]!)
      const address = this.#keep(letters)
      const rows = this.#rowArrays()
      rows.texts[row] = address
      rows.lengths[row] = letters.length | isLookedUp
    })
    this.#countRows(unread, 4)
  }
}
