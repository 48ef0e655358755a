import type { CellValue, Column, TextColumn } from '@motadata/core'
import {
  type FeatureColumn, type FeatureRow, FittedTfidf, HashingVectorizer, type ModelState, TfidfVectorizer,
} from '@motadata/learn'
import { type BlockOffsets, type ColumnBlocks, type ColumnFeature, type EncodingOutcome, isMissing } from './column-feature.js'

/** How text becomes features. */
export interface TextOptions {
  /** A learned vocabulary with a weight a term (default), or hashed terms, which need no vocabulary in memory. */
  readonly method?: 'tfidf' | 'hashing'
  /** Words a term has, at least and at most; default [1, 2]. */
  readonly ngramRange?: readonly [shortest: number, longest: number]
  /** Fewest texts that a term stands in; default 2 from a thousand texts on, else 1. TF-IDF only. */
  readonly minDocumentFrequency?: number
}

/**
 * From so many texts on, a term that stands in one of them only says more of that text than of its class: leaving it out changes
 * quality by no more than chance does, and the model is a third of the size.
 */
const manyTexts = 1_000

/** Words and pairs of words of a text, weighted, in sparse columns. Missing text has no words. */
export class TextFeature implements ColumnFeature {
  readonly kind = 'text'
  readonly denseColumnCount = 0
  readonly sparseColumnCount: number
  readonly #vectorizer: FittedTfidf | HashingVectorizer

  constructor(vectorizer: FittedTfidf | HashingVectorizer) {
    this.#vectorizer = vectorizer
    this.sparseColumnCount = vectorizer.columnCount
  }

  /** Learns from the training rows and gives their blocks too, reading the texts once. */
  static fitTransform(
    texts: readonly (string | null)[], options: TextOptions = {},
  ): { readonly feature: TextFeature; readonly blocks: ColumnBlocks } {
    const ngramRange = options.ngramRange ?? [1, 2]
    if (options.method === 'hashing') {
      const vectorizer = new HashingVectorizer({ ngramRange })
      return { feature: new TextFeature(vectorizer), blocks: { sparse: vectorizer.transform(texts) } }
    }
    const minDocumentFrequency = options.minDocumentFrequency ?? (texts.length < manyTexts ? 1 : 2)
    const { fitted, rows } = new TfidfVectorizer({ ngramRange, minDocumentFrequency }).fitTransform(texts)
    return { feature: new TextFeature(fitted), blocks: { sparse: rows } }
  }

  get sizeBytes(): number {
    return this.#vectorizer.sizeBytes
  }

  get use(): string {
    const count = this.sparseColumnCount
    return this.#vectorizer instanceof FittedTfidf ? `text: ${count} terms by TF-IDF` : `text: hashed into ${count} columns`
  }

  featureColumns(source: string): FeatureColumn[] {
    const vectorizer = this.#vectorizer
    const hashes = (): string[] => Array.from({ length: vectorizer.columnCount }, (_, column) => `hash ${column}`)
    const names = vectorizer instanceof FittedTfidf ? vectorizer.terms() : hashes()
    return names.map((name) => ({ name, source, kind: 'term' }))
  }

  encodeColumn(column: Column): ColumnBlocks {
    return { sparse: this.#vectorizer.transform((column as TextColumn).values) }
  }

  encodeValue(value: CellValue | undefined, row: FeatureRow, offsets: BlockOffsets): EncodingOutcome {
    if (isMissing(value)) return 'encoded'
    if (typeof value !== 'string') return 'invalid'
    row.sparseCount += this.#vectorizer.transformRow(value, row.sparseIndices, row.sparseValues, row.sparseCount, offsets.sparse)
    return 'encoded'
  }

  toState(): ModelState {
    return this.#vectorizer.toState()
  }

  static load(state: ModelState): TextFeature {
    return new TextFeature(state.format.startsWith('tfidf/') ? FittedTfidf.load(state) : HashingVectorizer.load(state))
  }
}
