import { MLError } from '@motadata/core'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { checkColumns, type NumberColumns } from './number-columns.js'
import { RowTransform } from './row-transform.js'

const format = 'standard-scaler/1'

/**
 * Learns mean and standard deviation of columns, to bring all to mean 0 and deviation 1. The deviation divides by the number of
 * rows, a constant column is only shifted, and missing values (NaN) are left out and stay: as scikit-learn's `StandardScaler` does.
 *
 * @example
 * [...new StandardScaler().fit([Float64Array.of(1, 3)]).transform([Float64Array.of(1, 3, 5)])[0]] // => [-1, 1, 3]
 */
export class StandardScaler {
  /** @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` for infinities, `DATA_EMPTY` */
  fit(columns: NumberColumns): FittedScaler {
    if (checkColumns(columns) === 0) throw new MLError('DATA_EMPTY', 'Expected rows to learn a scale from, got none.')
    const measured = columns.map(meanAndDeviation)
    return new FittedScaler(
      Float64Array.from(measured, ({ mean }) => mean),
      Float64Array.from(measured, ({ deviation }) => deviation),
    )
  }
}

/** Shifts and scales columns as it learned to. */
export class FittedScaler extends RowTransform {
  readonly format = format
  /** shape (columns,) */
  readonly means: Float64Array
  /** shape (columns,), none 0 */
  readonly deviations: Float64Array

  constructor(means: Float64Array, deviations: Float64Array) {
    super()
    this.means = means
    this.deviations = deviations
  }

  get inputCount(): number {
    return this.means.length
  }

  get columnCount(): number {
    return this.means.length
  }

  get sizeBytes(): number {
    return this.means.byteLength + this.deviations.byteLength
  }

  protected override writeRow(values: ArrayLike<number>, out: Float64Array | Float32Array, start: number): void {
    for (let i = 0; i < this.means.length; i++) out[start + i] = (values[i] - this.means[i]) / this.deviations[i]
  }

  toState(): ModelState {
    const shape = [this.columnCount]
    return {
      format,
      json: {},
      tensors: {
        means: { dtype: 'F64', shape, data: this.means.slice() },
        deviations: { dtype: 'F64', shape, data: this.deviations.slice() },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedScaler {
    const reader = new ModelStateReader(state, format)
    const means = reader.tensor('means', 'F64', [-1])
    const deviations = reader.tensor('deviations', 'F64', [means.length])
    if (deviations.some((deviation) => deviation <= 0)) throw reader.fail('deviations above 0', 'another')
    return new FittedScaler(means.slice(), deviations.slice())
  }
}

/** In two passes, the second correcting the first's rounding. A column without values has mean 0 and deviation 1. */
function meanAndDeviation(column: Float64Array): { mean: number; deviation: number } {
  const values = column.filter((value) => !Number.isNaN(value))
  if (values.length === 0) return { mean: 0, deviation: 1 }
  let mean = 0
  for (const value of values) mean += value / values.length
  let square = 0
  let rest = 0
  for (const value of values) {
    rest += value - mean
    square += (value - mean) ** 2
  }
  const variance = (square - (rest * rest) / values.length) / values.length
  // What rounding alone makes of a constant column is no variance; the bound is scikit-learn's.
  const rounding = values.length * Number.EPSILON * variance + (values.length * mean * Number.EPSILON) ** 2
  return { mean, deviation: variance > rounding && Number.isFinite(variance) ? Math.sqrt(variance) : 1 }
}
