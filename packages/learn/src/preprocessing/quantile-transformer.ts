import { MLError } from '@motadata/core'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { quantileOfSorted } from '../statistics/quantile.js'
import { checkColumns, type NumberColumns } from './number-columns.js'
import { RowTransform } from './row-transform.js'

const format = 'quantile-transformer/1'

/**
 * Learns the quantiles of columns, to turn values into the share of training values below them: any distribution becomes uniform.
 * As scikit-learn's `QuantileTransformer` without subsampling.
 *
 * @param quantileCount - How many quantiles to keep, 2 to 10,000; 1,000 when absent, and never more than rows.
 * @throws MLError `HYPERPARAMETER_INVALID`
 * @example
 * [...new QuantileTransformer().fit([Float64Array.of(1, 10, 100)]).transform([Float64Array.of(10, 55)])[0]] // => [0.5, 0.75]
 */
export class QuantileTransformer {
  readonly #quantileCount: number

  constructor(quantileCount = 1000) {
    if (!Number.isInteger(quantileCount) || quantileCount < 2 || quantileCount > 10_000) {
      throw new MLError('HYPERPARAMETER_INVALID', `Expected a whole number of quantiles from 2 to 10000, got ${quantileCount}.`)
    }
    this.#quantileCount = quantileCount
  }

  /** @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` for infinities, `DATA_EMPTY` */
  fit(columns: NumberColumns): FittedQuantiles {
    const rowCount = checkColumns(columns)
    if (rowCount === 0) throw new MLError('DATA_EMPTY', 'Expected rows to learn quantiles from, got none.')
    const count = Math.max(2, Math.min(this.#quantileCount, rowCount))
    const quantiles = new Float64Array(columns.length * count)
    columns.forEach((column, index) => {
      const sorted = column.filter((value) => !Number.isNaN(value)).sort()
      for (let at = 0; at < count; at++) quantiles[index * count + at] = sorted.length === 0 ? 0 : quantileOfSorted(sorted, at / (count - 1))
    })
    return new FittedQuantiles(columns.length, quantiles)
  }
}

/** Values as the share of training values below them, 0 to 1; missing ones stay. */
export class FittedQuantiles extends RowTransform {
  readonly format = format
  readonly inputCount: number
  /** shape (columns, quantiles), each row never falling */
  readonly quantiles: Float64Array

  constructor(inputCount: number, quantiles: Float64Array) {
    super()
    this.inputCount = inputCount
    this.quantiles = quantiles
  }

  get columnCount(): number {
    return this.inputCount
  }

  get sizeBytes(): number {
    return this.quantiles.byteLength
  }

  protected override writeRow(values: ArrayLike<number>, out: Float64Array | Float32Array, start: number): void {
    const count = this.quantiles.length / this.inputCount
    for (let column = 0; column < this.inputCount; column++) out[start + column] = this.#shareBelow(values[column], column * count, count)
  }

  #shareBelow(value: number, start: number, count: number): number {
    const { quantiles } = this
    if (Number.isNaN(value)) return value
    const last = start + count - 1
    if (value <= quantiles[start]) return 0
    if (value >= quantiles[last]) return 1
    // A run of equal quantiles counts with its middle.
    const low = firstWhere(start, last, (at) => quantiles[at] > value) - 1
    const high = firstWhere(start, last, (at) => quantiles[at] >= value)
    if (low >= high) return (low + high - 2 * start) / 2 / (count - 1)
    return (low - start + (value - quantiles[low]) / (quantiles[high] - quantiles[low])) / (count - 1)
  }

  toState(): ModelState {
    const count = this.inputCount === 0 ? 0 : this.quantiles.length / this.inputCount
    return { format, json: {}, tensors: { quantiles: { dtype: 'F64', shape: [this.inputCount, count], data: this.quantiles.slice() } } }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedQuantiles {
    const reader = new ModelStateReader(state, format)
    const quantiles = reader.tensor('quantiles', 'F64', [-1, -1])
    const [inputCount, count] = state.tensors.quantiles.shape
    if (count < 2) throw reader.fail('two or more quantiles', String(count))
    if (quantiles.some((value, at) => at % count > 0 && value < quantiles[at - 1])) throw reader.fail('quantiles that never fall', 'others')
    return new FittedQuantiles(inputCount, quantiles.slice())
  }
}

/** The first index from `low` up to `high` for which a test holds that holds for all after it, by halving. */
function firstWhere(low: number, high: number, holds: (at: number) => boolean): number {
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
