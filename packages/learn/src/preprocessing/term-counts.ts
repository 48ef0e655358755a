import type { SparseRows } from '../feature-matrix.js'
import { SparseRowsBuilder } from './sparse-rows-builder.js'
import type { Analyzer } from './term-hash.js'
import { TermReader } from './term-reader.js'
import { markPlace, TermTable } from './term-table.js'
import type { NgramRange } from './vectorizer-options.js'

/** How often each term stands in each text, terms being numbered by first occurrence. */
export interface TermCounts {
  readonly table: TermTable
  /** shape (texts, terms) */
  readonly rows: SparseRows
  /** In how many texts a term stands, shape (terms,). */
  readonly documentFrequencies: Uint32Array
}

/** Counts the terms of texts. Cost: linear in the length of the texts. */
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
  const rows = builder.view(table.count)
  const documentFrequencies = new Uint32Array(table.count)
  const { columnIndices } = rows
  for (let i = 0; i < columnIndices.length; i++) documentFrequencies[columnIndices[i]]++
  return { table, rows, documentFrequencies }
}
