import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import type { SparseRows } from '../feature-matrix.js'
import { FittedTfidf, type TfidfWeighting } from './fitted-tfidf.js'
import type { TermCounts } from './term-counts.js'
import type { Analyzer } from './term-hash.js'
import { orderTerms } from './term-order.js'
import { type TextFitOptions, useTermCounts } from './use-term-counts.js'
import { analyzers, checkNgramRange, type NgramRange, norms } from './vectorizer-options.js'

const schema = {
  analyzer: {
    type: 'choice', default: 'words', options: analyzers,
    description: 'What ngramRange counts: words, or the characters within a word and the spaces around it.',
  },
  minDocumentFrequency: {
    type: 'number', default: 1, minimum: 1, maximum: 1e9, integer: true,
    description: 'Fewest texts that a term must stand in.',
  },
  maxDocumentShare: {
    type: 'number', default: 1, minimum: 0, exclusiveMinimum: true, maximum: 1,
    description: 'Largest share of the texts that a term may stand in.',
  },
  maxFeatures: {
    type: 'number', default: 0, minimum: 0, maximum: 1e9, integer: true,
    description: 'Keep so many of the most frequent terms; 0 keeps all.',
  },
  sublinearTf: { type: 'boolean', default: false, description: 'A count c is worth 1 + ln c.' },
  binary: { type: 'boolean', default: false, description: 'Any count is worth 1.' },
  norm: { type: 'choice', default: 'l2', options: norms, description: 'Length that rows are scaled to.' },
  useIdf: { type: 'boolean', default: true, description: 'Weigh rare terms higher.' },
  smoothIdf: { type: 'boolean', default: true, description: 'Weigh as if one text more held every term.' },
} as const satisfies HyperparameterSchema

export type TfidfOptions = Partial<Hyperparameters<typeof schema>> & { readonly ngramRange?: NgramRange }

/**
 * Learns a vocabulary of words and runs of words, or of pieces of words, and how telling each is. Columns, values and defaults are
 * those of scikit-learn's `TfidfVectorizer` (values as 32-bit floats); what a word is, see `TextTokenizer`.
 *
 * Runs of characters are those of scikit-learn's `char_wb`, taken from words: what is no word, such as punctuation and single letters,
 * has none. They find what words have in common (compounds, inflections, misspellings) without knowing the language.
 *
 * Weight of a term: tf · idf, where idf = ln((1 + texts) / (1 + texts with the term)) + 1, without the ones inside the logarithm
 * when `smoothIdf` is off. Cost: linear in the length of the texts, and a sort of the kept terms.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * new TfidfVectorizer({ ngramRange: [1, 2], minDocumentFrequency: 2 }).fit(['vpn down', 'vpn down again']).terms()
 * // => ['down', 'vpn', 'vpn down']
 */
export class TfidfVectorizer {
  readonly #options: Hyperparameters<typeof schema>
  readonly #ngramRange: NgramRange

  constructor(options: TfidfOptions = {}) {
    const { ngramRange, ...rest } = options
    this.#ngramRange = checkNgramRange('TfidfVectorizer', ngramRange ?? [1, 1])
    this.#options = resolveHyperparameters('TfidfVectorizer', schema, rest)
  }

  /**
   * Learns from texts; `null` counts as a text without words. A vocabulary may come out empty.
   *
   * @throws MLError `INPUT_INVALID` for what is not text, `CANCELLED`
   */
  fit(texts: ArrayLike<string | null>, options: TextFitOptions = {}): FittedTfidf {
    return useTermCounts(texts, this.#terms, options, (counts) => this.#learn(counts).fitted)
  }

  /** Learns from texts and gives their rows too, reading them once: what `fit` and then `transform` would give. @throws as {@link fit} */
  fitTransform(texts: ArrayLike<string | null>, options: TextFitOptions = {}): { readonly fitted: FittedTfidf; readonly rows: SparseRows } {
    return useTermCounts(texts, this.#terms, options, (counts) => {
      const { fitted, columnOf, idf, weighting } = this.#learn(counts)
      return { fitted, rows: counts.weigh(columnOf, idf, weighting) }
    })
  }

  get #terms(): { readonly analyzer: Analyzer; readonly ngramRange: NgramRange } {
    return { analyzer: this.#options.analyzer, ngramRange: this.#ngramRange }
  }

  #learn(counts: TermCounts): { fitted: FittedTfidf; columnOf: Int32Array; idf: Float64Array; weighting: TfidfWeighting } {
    const { bytes, offsets } = counts.terms()
    const kept = orderTerms(this.#select(counts, bytes, offsets), bytes, offsets)
    const columnOf = new Int32Array(counts.termCount).fill(-1)
    const keptOffsets = new Uint32Array(kept.length + 1)
    for (let column = 0; column < kept.length; column++) {
      columnOf[kept[column]] = column
      keptOffsets[column + 1] = keptOffsets[column] + offsets[kept[column] + 1] - offsets[kept[column]]
    }
    const terms = new Uint8Array(keptOffsets[kept.length])
    for (let column = 0, to = 0; column < kept.length; column++) {
      for (let from = offsets[kept[column]], end = offsets[kept[column] + 1]; from < end; from++) terms[to++] = bytes[from]
    }
    const idf = this.#inverseFrequencies(kept, counts)
    const { analyzer, sublinearTf, binary, norm } = this.#options
    const weighting: TfidfWeighting = { analyzer, ngramRange: this.#ngramRange, sublinearTf, binary, norm }
    return { fitted: new FittedTfidf({ weighting, terms, offsets: keptOffsets, idf }), columnOf, idf, weighting }
  }

  /** Numbers of the terms to keep, in no order. */
  #select(counts: TermCounts, bytes: Uint8Array, offsets: Uint32Array): Uint32Array {
    const { minDocumentFrequency, maxDocumentShare, maxFeatures } = this.#options
    const most = maxDocumentShare * counts.rowCount
    const frequencies = counts.documentFrequencies
    const ids = Uint32Array.from({ length: counts.termCount }, (_, id) => id)
    const kept = ids.filter((id) => frequencies[id] >= minDocumentFrequency && frequencies[id] <= most)
    if (maxFeatures === 0 || kept.length <= maxFeatures) return kept
    const totals = this.#options.binary ? frequencies : counts.totals()
    const ordered = orderTerms(kept, bytes, offsets)
    return ordered.sort((a, b) => totals[b] - totals[a]).subarray(0, maxFeatures)
  }

  #inverseFrequencies(kept: Uint32Array, counts: TermCounts): Float64Array {
    const { useIdf, smoothIdf } = this.#options
    if (!useIdf) return new Float64Array(kept.length).fill(1)
    const extra = smoothIdf ? 1 : 0
    return Float64Array.from(kept, (id) => Math.log((extra + counts.rowCount) / (extra + counts.documentFrequencies[id])) + 1)
  }
}
