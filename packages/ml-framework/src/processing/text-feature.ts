import type { CellValue, Column, TextColumn } from '@motadata/core'
import {
  type FeatureColumn, type FeatureRow, FittedTfidf, HashingVectorizer, type ModelState, TfidfVectorizer,
} from '@motadata/learn'
import { type BlockOffsets, type ColumnBlocks, type ColumnFeature, type EncodingOutcome, isMissing } from './column-feature.js'
import { combineBlocks } from './combine-blocks.js'
import { joinStates, splitState, stateDamaged } from './nested-state.js'

const format = 'text-feature/1'

/** How text becomes features. */
export interface TextOptions {
  /** A learned vocabulary with a weight a term (default), or hashed terms, which need no vocabulary in memory. */
  readonly method?: 'tfidf' | 'hashing'
  /** Words a term has, at least and at most; default [1, 2]. */
  readonly ngramRange?: readonly [shortest: number, longest: number]
  /** Characters that a piece of a word has, at least and at most, or 'none'; default [4, 4]. TF-IDF only. */
  readonly characterRange?: readonly [shortest: number, longest: number] | 'none'
  /** Fewest texts that a term stands in; default 2 from a thousand texts on, else 1. TF-IDF only. */
  readonly minDocumentFrequency?: number
}

/**
 * From so many texts on, a term that stands in one of them only says more of that text than of its class: leaving it out changes
 * quality by no more than chance does, and the model is a third of the size.
 */
const manyTexts = 1_000

/**
 * Words and pairs of words of a text, and pieces of words, weighted, in sparse columns: a block of each, scaled to length 1. Missing
 * text has no words.
 */
export class TextFeature implements ColumnFeature {
  readonly kind = 'text'
  readonly denseColumnCount = 0
  readonly sparseColumnCount: number
  /** How many columns each block has. */
  readonly blockWidths: readonly number[]
  readonly #vectorizers: readonly (FittedTfidf | HashingVectorizer)[]

  constructor(vectorizers: readonly (FittedTfidf | HashingVectorizer)[]) {
    this.#vectorizers = vectorizers
    this.blockWidths = vectorizers.map(({ columnCount }) => columnCount)
    this.sparseColumnCount = this.blockWidths.reduce((sum, width) => sum + width, 0)
  }

  /** Learns from the training rows and gives their blocks too. */
  static fitTransform(
    texts: readonly (string | null)[], options: TextOptions = {},
  ): { readonly feature: TextFeature; readonly blocks: ColumnBlocks } {
    const { ngramRange = [1, 2], characterRange = [4, 4] } = options
    if (options.method === 'hashing') {
      const vectorizer = new HashingVectorizer({ ngramRange })
      return { feature: new TextFeature([vectorizer]), blocks: { sparse: vectorizer.transform(texts) } }
    }
    const minDocumentFrequency = options.minDocumentFrequency ?? (texts.length < manyTexts ? 1 : 2)
    const fitted = [new TfidfVectorizer({ ngramRange, minDocumentFrequency }).fitTransform(texts)]
    if (characterRange !== 'none') {
      fitted.push(new TfidfVectorizer({ analyzer: 'characters', ngramRange: characterRange, minDocumentFrequency }).fitTransform(texts))
    }
    return {
      feature: new TextFeature(fitted.map((one) => one.fitted)),
      blocks: combineBlocks(texts.length, fitted.map(({ rows }) => ({ sparse: rows }))),
    }
  }

  get sizeBytes(): number {
    return this.#vectorizers.reduce((sum, vectorizer) => sum + vectorizer.sizeBytes, 0)
  }

  get use(): string {
    const [words, pieces] = this.#vectorizers
    if (!(words instanceof FittedTfidf)) return `text: hashed into ${this.sparseColumnCount} columns`
    return `text: ${words.columnCount} terms${pieces ? ` and ${pieces.columnCount} pieces of words` : ''} by TF-IDF`
  }

  featureColumns(source: string): FeatureColumn[] {
    return this.#vectorizers.flatMap((vectorizer): FeatureColumn[] => {
      if (!(vectorizer instanceof FittedTfidf)) return Array.from({ length: vectorizer.columnCount }, (_, column) => ({ name: `hash ${column}`, source, kind: 'term' }))
      const kind = vectorizer.analyzer === 'words' ? 'term' : 'characters'
      return vectorizer.terms().map((name) => ({ name, source, kind }))
    })
  }

  encodeColumn(column: Column): ColumnBlocks {
    const { values } = column as TextColumn
    return combineBlocks(values.length, this.#vectorizers.map((vectorizer) => ({ sparse: vectorizer.transform(values) })))
  }

  encodeValue(value: CellValue | undefined, row: FeatureRow, offsets: BlockOffsets): EncodingOutcome {
    if (isMissing(value)) return 'encoded'
    if (typeof value !== 'string') return 'invalid'
    let offset = offsets.sparse
    for (let i = 0; i < this.#vectorizers.length; i++) {
      const vectorizer = this.#vectorizers[i]!
      row.sparseCount += vectorizer.transformRow(value, row.sparseIndices, row.sparseValues, row.sparseCount, offset)
      offset += vectorizer.columnCount
    }
    return 'encoded'
  }

  toState(): ModelState {
    const [words, pieces] = this.#vectorizers
    return pieces ? joinStates(format, {}, { words: words!.toState(), characters: pieces.toState() }) : words!.toState()
  }

  /** Also of a single vectorizer, as all were before there were pieces of words. */
  static load(state: ModelState): TextFeature {
    if (state.format.startsWith('tfidf/')) return new TextFeature([FittedTfidf.load(state)])
    if (state.format !== format) return new TextFeature([HashingVectorizer.load(state)])
    const { words, characters } = splitState(state, format, ['words', 'characters'])
    const vectorizers = [FittedTfidf.load(words!), FittedTfidf.load(characters!)]
    if (vectorizers.map(({ analyzer }) => analyzer).join() !== 'words,characters') throw stateDamaged('words, then characters', 'others')
    return new TextFeature(vectorizers)
  }
}
