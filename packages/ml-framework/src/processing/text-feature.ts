import type { CellValue, Column, TextColumn } from '@motadata/core'
import {
  type FeatureColumn, type FeatureRow, FittedTfidf, HashingVectorizer, type ModelState, textShapeColumns, textShapes, TfidfVectorizer, writeTextShape,
} from '@motadata/learn'
import { type BlockOffsets, type ColumnBlocks, type ColumnFeature, type EncodingOutcome, isMissing } from './column-feature.js'
import { combineBlocks } from './combine-blocks.js'
import { isRecord, joinStates, splitState, stateDamaged } from './nested-state.js'

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
  /** Also the length and look of the text, and how English and how German it is; default false. */
  readonly shape?: boolean
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
  readonly denseColumnCount: number
  readonly sparseColumnCount: number
  /** How many columns each block has. */
  readonly blockWidths: readonly number[]
  readonly #vectorizers: readonly (FittedTfidf | HashingVectorizer)[]

  constructor(vectorizers: readonly (FittedTfidf | HashingVectorizer)[], hasShape = false) {
    this.denseColumnCount = hasShape ? textShapeColumns.length : 0
    this.#vectorizers = vectorizers
    this.blockWidths = vectorizers.map(({ columnCount }) => columnCount)
    this.sparseColumnCount = this.blockWidths.reduce((sum, width) => sum + width, 0)
  }

  /** Learns from the training rows and gives their blocks too. */
  static fitTransform(
    texts: readonly (string | null)[], options: TextOptions = {}, threads = 1,
  ): { readonly feature: TextFeature; readonly blocks: ColumnBlocks } {
    const { ngramRange = [1, 2], characterRange = [4, 4], shape = false } = options
    const shapes = shape ? [{ dense: textShapes(texts) }] : []
    if (options.method === 'hashing') {
      const vectorizer = new HashingVectorizer({ ngramRange })
      return { feature: new TextFeature([vectorizer], shape), blocks: combineBlocks(texts.length, [...shapes, { sparse: vectorizer.transform(texts) }]) }
    }
    const minDocumentFrequency = options.minDocumentFrequency ?? (texts.length < manyTexts ? 1 : 2)
    const fitted = [new TfidfVectorizer({ ngramRange, minDocumentFrequency }).fitTransform(texts, { threads })]
    if (characterRange !== 'none') {
      fitted.push(new TfidfVectorizer({ analyzer: 'characters', ngramRange: characterRange, minDocumentFrequency }).fitTransform(texts, { threads }))
    }
    return {
      feature: new TextFeature(fitted.map((one) => one.fitted), shape),
      blocks: combineBlocks(texts.length, [...shapes, ...fitted.map(({ rows }) => ({ sparse: rows }))]),
    }
  }

  get sizeBytes(): number {
    return this.#vectorizers.reduce((sum, vectorizer) => sum + vectorizer.sizeBytes, 0)
  }

  get use(): string {
    const [words, pieces] = this.#vectorizers
    const shape = this.denseColumnCount > 0 ? '; its length and look' : ''
    if (!(words instanceof FittedTfidf)) return `text: hashed into ${this.sparseColumnCount} columns${shape}`
    return `text: ${words.columnCount} terms${pieces ? ` and ${pieces.columnCount} pieces of words` : ''} by TF-IDF${shape}`
  }

  featureColumns(source: string): FeatureColumn[] {
    const shape = textShapeColumns.slice(0, this.denseColumnCount).map((name): FeatureColumn => ({ name: `${source} ${name}`, source, kind: 'number' }))
    return [...shape, ...this.#vectorizers.flatMap((vectorizer): FeatureColumn[] => {
      if (!(vectorizer instanceof FittedTfidf)) return Array.from({ length: vectorizer.columnCount }, (_, column) => ({ name: `hash ${column}`, source, kind: 'term' }))
      const kind = vectorizer.analyzer === 'words' ? 'term' : 'characters'
      return vectorizer.terms().map((name) => ({ name, source, kind }))
    })]
  }

  encodeColumn(column: Column): ColumnBlocks {
    const { values } = column as TextColumn
    const shapes = this.denseColumnCount > 0 ? [{ dense: textShapes(values) }] : []
    return combineBlocks(values.length, [...shapes, ...this.#vectorizers.map((vectorizer) => ({ sparse: vectorizer.transform(values) }))])
  }

  encodeValue(value: CellValue | undefined, row: FeatureRow, offsets: BlockOffsets): EncodingOutcome {
    if (!isMissing(value) && typeof value !== 'string') return 'invalid'
    if (this.denseColumnCount > 0) writeTextShape(isMissing(value) ? null : value, row.dense, offsets.dense)
    if (isMissing(value)) return 'encoded'
    let offset = offsets.sparse
    for (let i = 0; i < this.#vectorizers.length; i++) {
      const vectorizer = this.#vectorizers[i]!
      row.sparseCount += vectorizer.transformRow(value, row.sparseIndices, row.sparseValues, row.sparseCount, offset)
      offset += vectorizer.columnCount
    }
    return 'encoded'
  }

  toState(): ModelState {
    const [first, pieces] = this.#vectorizers
    if (!pieces && this.denseColumnCount === 0) return first!.toState()
    return joinStates(format, { shape: this.denseColumnCount > 0 }, { words: first!.toState(), ...(pieces && { characters: pieces.toState() }) })
  }

  /** Also of a single vectorizer, as all were before there were pieces of words. */
  static load(state: ModelState): TextFeature {
    if (state.format !== format) return new TextFeature([loadVectorizer(state)])
    const { shape, parts } = state.json
    if (typeof shape !== 'boolean') throw stateDamaged('true or false as the shape of a text', 'another value')
    const names = isRecord(parts) && Object.hasOwn(parts, 'characters') ? ['words', 'characters'] : ['words']
    const { words, characters } = splitState(state, format, names)
    if (!characters) return new TextFeature([loadVectorizer(words!)], shape)
    const vectorizers = [FittedTfidf.load(words!), FittedTfidf.load(characters)]
    if (vectorizers.map(({ analyzer }) => analyzer).join() !== 'words,characters') throw stateDamaged('words, then characters', 'others')
    return new TextFeature(vectorizers, shape)
  }
}

function loadVectorizer(state: ModelState): FittedTfidf | HashingVectorizer {
  return state.format.startsWith('tfidf/') ? FittedTfidf.load(state) : HashingVectorizer.load(state)
}
