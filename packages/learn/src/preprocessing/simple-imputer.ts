import { MLError } from '@motadata/core'
import { type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { checkColumns, checkRow, type NumberColumns, readRow } from './number-columns.js'

const format = 'simple-imputer/1'

const schema = {
  strategy: {
    type: 'choice', default: 'mean', options: ['mean', 'median', 'most_frequent', 'constant'],
    description: 'What stands in for a missing value.',
  },
  fillValue: {
    type: 'number', default: 0, minimum: -Number.MAX_VALUE, maximum: Number.MAX_VALUE,
    description: 'The constant of the strategy constant.',
  },
  addIndicator: {
    type: 'boolean', default: false,
    description: 'Add a column of 1 where a value is missing, for each column with missing values in training.',
  },
} as const satisfies HyperparameterSchema

export type ImputerStrategy = (typeof schema.strategy.options)[number]

export interface ImputerOptions {
  readonly strategy?: ImputerStrategy
  readonly fillValue?: number
  readonly addIndicator?: boolean
}

/**
 * Learns what to put in the place of missing values (NaN), column by column. A column without any value is dropped, but for the
 * strategy `constant`; of equally frequent values the smallest is taken. As scikit-learn's `SimpleImputer`.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * [...new SimpleImputer().fit([Float64Array.of(1, NaN, 3)]).transform([Float64Array.of(NaN)])[0]] // => [2]
 */
export class SimpleImputer {
  readonly #strategy: ImputerStrategy
  readonly #fillValue: number
  readonly #addIndicator: boolean

  constructor(options: ImputerOptions = {}) {
    const resolved = resolveHyperparameters('SimpleImputer', schema, { ...options })
    this.#strategy = resolved.strategy
    this.#fillValue = resolved.fillValue
    this.#addIndicator = resolved.addIndicator
  }

  /** @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` for infinities, `DATA_EMPTY` */
  fit(columns: NumberColumns): FittedImputer {
    if (checkColumns(columns) === 0) throw new MLError('DATA_EMPTY', 'Expected rows to learn replacements from, got none.')
    const sources: number[] = []
    const replacements: number[] = []
    const indicators: number[] = []
    columns.forEach((column, index) => {
      const present = column.filter((value) => !Number.isNaN(value))
      if (this.#addIndicator && present.length < column.length) indicators.push(index)
      if (present.length === 0 && this.#strategy !== 'constant') return
      sources.push(index)
      replacements.push(this.#strategy === 'constant' ? this.#fillValue : statistics[this.#strategy](present))
    })
    return new FittedImputer({
      inputCount: columns.length,
      sources: Uint32Array.from(sources),
      replacements: Float64Array.from(replacements),
      indicators: Uint32Array.from(indicators),
    })
  }
}

export interface ImputerParameters {
  readonly inputCount: number
  /** Columns that are kept, shape (kept,). */
  readonly sources: Uint32Array
  /** What stands in for a missing value in each of them, same shape. */
  readonly replacements: Float64Array
  /** Columns that have an indicator, shape (indicators,). */
  readonly indicators: Uint32Array
}

/** Puts learned values in the place of missing ones: the kept columns, then the indicators. */
export class FittedImputer {
  readonly format = format
  readonly #parameters: ImputerParameters

  constructor(parameters: ImputerParameters) {
    this.#parameters = parameters
  }

  get inputCount(): number {
    return this.#parameters.inputCount
  }

  /** How many columns come out. */
  get columnCount(): number {
    return this.#parameters.sources.length + this.#parameters.indicators.length
  }

  get sizeBytes(): number {
    const { sources, replacements, indicators } = this.#parameters
    return sources.byteLength + replacements.byteLength + indicators.byteLength
  }

  /** Names of the columns that come out; indicators end in `(missing)`. */
  columnNames(inputNames: readonly string[]): string[] {
    const { sources, indicators } = this.#parameters
    const kept = Array.from(sources, (index) => inputNames[index])
    return [...kept, ...Array.from(indicators, (index) => `${inputNames[index]} (missing)`)]
  }

  /** New columns. @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` for infinities */
  transform(columns: NumberColumns): Float64Array[] {
    const rowCount = checkColumns(columns, this.inputCount)
    const transformed = Array.from({ length: this.columnCount }, () => new Float64Array(rowCount))
    const values = new Float64Array(this.inputCount)
    const out = new Float64Array(this.columnCount)
    for (let row = 0; row < rowCount; row++) {
      readRow(columns, row, values)
      this.transformRow(values, out)
      for (let column = 0; column < out.length; column++) transformed[column][row] = out[column]
    }
    return transformed
  }

  /**
   * One row, written from `start` on; allocates nothing.
   *
   * @returns How many numbers were written.
   * @throws MLError `SHAPE_MISMATCH`
   */
  transformRow(values: ArrayLike<number>, out: Float64Array | Float32Array, start = 0): number {
    const { sources, replacements, indicators } = this.#parameters
    checkRow(values, this.inputCount, out, start, this.columnCount)
    let next = start
    for (let i = 0; i < sources.length; i++) out[next++] = Number.isNaN(values[sources[i]]) ? replacements[i] : values[sources[i]]
    for (let i = 0; i < indicators.length; i++) out[next++] = Number.isNaN(values[indicators[i]]) ? 1 : 0
    return next - start
  }

  toState(): ModelState {
    const { inputCount, sources, replacements, indicators } = this.#parameters
    return {
      format,
      json: { inputCount },
      tensors: {
        sources: { dtype: 'U32', shape: [sources.length], data: sources.slice() },
        replacements: { dtype: 'F64', shape: [replacements.length], data: replacements.slice() },
        indicators: { dtype: 'U32', shape: [indicators.length], data: indicators.slice() },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedImputer {
    const reader = new ModelStateReader(state, format)
    const inputCount = reader.wholeNumber('inputCount', 0, 2 ** 32 - 1)
    const sources = reader.tensor('sources', 'U32', [-1])
    const replacements = reader.tensor('replacements', 'F64', [sources.length])
    const indicators = reader.tensor('indicators', 'U32', [-1])
    for (const indices of [sources, indicators]) {
      if (indices.some((index, at) => index >= inputCount || (at > 0 && index <= indices[at - 1]))) {
        throw reader.fail(`rising column numbers below ${inputCount}`, 'others')
      }
    }
    return new FittedImputer({ inputCount, sources: sources.slice(), replacements: replacements.slice(), indicators: indicators.slice() })
  }
}

const statistics: Readonly<Record<Exclude<ImputerStrategy, 'constant'>, (values: Float64Array) => number>> = {
  mean(values) {
    let mean = 0
    for (let i = 0; i < values.length; i++) mean += (values[i] - mean) / (i + 1)
    return mean
  },
  median(values) {
    const sorted = values.toSorted()
    const upper = Math.floor(sorted.length / 2)
    return sorted.length % 2 === 1 ? sorted[upper] : sorted[upper - 1] / 2 + sorted[upper] / 2
  },
  most_frequent(values) {
    const sorted = values.toSorted()
    let [best, bestCount, count] = [sorted[0], 0, 0]
    for (let i = 0; i < sorted.length; i++) {
      count = i > 0 && sorted[i] === sorted[i - 1] ? count + 1 : 1
      if (count > bestCount) [best, bestCount] = [sorted[i], count]
    }
    return best
  },
}
