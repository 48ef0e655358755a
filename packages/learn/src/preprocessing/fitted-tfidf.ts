import { MLError } from '@motadata/core'
import type { SparseRows } from '../feature-matrix.js'
import { isBoolean, ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { SparseRowsBuilder } from './sparse-rows-builder.js'
import type { Analyzer } from './term-hash.js'
import { TermReader } from './term-reader.js'
import { markPlace, TermTable } from './term-table.js'
import { isAnalyzer, isNgramRange, isNorm, type NgramRange, type Norm, normalizeValues } from './vectorizer-options.js'

const format = 'tfidf/2'
/** Knew words only, and did not say so. */
const wordsFormat = 'tfidf/1'
const tabulatedCounts = 64
/** A longer list of marks is given back when the next text does not need it. */
const keptMarks = 1 << 16

/** What turns counts into weights. */
export interface TfidfWeighting {
  readonly analyzer: Analyzer
  readonly ngramRange: NgramRange
  readonly sublinearTf: boolean
  readonly binary: boolean
  readonly norm: Norm
}

/**
 * A vocabulary with a weight for each term: turns text into rows of TF-IDF values. Made by `TfidfVectorizer.fit` or
 * {@link FittedTfidf.load}; the same text gives the same bytes in `transform`, in `transformRow`, and after storing and loading.
 */
export class FittedTfidf {
  readonly format = format
  /** How many terms, so how many columns. */
  readonly columnCount: number
  readonly #weighting: TfidfWeighting
  readonly #idf: Float64Array
  readonly #table: TermTable
  readonly #reader: TermReader
  readonly #termFrequencies: Float64Array
  /** Where in the table's slots the marks of the row's terms stand: place + 1 of a term's pair, all 0 between rows. */
  #marks = new Uint32Array(256)

  /**
   * @param terms - UTF-8 of all terms, in order, one after another.
   * @param offsets - Where each term starts, and the end of the last, shape (terms + 1,).
   * @param idf - shape (terms,)
   */
  constructor(options: {
    readonly weighting: TfidfWeighting
    readonly terms: Uint8Array
    readonly offsets: Uint32Array
    readonly idf: Float64Array
  }) {
    this.columnCount = options.idf.length
    this.#weighting = options.weighting
    this.#idf = options.idf
    const { analyzer, ngramRange } = options.weighting
    this.#table = TermTable.of(analyzer, options.terms, options.offsets)
    this.#reader = new TermReader(analyzer, ngramRange, this.#table.hashSeed)
    this.#termFrequencies = Float64Array.from({ length: tabulatedCounts }, (_, count) => termFrequency(options.weighting, count))
  }

  /** What its terms are made of. */
  get analyzer(): Analyzer {
    return this.#weighting.analyzer
  }

  /** Bytes it keeps in memory. */
  get sizeBytes(): number {
    return this.#table.sizeBytes + this.#idf.byteLength + this.#marks.byteLength + this.#reader.sizeBytes
  }

  /** The term of a column. @throws MLError `SHAPE_MISMATCH` when there is no such column */
  term(column: number): string {
    if (!Number.isInteger(column) || column < 0 || column >= this.columnCount) {
      throw new MLError('SHAPE_MISMATCH', `Expected a column from 0 to ${this.columnCount - 1}, got ${column}.`)
    }
    return new TextDecoder().decode(this.#table.text(column))
  }

  /** All terms, by column, in the order of code points. */
  terms(): string[] {
    return Array.from({ length: this.columnCount }, (_, column) => this.term(column))
  }

  /**
   * TF-IDF values of texts; `null` gives an empty row, and so does a text of unknown words. Within a row, columns stand in the
   * order in which their terms first occur.
   *
   * @returns shape (texts, columnCount)
   */
  transform(texts: ArrayLike<string | null>): SparseRows {
    const builder = new SparseRowsBuilder(texts.length)
    for (let row = 0; row < texts.length; row++) {
      const terms = this.#reader.read(texts[row])
      builder.reserve(Math.min(this.columnCount, terms))
      builder.endRow(this.#fill(terms, builder.columnIndices, builder.values, builder.pairs, 0))
    }
    return builder.build(this.columnCount)
  }

  /**
   * TF-IDF values of one text, written into the caller's buffers; allocates nothing once it has seen a
   * text as long.
   *
   * @param indices - Column numbers are written here; room for `columnCount` pairs behind `start` always suffices.
   * @param values - The values of those columns.
   * @param start - Where to write the first pair.
   * @param columnOffset - Added to every column number, for vectorizers that share one sparse block.
   * @returns How many pairs were written.
   * @throws MLError `SHAPE_MISMATCH` when the buffers are too small
   * @example
   * row.sparseCount = fitted.transformRow('vpn is down', row.sparseIndices, row.sparseValues)
   */
  transformRow(text: string | null, indices: Uint32Array, values: Float32Array, start = 0, columnOffset = 0): number {
    return this.#fill(this.#reader.read(text), indices, values, start, columnOffset)
  }

  #fill(terms: number, indices: Uint32Array, values: Float32Array, start: number, columnOffset: number): number {
    const { bytes, starts, ends, hashes } = this.#reader
    const room = Math.min(indices.length, values.length)
    const table = this.#table
    const most = Math.min(table.countCandidates(hashes, terms), this.columnCount)
    if (this.#marks.length < most || this.#marks.length > keptMarks) this.#marks = new Uint32Array(Math.max(256, most))
    const marks = this.#marks
    const { slots } = table
    let next = start
    let fits = true
    for (let term = 0; term < terms; term++) {
      const slot = table.findSlot(bytes, starts[term], ends[term], hashes[term])
      if (slot < 0) continue
      const mark = slot + markPlace
      const place = slots[mark] - 1
      if (place >= 0) {
        values[place]++
        continue
      }
      if (next >= room) {
        fits = false
        break
      }
      indices[next] = table.idOf(slot)
      values[next] = 1
      marks[next - start] = mark
      slots[mark] = ++next
    }
    for (let i = 0; i < next - start; i++) slots[marks[i]] = 0
    if (!fits) {
      throw new MLError('SHAPE_MISMATCH', `Expected room for every term of the text, at most ${this.columnCount}, got ${room - start}.`)
    }
    weighCounts(indices, values, start, next, this.#weighting, this.#idf, this.#termFrequencies)
    if (columnOffset !== 0) for (let i = start; i < next; i++) indices[i] += columnOffset
    return next - start
  }

  toState(): ModelState {
    const { bytes, offsets } = this.#table.terms()
    return {
      format,
      json: { ...this.#weighting },
      tensors: {
        terms: { dtype: 'U8', shape: [bytes.length], data: bytes },
        offsets: { dtype: 'U32', shape: [offsets.length], data: offsets },
        idf: { dtype: 'F64', shape: [this.#idf.length], data: this.#idf.slice() },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedTfidf {
    const reader = new ModelStateReader(state, state?.format === wordsFormat ? wordsFormat : format)
    const weighting: TfidfWeighting = {
      analyzer: reader.format === wordsFormat ? 'words' : reader.json('analyzer', 'words or characters', isAnalyzer),
      ngramRange: [...reader.json('ngramRange', 'two lengths', isNgramRange)],
      sublinearTf: reader.json('sublinearTf', 'true or false', isBoolean),
      binary: reader.json('binary', 'true or false', isBoolean),
      norm: reader.json('norm', 'a norm', isNorm),
    }
    const terms = reader.tensor('terms', 'U8', [-1])
    const idf = reader.tensor('idf', 'F64', [-1])
    const offsets = reader.tensor('offsets', 'U32', [idf.length + 1])
    checkTerms(reader, terms, offsets)
    for (let i = 0; i < idf.length; i++) if (idf[i] < 0) throw reader.fail('weights of at least 0', 'a negative one')
    return new FittedTfidf({ weighting, terms, offsets, idf: idf.slice() })
  }
}

/** Turns the counts of one row into TF-IDF values, in place. */
export function weighCounts(
  indices: Uint32Array, values: Float32Array, start: number, end: number,
  weighting: TfidfWeighting, idf: Float64Array, termFrequencies: Float64Array,
): void {
  for (let i = start; i < end; i++) {
    const count = values[i]
    values[i] = (count < termFrequencies.length ? termFrequencies[count] : termFrequency(weighting, count)) * idf[indices[i]]
  }
  normalizeValues(values, start, end, weighting.norm)
}

/** What a count is worth before idf. */
export function termFrequency(weighting: TfidfWeighting, count: number): number {
  if (count === 0) return 0
  if (weighting.binary) return 1
  return weighting.sublinearTf ? 1 + Math.log(count) : count
}

/** Terms are UTF-8, none empty, each above the one before it, and each starts at a whole character. */
function checkTerms(reader: ModelStateReader, terms: Uint8Array, offsets: Uint32Array): void {
  const count = offsets.length - 1
  if (offsets[0] !== 0 || offsets[count] !== terms.length) {
    throw reader.fail(`offsets from 0 to ${terms.length}`, `${offsets[0]} to ${offsets[count]}`)
  }
  for (let i = 0; i < count; i++) {
    if (offsets[i + 1] <= offsets[i]) throw reader.fail('rising offsets', `${offsets[i + 1]} after ${offsets[i]}`)
  }
  for (let i = 0, before = 0; i < count; i++) {
    const start = offsets[i]
    if ((terms[start] & 0xc0) === 0x80) throw reader.fail('terms of whole letters', `a torn one at ${i}`)
    if (i > 0 && !isAbove(terms, before, start, offsets[i + 1])) throw reader.fail('terms in order, each once', `another order at ${i}`)
    before = start
  }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(terms)
  } catch {
    throw reader.fail('terms in UTF-8', 'other bytes')
  }
}

/** Whether the term from `start` to `end` is above the one from `before` to `start`. */
function isAbove(terms: Uint8Array, before: number, start: number, end: number): boolean {
  let a = before
  let b = start
  while (a < start && b < end && terms[a] === terms[b]) {
    a++
    b++
  }
  return a === start ? b < end : b < end && terms[b] > terms[a]
}
