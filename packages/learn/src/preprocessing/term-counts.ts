import type { SparseRows } from '../feature-matrix.js'
import { termFrequency, type TfidfWeighting, weighCounts } from './fitted-tfidf.js'
import { SparseRowsBuilder } from './sparse-rows-builder.js'
import type { Analyzer } from './term-hash.js'
import { TermReader } from './term-reader.js'
import { markPlace, TermTable } from './term-table.js'
import type { NgramRange } from './vectorizer-options.js'

const tabulatedCounts = 64

/** How often each term stands in each text. How terms are numbered depends on who counted. */
export interface TermCounts {
  readonly rowCount: number
  readonly termCount: number
  /** In how many texts a term stands, shape (terms,). */
  readonly documentFrequencies: Uint32Array
  /** UTF-8 of all terms, one after another, and where each starts, with the end of the last. */
  terms(): { readonly bytes: Uint8Array; readonly offsets: Uint32Array }
  /** How often a term stands in all texts, shape (terms,). */
  totals(): Float64Array
  /**
   * Rows of weights in place of counts, which are no more afterwards.
   *
   * @param columnOf - The column of each term, −1 for one that has none, shape (terms,).
   * @param idf - shape (columns,)
   */
  weigh(columnOf: Int32Array, idf: Float64Array, weighting: TfidfWeighting): SparseRows
}

/** Counts the terms of texts in JavaScript, numbered by first occurrence. Cost: linear in the length of the texts. */
export function countTerms(texts: ArrayLike<string | null>, analyzer: Analyzer, ngramRange: NgramRange): TermCounts {
  const table = new TermTable(1 << 14)
  const reader = new TermReader(analyzer, ngramRange, table.hashSeed)
  const builder = new SparseRowsBuilder(texts.length)
  for (let row = 0; row < texts.length; row++) {
    const terms = reader.read(texts[row])
    builder.reserve(terms)
    const { bytes, starts, ends, hashes } = reader
    const { columnIndices, values } = builder
    const rowStart = builder.pairs
    let next = rowStart
    for (let term = 0; term < terms; term++) {
      const slot = table.findOrAddSlot(bytes, starts[term], ends[term], hashes[term])
      const mark = slot + markPlace
      // The mark is the place + 1 of the term's pair, of this row when it lies behind the row's start.
      const place = table.slots[mark] - 1
      if (place >= rowStart) {
        values[place]++
      } else {
        columnIndices[next] = table.idOf(slot)
        values[next++] = 1
        table.slots[mark] = next
      }
    }
    builder.endRow(next - rowStart)
  }
  return new TermCountsInArrays(table, builder.view(table.count))
}

class TermCountsInArrays implements TermCounts {
  readonly rowCount: number
  readonly termCount: number
  readonly documentFrequencies: Uint32Array
  readonly #table: TermTable
  readonly #rows: SparseRows

  constructor(table: TermTable, rows: SparseRows) {
    this.rowCount = rows.rowCount
    this.termCount = table.count
    this.documentFrequencies = new Uint32Array(table.count)
    for (let i = 0; i < rows.columnIndices.length; i++) this.documentFrequencies[rows.columnIndices[i]]++
    this.#table = table
    this.#rows = rows
  }

  terms(): { readonly bytes: Uint8Array; readonly offsets: Uint32Array } {
    return this.#table.terms()
  }

  totals(): Float64Array {
    const totals = new Float64Array(this.termCount)
    const { columnIndices, values } = this.#rows
    for (let i = 0; i < values.length; i++) totals[columnIndices[i]] += values[i]
    return totals
  }

  weigh(columnOf: Int32Array, idf: Float64Array, weighting: TfidfWeighting): SparseRows {
    const { rowCount, rowPointers, columnIndices, values } = this.#rows
    const termFrequencies = Float64Array.from({ length: tabulatedCounts }, (_, count) => termFrequency(weighting, count))
    let next = 0
    let start = 0
    for (let row = 0; row < rowCount; row++) {
      const end = rowPointers[row + 1]
      const rowStart = next
      for (let i = start; i < end; i++) {
        const column = columnOf[columnIndices[i]]
        if (column < 0) continue
        columnIndices[next] = column
        values[next++] = values[i]
      }
      weighCounts(columnIndices, values, rowStart, next, weighting, idf, termFrequencies)
      rowPointers[row + 1] = next
      start = end
    }
    return { rowCount, columnCount: idf.length, rowPointers, columnIndices: columnIndices.slice(0, next), values: values.slice(0, next) }
  }
}
