import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { type CategoryValues, categoryOf, compareCodePoints } from './one-hot-encoder.js'

const format = 'rare-category-grouper/1'
/** What rare categories become. */
export const otherCategory = '(other)'

const schema = {
  minimumCount: { type: 'number', default: 10, minimum: 1, maximum: 1e9, integer: true, description: 'Fewest rows for a category to stay.' },
  maximumCategories: { type: 'number', default: 1000, minimum: 1, maximum: 1e6, integer: true, description: 'Only so many of the most frequent stay.' },
} as const satisfies HyperparameterSchema

export type RareCategoryOptions = Partial<Hyperparameters<typeof schema>>

/**
 * Learns which categories are frequent enough to be learned from; the others, and those never seen, become one.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * new RareCategoryGrouper({ minimumCount: 2 }).fit({ codes: Int32Array.of(0, 0, 1), categories: ['vpn', 'fax'] }).categories // => ['vpn', '(other)']
 */
export class RareCategoryGrouper {
  readonly #options: Hyperparameters<typeof schema>

  constructor(options: RareCategoryOptions = {}) {
    this.#options = resolveHyperparameters('RareCategoryGrouper', schema, options)
  }

  /** @throws MLError `SHAPE_MISMATCH` for a code without a category */
  fit(values: CategoryValues): FittedRareCategories {
    const counts = new Map<string, number>()
    for (const code of values.codes) {
      const category = categoryOf(values, code)
      if (category !== null) counts.set(category, (counts.get(category) ?? 0) + 1)
    }
    const kept = [...counts]
      .filter(([category, count]) => count >= this.#options.minimumCount && category !== otherCategory)
      .sort(([a, aCount], [b, bCount]) => bCount - aCount || compareCodePoints(a, b))
      .slice(0, this.#options.maximumCategories)
      .map(([category]) => category)
    return new FittedRareCategories(kept.sort(compareCodePoints))
  }
}

/** Replaces categories that were rare in training or not seen there; missing values stay missing. */
export class FittedRareCategories {
  readonly format = format
  /** Those that stay, then `(other)`. */
  readonly categories: readonly string[]
  readonly #codes: ReadonlyMap<string, number>

  constructor(kept: readonly string[]) {
    this.categories = [...kept, otherCategory]
    this.#codes = new Map(kept.map((category, code) => [category, code]))
  }

  get sizeBytes(): number {
    return this.categories.reduce((sum, category) => sum + 2 * category.length + 64, 64)
  }

  /** @throws MLError `SHAPE_MISMATCH` for a code without a category */
  transform(values: CategoryValues): CategoryValues {
    const codes = values.categories.map((category) => this.#codes.get(category) ?? this.categories.length - 1)
    return { categories: this.categories, codes: Int32Array.from(values.codes, (code) => (categoryOf(values, code) === null ? -1 : codes[code])) }
  }

  toState(): ModelState {
    return { format, json: { kept: this.categories.slice(0, -1) }, tensors: {} }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedRareCategories {
    const reader = new ModelStateReader(state, format)
    const kept = reader.strings('kept', 0)
    if (kept.includes(otherCategory)) throw reader.fail(`categories other than ${otherCategory}`, 'it')
    return new FittedRareCategories([...kept])
  }
}
