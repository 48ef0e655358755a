import type { SparseRows } from '../feature-matrix.js'
import { SparseRowsBuilder } from './sparse-rows-builder.js'
import { TermTable } from './term-table.js'
import { joinHashes, TextTokenizer } from './text-tokenizer.js'

/** How often each run of words stands in each text, terms being numbered by first occurrence. */
export interface TermCounts {
  readonly table: TermTable
  /** shape (texts, terms) */
  readonly rows: SparseRows
  /** In how many texts a term stands, shape (terms or more,). */
  readonly documentFrequencies: Uint32Array
}

/** Counts runs of `shortest` to `longest` words. Cost: linear in the length of the texts. */
export function countTerms(texts: ArrayLike<string | null>, shortest: number, longest: number): TermCounts {
  const table = new TermTable(1 << 14)
  const tokenizer = new TextTokenizer(table.hashSeed)
  const builder = new SparseRowsBuilder(texts.length)
  let documentFrequencies = new Uint32Array(1 << 14)
  // Place of each term's pair in the current row, when it lies at or behind the row's start.
  let pairOf = new Int32Array(1 << 14).fill(-1)
  for (let row = 0; row < texts.length; row++) {
    const words = tokenizer.tokenize(texts[row])
    builder.reserve(words * (longest - shortest + 1))
    const { bytes, starts, ends, hashes } = tokenizer
    const { columnIndices, values } = builder
    const rowStart = builder.pairs
    let next = rowStart
    for (let first = 0; first < words; first++) {
      let hash = hashes[first]
      const last = Math.min(words, first + longest) - 1
      for (let word = first; word <= last; word++) {
        if (word > first) hash = joinHashes(hash, hashes[word])
        if (word - first + 1 < shortest) continue
        const id = table.findOrAdd(bytes, starts[first], ends[word], hash)
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
    }
    builder.endRow(next - rowStart)
  }
  return { table, rows: builder.build(table.count), documentFrequencies }
}
