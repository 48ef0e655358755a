import { MLError } from '@motadata/core'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { checkColumns, type NumberColumns } from './number-columns.js'
import { RowTransform } from './row-transform.js'

const format = 'nearest-imputer/1'

/**
 * Fills a missing value (NaN) with the mean of that column over the rows of training that are nearest in the columns both have.
 * Keeps the training rows and looks at all of them for each missing value: for thousands of rows, not millions. A column without any
 * value is dropped. As scikit-learn's `KNNImputer`.
 *
 * @param neighbourCount - Rows to average, 1 to 1,000; 5 when absent.
 * @throws MLError `HYPERPARAMETER_INVALID`
 * @see Troyanskaya et al. (2001), "Missing value estimation methods for DNA microarrays".
 */
export class NearestImputer {
  readonly #neighbourCount: number

  constructor(neighbourCount = 5) {
    if (!Number.isInteger(neighbourCount) || neighbourCount < 1 || neighbourCount > 1000) {
      throw new MLError('HYPERPARAMETER_INVALID', `Expected a whole number of neighbours from 1 to 1000, got ${neighbourCount}.`)
    }
    this.#neighbourCount = neighbourCount
  }

  /** @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` for infinities, `DATA_EMPTY` */
  fit(columns: NumberColumns): FittedNearestImputer {
    const rowCount = checkColumns(columns)
    if (rowCount === 0) throw new MLError('DATA_EMPTY', 'Expected rows to learn from, got none.')
    const rows = Float64Array.from({ length: rowCount * columns.length }, (_, at) => columns[at % columns.length][Math.floor(at / columns.length)])
    return new FittedNearestImputer(columns.length, rows, this.#neighbourCount)
  }
}

/** Fills missing values from the rows it keeps. */
export class FittedNearestImputer extends RowTransform {
  readonly format = format
  readonly inputCount: number
  readonly #rows: Float64Array
  readonly #neighbourCount: number
  /** Columns that have values, and their means. */
  readonly #sources: readonly number[]
  readonly #means: Float64Array

  /** @param rows - shape (rows, columns), row-major, NaN where missing */
  constructor(inputCount: number, rows: Float64Array, neighbourCount: number) {
    super()
    this.inputCount = inputCount
    this.#rows = rows
    this.#neighbourCount = neighbourCount
    this.#means = Float64Array.from({ length: inputCount }, (_, column) => {
      const present = rows.filter((value, at) => at % inputCount === column && !Number.isNaN(value))
      return present.reduce((sum, value) => sum + value / present.length, present.length === 0 ? Number.NaN : 0)
    })
    this.#sources = [...this.#means.keys()].filter((column) => !Number.isNaN(this.#means[column]))
  }

  get columnCount(): number {
    return this.#sources.length
  }

  get sizeBytes(): number {
    return this.#rows.byteLength + this.#means.byteLength
  }

  protected override writeRow(values: ArrayLike<number>, out: Float64Array | Float32Array, start: number): void {
    let distances: Float64Array | undefined
    this.#sources.forEach((column, at) => {
      const value = values[column]
      out[start + at] = Number.isNaN(value) ? this.#fill(column, (distances ??= this.#distancesTo(values))) : value
    })
  }

  #fill(column: number, distances: Float64Array): number {
    const value = (row: number): number => this.#rows[row * this.inputCount + column]
    const donors = [...distances.keys()].filter((row) => !Number.isNaN(distances[row]) && !Number.isNaN(value(row)))
    if (donors.length === 0) return this.#means[column]
    const nearest = donors.sort((a, b) => distances[a] - distances[b] || a - b).slice(0, this.#neighbourCount)
    return nearest.reduce((sum, row) => sum + value(row) / nearest.length, 0)
  }

  /** Squared distances over the columns that both rows have, scaled up to all columns; NaN where they share none. */
  #distancesTo(values: ArrayLike<number>): Float64Array {
    const width = this.inputCount
    return Float64Array.from({ length: this.#rows.length / width }, (_, row) => {
      let [squares, shared] = [0, 0]
      for (let column = 0; column < width; column++) {
        const difference = values[column] - this.#rows[row * width + column]
        if (Number.isNaN(difference)) continue
        squares += difference * difference
        shared++
      }
      return shared === 0 ? Number.NaN : (squares * width) / shared
    })
  }

  toState(): ModelState {
    const missing = Uint8Array.from(this.#rows, (value) => Number(Number.isNaN(value)))
    const shape = [this.#rows.length / this.inputCount, this.inputCount]
    return {
      format,
      json: { neighbourCount: this.#neighbourCount },
      tensors: {
        rows: { dtype: 'F64', shape, data: this.#rows.map((value) => (Number.isNaN(value) ? 0 : value)) },
        missing: { dtype: 'U8', shape, data: missing },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedNearestImputer {
    const reader = new ModelStateReader(state, format)
    const neighbourCount = reader.wholeNumber('neighbourCount', 1, 1000)
    const rows = reader.tensor('rows', 'F64', [-1, -1])
    const shape = state.tensors.rows.shape
    const missing = reader.tensor('missing', 'U8', shape)
    if (shape[1] === 0 || missing.some((flag) => flag > 1)) throw reader.fail('flags of 0 and 1 for at least one column', 'others')
    return new FittedNearestImputer(shape[1], rows.map((value, at) => (missing[at] === 1 ? Number.NaN : value)), neighbourCount)
  }
}
