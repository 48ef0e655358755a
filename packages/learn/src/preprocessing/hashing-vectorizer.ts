import { MLError } from '@motadata/core'
import type { SparseRows } from '../feature-matrix.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import { isBoolean, ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { murmurHash3 } from './murmur-hash.js'
import { SparseRowsBuilder } from './sparse-rows-builder.js'
import { TextTokenizer } from './text-tokenizer.js'
import { checkNgramRange, isNgramRange, isNorm, type NgramRange, normalizeValues, norms } from './vectorizer-options.js'

const format = 'hashing/1'

const schema = {
  columnCount: {
    type: 'number', default: 2 ** 18, minimum: 1, maximum: 2 ** 28, integer: true,
    description: 'How many columns terms are spread over.',
  },
  alternateSign: {
    type: 'boolean', default: true,
    description: 'Half of the terms count negatively, so that collisions cancel rather than add up.',
  },
  norm: { type: 'choice', default: 'l2', options: norms, description: 'Length that rows are scaled to.' },
} as const satisfies HyperparameterSchema

export type HashingOptions = Partial<Hyperparameters<typeof schema>> & { readonly ngramRange?: NgramRange }

/**
 * Counts words and runs of words in columns chosen by their hash: no vocabulary to learn or keep, so nothing says afterwards which
 * words a column stands for, and different words may share one. Values and defaults are those of scikit-learn's `HashingVectorizer`
 * (MurmurHash3 of the term in UTF-8), but for the number of columns; what a word is, see `TextTokenizer`.
 *
 * Cost: linear in the length of the text; 4 bytes of memory a column.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * new HashingVectorizer({ columnCount: 1024 }).transform(['vpn is down']).columnCount // => 1024
 */
export class HashingVectorizer {
  readonly format = format
  readonly columnCount: number
  readonly #options: Hyperparameters<typeof schema>
  readonly #ngramRange: NgramRange
  readonly #tokenizer = new TextTokenizer(0)
  /** Place + 1 of each column's pair in the row being filled; all 0 between rows. */
  #placeOf: Int32Array | undefined

  constructor(options: HashingOptions = {}) {
    const { ngramRange, ...rest } = options
    this.#ngramRange = checkNgramRange('HashingVectorizer', ngramRange ?? [1, 1])
    this.#options = resolveHyperparameters('HashingVectorizer', schema, rest)
    this.columnCount = this.#options.columnCount
  }

  /** Bytes it keeps in memory once it has been used. */
  get sizeBytes(): number {
    return 4 * this.columnCount + this.#tokenizer.sizeBytes
  }

  /**
   * Values of texts; `null` gives an empty row. Within a row, columns stand in the order in which their terms first occur; where
   * signs cancel, a pair with the value 0 stays.
   *
   * @returns shape (texts, columnCount)
   */
  transform(texts: ArrayLike<string | null>): SparseRows {
    const [shortest, longest] = this.#ngramRange
    const builder = new SparseRowsBuilder(texts.length)
    for (let row = 0; row < texts.length; row++) {
      const words = this.#tokenizer.tokenize(texts[row])
      builder.reserve(Math.min(this.columnCount, words * (longest - shortest + 1)))
      builder.endRow(this.#fill(words, builder.columnIndices, builder.values, builder.pairs, 0))
    }
    return builder.build(this.columnCount)
  }

  /**
   * Values of one text, written into the caller's buffers; parameters and return as those of `FittedTfidf.transformRow`.
   *
   * @throws MLError `SHAPE_MISMATCH` when the buffers are too small
   */
  transformRow(text: string | null, indices: Uint32Array, values: Float32Array, start = 0, columnOffset = 0): number {
    return this.#fill(this.#tokenizer.tokenize(text), indices, values, start, columnOffset)
  }

  #fill(words: number, indices: Uint32Array, values: Float32Array, start: number, columnOffset: number): number {
    const { bytes, starts, ends } = this.#tokenizer
    const [shortest, longest] = this.#ngramRange
    const { alternateSign, norm } = this.#options
    const placeOf = (this.#placeOf ??= new Int32Array(this.columnCount))
    const room = Math.min(indices.length, values.length)
    let next = start
    let fits = true
    for (let first = 0; first < words && fits; first++) {
      const last = Math.min(words, first + longest) - 1
      for (let word = first + shortest - 1; word <= last; word++) {
        const hash = murmurHash3(bytes, starts[first], ends[word])
        const column = Math.abs(hash) % this.columnCount
        const sign = alternateSign && hash < 0 ? -1 : 1
        const place = placeOf[column] - 1
        if (place >= 0) {
          values[place] += sign
          continue
        }
        if (next >= room) {
          fits = false
          break
        }
        indices[next] = column
        values[next] = sign
        placeOf[column] = ++next
      }
    }
    for (let i = start; i < next; i++) placeOf[indices[i]] = 0
    if (!fits) {
      throw new MLError('SHAPE_MISMATCH', `Expected room for every term of the text, at most ${this.columnCount}, got ${room - start}.`)
    }
    normalizeValues(values, start, next, norm)
    if (columnOffset !== 0) for (let i = start; i < next; i++) indices[i] += columnOffset
    return next - start
  }

  toState(): ModelState {
    return { format, json: { ...this.#options, ngramRange: [...this.#ngramRange] }, tensors: {} }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): HashingVectorizer {
    const reader = new ModelStateReader(state, format)
    return new HashingVectorizer({
      columnCount: reader.wholeNumber('columnCount', schema.columnCount.minimum, schema.columnCount.maximum),
      alternateSign: reader.json('alternateSign', 'true or false', isBoolean),
      norm: reader.json('norm', 'a norm', isNorm),
      ngramRange: reader.json('ngramRange', 'two numbers of words', isNgramRange),
    })
  }
}
