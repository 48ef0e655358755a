import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { type CategoryValues, categoryOf, compareCodePoints } from './one-hot-encoder.js'

const format = 'ordinal-encoder/1'

/**
 * Learns a number for each category, from 0 in the order of code points, or in an order that is given: what trees with native
 * categories take, and what priorities are. As scikit-learn's `OrdinalEncoder`.
 *
 * @param order - All categories, lowest first; those of the training rows by code points when absent.
 * @example
 * new OrdinalEncoder(['low', 'high']).fit(values).numberOf('high') // => 1
 */
export class OrdinalEncoder {
  readonly #order: readonly string[] | undefined

  constructor(order?: readonly string[]) {
    this.#order = order && [...new Set(order)]
  }

  /** @throws MLError `SHAPE_MISMATCH` for a code without a category */
  fit(values: CategoryValues): FittedOrdinal {
    const seen = new Set<string>()
    for (const code of values.codes) {
      const category = categoryOf(values, code)
      if (category !== null) seen.add(category)
    }
    return new FittedOrdinal(this.#order ?? [...seen].sort(compareCodePoints))
  }
}

/** A number for each category; −1 for those never seen and for missing values. */
export class FittedOrdinal {
  readonly format = format
  readonly categories: readonly string[]
  readonly #numbers: ReadonlyMap<string, number>

  constructor(categories: readonly string[]) {
    this.categories = categories
    this.#numbers = new Map(categories.map((category, number) => [category, number]))
  }

  /** Bytes it keeps in memory, about. */
  get sizeBytes(): number {
    return this.categories.reduce((sum, category) => sum + 2 * category.length + 64, 64)
  }

  numberOf(category: string | null): number {
    return category === null ? -1 : (this.#numbers.get(category) ?? -1)
  }

  /** @returns shape (rows,) @throws MLError `SHAPE_MISMATCH` for a code without a category */
  transform(values: CategoryValues): Float64Array {
    const numbers = values.categories.map((category) => this.numberOf(category))
    return Float64Array.from(values.codes, (code) => (categoryOf(values, code) === null ? -1 : numbers[code]))
  }

  toState(): ModelState {
    return { format, json: { categories: [...this.categories] }, tensors: {} }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedOrdinal {
    return new FittedOrdinal([...new ModelStateReader(state, format).strings('categories', 0)])
  }
}
