import type { SparseRows } from '../feature-matrix.js'
import { SparseRowsBuilder } from './sparse-rows-builder.js'
import type { Analyzer } from './term-hash.js'
import { TermReader } from './term-reader.js'
import { TermTable } from './term-table.js'
import type { NgramRange } from './vectorizer-options.js'

/** How often each run of words stands in each text, terms being numbered by first occurrence. */
export interface TermCounts {
  readonly table: TermTable
  /** shape (texts, terms) */
  readonly rows: SparseRows
  /** In how many texts a term stands, shape (terms or more,). */
  readonly documentFrequencies: Uint32Array
}

/** Counts the terms of texts. Cost: linear in the length of the texts. */
export function countTerms(texts: ArrayLike<string | null>, analyzer: Analyzer, ngramRange: NgramRange): TermCounts {
  const table = new TermTable(1 << 14)
  const reader = new TermReader(analyzer, ngramRange, table.hashSeed)
  const builder = new SparseRowsBuilder(texts.length)
  let documentFrequencies = new Uint32Array(1 << 14)
  // Place of each term's pair in the current row, when it lies at or behind the row's start.
  let pairOf = new Int32Array(1 << 14).fill(-1)
  for (let row = 0; row < texts.length; row++) {
    const terms = reader.read(texts[row])
    builder.reserve(terms)
    const { bytes, starts, ends, hashes } = reader
    const { columnIndices, values } = builder
    const rowStart = builder.pairs
    let next = rowStart
    for (let term = 0; term < terms; term++) {
      const id = table.findOrAdd(bytes, starts[term], ends[term], hashes[term])
      if (id >= pairOf.length) {
        const size = pairOf.length * 2
        const [grownPairs, grownFrequencies] = [new Int32Array(size).fill(-1), new Uint32Array(size)]
        grownPairs.set(pairOf)
        grownFrequencies.set(documentFrequencies)
        pairOf = grownPairs
        documentFrequencies = grownFrequencies
      }
      if (pairOf[id] >= rowStart) {
        values[pairOf[id]]++
      } else {
        documentFrequencies[id]++
        pairOf[id] = next
        columnIndices[next] = id
        values[next++] = 1
      }
    }
    builder.endRow(next - rowStart)
  }
  return { table, rows: builder.build(table.count), documentFrequencies }
}
