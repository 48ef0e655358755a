import { MLError } from '@motadata/core'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import { checkFinite, expectEqual } from '../input-check.js'
import { kFold } from '../model-selection/k-fold.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { type CategoryValues, categoryOf, compareCodePoints } from './one-hot-encoder.js'

const format = 'target-encoder/1'

const schema = {
  smoothing: { type: 'number', default: 10, minimum: 0, maximum: 1e9, description: 'A category counts with so many rows of the overall mean.' },
  foldCount: { type: 'number', default: 5, minimum: 2, maximum: 100, integer: true, description: 'Folds for the training rows.' },
  seed: { type: 'number', default: 0, minimum: 0, maximum: 2 ** 32 - 1, integer: true, description: 'Deals the rows to the folds.' },
} as const satisfies HyperparameterSchema

export type TargetEncoderOptions = Partial<Hyperparameters<typeof schema>>

/**
 * Turns categories into the mean of the target where they occur, drawn towards the overall mean where they are rare. Training rows
 * get the means of the folds that they are not in: with their own target in it, a column of names would look like the answer. For
 * classes, encode the 0 and 1 of each class apart.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @see Micci-Barreca (2001), "A preprocessing scheme for high-cardinality categorical attributes".
 * @example
 * const { fitted, encoded } = new TargetEncoder({ smoothing: 5 }).fitTransform(groups, hours)
 */
export class TargetEncoder {
  readonly #options: Hyperparameters<typeof schema>

  constructor(options: TargetEncoderOptions = {}) {
    this.#options = resolveHyperparameters('TargetEncoder', schema, options)
  }

  /**
   * The encoder for new rows, and the training rows encoded out of fold.
   *
   * @param target - Finite, shape (rows,).
   * @throws MLError `DATA_EMPTY` for fewer than two rows, `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`
   */
  fitTransform(values: CategoryValues, target: Float64Array): { readonly fitted: FittedTargetEncoding; readonly encoded: Float64Array } {
    expectEqual('targets, one a row', values.codes.length, target.length)
    checkFinite(target, (row) => `the target of row ${row}`)
    const rowCount = target.length
    if (rowCount < 2) throw new MLError('DATA_EMPTY', `Expected two or more rows to encode, got ${rowCount}.`)
    const { smoothing, foldCount, seed } = this.#options
    const encoded = new Float64Array(rowCount)
    for (const { train, test } of kFold(rowCount, { foldCount: Math.min(foldCount, rowCount), seed })) {
      const fitted = learn(values, target, train, smoothing)
      for (const row of test) encoded[row] = fitted.encode(categoryOf(values, values.codes[row]))
    }
    return { fitted: learn(values, target, Uint32Array.from({ length: rowCount }, (_, row) => row), smoothing), encoded }
  }
}

/** A number for each category; the overall mean for those never seen. A missing value is a category of its own. */
export class FittedTargetEncoding {
  readonly format = format
  readonly overall: number
  readonly #means: ReadonlyMap<string | null, number>

  constructor(overall: number, means: ReadonlyMap<string | null, number>) {
    this.overall = overall
    this.#means = means
  }

  get sizeBytes(): number {
    return [...this.#means.keys()].reduce((sum, category) => sum + 2 * (category?.length ?? 0) + 72, 64)
  }

  /** Whether training rows had the category. */
  knows(category: string): boolean {
    return this.#means.has(category)
  }

  encode(category: string | null): number {
    return this.#means.get(category) ?? this.overall
  }

  /** @returns shape (rows,) @throws MLError `SHAPE_MISMATCH` for a code without a category */
  transform(values: CategoryValues): Float64Array {
    return Float64Array.from(values.codes, (code) => this.encode(categoryOf(values, code)))
  }

  toState(): ModelState {
    const named = [...this.#means].filter((entry): entry is [string, number] => entry[0] !== null).sort(([a], [b]) => compareCodePoints(a, b))
    return {
      format,
      json: { categories: named.map(([category]) => category) },
      tensors: {
        means: { dtype: 'F64', shape: [named.length], data: Float64Array.from(named, ([, mean]) => mean) },
        // The overall mean, and that of missing values.
        common: { dtype: 'F64', shape: [2], data: Float64Array.of(this.overall, this.encode(null)) },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedTargetEncoding {
    const reader = new ModelStateReader(state, format)
    const categories = reader.strings('categories', 0)
    const means = reader.tensor('means', 'F64', [categories.length])
    const [overall, missing] = reader.tensor('common', 'F64', [2])
    return new FittedTargetEncoding(overall, new Map<string | null, number>([...categories.map((category, at) => [category, means[at]] as const), [null, missing]]))
  }
}

function learn(values: CategoryValues, target: Float64Array, rows: Uint32Array, smoothing: number): FittedTargetEncoding {
  const sums = new Map<string | null, { sum: number; count: number }>()
  let overall = 0
  for (const row of rows) {
    overall += target[row] / rows.length
    const category = categoryOf(values, values.codes[row])
    const known = sums.get(category) ?? { sum: 0, count: 0 }
    sums.set(category, { sum: known.sum + target[row], count: known.count + 1 })
  }
  return new FittedTargetEncoding(overall, new Map([...sums].map(([category, { sum, count }]) => [category, (sum + smoothing * overall) / (count + smoothing)])))
}
