import type { SparseRows } from '../feature-matrix.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import { shapeMismatch } from '../input-check.js'
import { isBoolean, ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'

const format = 'one-hot/1'

/** Values out of a small set: `categories[codes[row]]`, code −1 where a value is missing. */
export interface CategoryValues {
  readonly codes: Int32Array
  readonly categories: readonly string[]
}

const schema = {
  minimumCount: {
    type: 'number', default: 1, minimum: 1, maximum: 1e9, integer: true,
    description: 'Fewest rows for a category to have its own column.',
  },
  maximumCategories: {
    type: 'number', default: 1000, minimum: 1, maximum: 1e6, integer: true,
    description: 'Only so many of the most frequent categories have their own column.',
  },
  missing: {
    type: 'choice', default: 'column', options: ['column', 'zeros'],
    description: 'A missing value has a column, if one was missing in training, or none.',
  },
} as const satisfies HyperparameterSchema

export type OneHotOptions = Partial<Hyperparameters<typeof schema>>

/**
 * Learns the categories of one dataset column and gives each a column of its own. Categories too rare for one share a column, and a
 * category never seen falls in with them; without rare ones it has no column, so its row is all zeros. Categories are in the order
 * of code points, as in scikit-learn's `OneHotEncoder`; then come the shared column and that of missing values.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * new OneHotEncoder().fit({ codes: Int32Array.of(0, 1, 0), categories: ['red', 'blue'] }).columnNames() // => ['blue', 'red']
 */
export class OneHotEncoder {
  readonly #options: Hyperparameters<typeof schema>

  constructor(options: OneHotOptions = {}) {
    this.#options = resolveHyperparameters('OneHotEncoder', schema, options)
  }

  /** @throws MLError `SHAPE_MISMATCH` for a code without a category */
  fit(values: CategoryValues): FittedOneHot {
    const { minimumCount, maximumCategories, missing } = this.#options
    const counts = new Map<string, number>()
    let missingCount = 0
    for (const code of values.codes) {
      const category = categoryOf(values, code)
      if (category === null) missingCount++
      else counts.set(category, (counts.get(category) ?? 0) + 1)
    }
    const kept = [...counts]
      .filter(([, count]) => count >= minimumCount)
      .sort(([a, aCount], [b, bCount]) => bCount - aCount || compareCodePoints(a, b))
      .slice(0, maximumCategories)
      .map(([category]) => category)
      .sort(compareCodePoints)
    return new FittedOneHot({
      categories: kept,
      hasRareColumn: kept.length < counts.size,
      hasMissingColumn: missing === 'column' && missingCount > 0,
    })
  }
}

export interface OneHotColumns {
  /** Those with a column of their own, in order. */
  readonly categories: readonly string[]
  readonly hasRareColumn: boolean
  readonly hasMissingColumn: boolean
}

/** A column for each category. */
export class FittedOneHot {
  readonly format = format
  readonly categories: readonly string[]
  readonly columnCount: number
  readonly #columns: OneHotColumns
  readonly #columnOf: ReadonlyMap<string, number>
  readonly #rareColumn: number
  readonly #missingColumn: number

  constructor(columns: OneHotColumns) {
    this.#columns = columns
    this.categories = columns.categories
    this.#columnOf = new Map(columns.categories.map((category, column) => [category, column]))
    this.#rareColumn = columns.hasRareColumn ? columns.categories.length : -1
    this.columnCount = columns.categories.length + Number(columns.hasRareColumn) + Number(columns.hasMissingColumn)
    this.#missingColumn = columns.hasMissingColumn ? this.columnCount - 1 : -1
  }

  /** Bytes it keeps in memory, about. */
  get sizeBytes(): number {
    return this.categories.reduce((sum, category) => sum + 2 * category.length + 64, 64)
  }

  /** The category of each column; the shared column is `(other)`, that of missing values `(missing)`. */
  columnNames(): string[] {
    return [...this.categories, ...(this.#rareColumn < 0 ? [] : ['(other)']), ...(this.#missingColumn < 0 ? [] : ['(missing)'])]
  }

  /** The column of a value, `null` being a missing one; −1 when it has none. */
  columnOf(value: string | null): number {
    return value === null ? this.#missingColumn : (this.#columnOf.get(value) ?? this.#rareColumn)
  }

  /** Whether a category has a column of its own; those never seen and rare ones have none. */
  hasOwnColumn(category: string): boolean {
    return this.#columnOf.has(category)
  }

  /**
   * A 1 in the column of each row's value.
   *
   * @returns shape (rows, columnCount)
   * @throws MLError `SHAPE_MISMATCH` for a code without a category
   */
  transform(values: CategoryValues): SparseRows {
    const rowCount = values.codes.length
    const columnOfCode = values.categories.map((category) => this.columnOf(category))
    const rowPointers = new Uint32Array(rowCount + 1)
    const columnIndices = new Uint32Array(rowCount)
    for (let row = 0; row < rowCount; row++) {
      const code = values.codes[row]
      const column = categoryOf(values, code) === null ? this.#missingColumn : columnOfCode[code]
      rowPointers[row + 1] = rowPointers[row]
      if (column >= 0) columnIndices[rowPointers[row + 1]++] = column
    }
    const pairs = rowPointers[rowCount]
    const ones = new Float32Array(pairs).fill(1)
    return { rowCount, columnCount: this.columnCount, rowPointers, columnIndices: columnIndices.slice(0, pairs), values: ones }
  }

  toState(): ModelState {
    return { format, json: { ...this.#columns, categories: [...this.categories] }, tensors: {} }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedOneHot {
    const reader = new ModelStateReader(state, format)
    return new FittedOneHot({
      categories: [...reader.strings('categories', 0)],
      hasRareColumn: reader.json('hasRareColumn', 'true or false', isBoolean),
      hasMissingColumn: reader.json('hasMissingColumn', 'true or false', isBoolean),
    })
  }
}

/** The category of a code, null for −1. @throws MLError `SHAPE_MISMATCH` for a code without one */
export function categoryOf({ categories }: CategoryValues, code: number): string | null {
  if (code === -1) return null
  if (code >= 0 && code < categories.length) return categories[code]
  throw shapeMismatch(`category codes from -1 to ${categories.length - 1}`, String(code))
}

/** The order of code points, which is not that of UTF-16 code units above the basic plane. */
export function compareCodePoints(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) return a.codePointAt(i)! - b.codePointAt(i)! || a.charCodeAt(i) - b.charCodeAt(i)
  }
  return a.length - b.length
}
