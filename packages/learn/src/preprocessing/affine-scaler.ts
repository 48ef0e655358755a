import { MLError } from '@motadata/core'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { quantileOfSorted } from '../statistics/quantile.js'
import { checkColumns, type NumberColumns } from './number-columns.js'
import { RowTransform } from './row-transform.js'

const format = 'affine-scaler/1'

/** Shifts and scales columns as it learned to: (value − offset) / scale. Missing values stay. */
export class FittedAffineScaler extends RowTransform {
  readonly format = format
  /** shape (columns,) */
  readonly offsets: Float64Array
  /** shape (columns,), above 0 */
  readonly scales: Float64Array

  constructor(offsets: Float64Array, scales: Float64Array) {
    super()
    this.offsets = offsets
    this.scales = scales
  }

  get inputCount(): number {
    return this.offsets.length
  }

  get columnCount(): number {
    return this.offsets.length
  }

  get sizeBytes(): number {
    return this.offsets.byteLength + this.scales.byteLength
  }

  protected override writeRow(values: ArrayLike<number>, out: Float64Array | Float32Array, start: number): void {
    for (let i = 0; i < this.offsets.length; i++) out[start + i] = (values[i] - this.offsets[i]) / this.scales[i]
  }

  toState(): ModelState {
    const shape = [this.columnCount]
    return {
      format,
      json: {},
      tensors: {
        offsets: { dtype: 'F64', shape, data: this.offsets.slice() },
        scales: { dtype: 'F64', shape, data: this.scales.slice() },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedAffineScaler {
    const reader = new ModelStateReader(state, format)
    const offsets = reader.tensor('offsets', 'F64', [-1])
    const scales = reader.tensor('scales', 'F64', [offsets.length])
    if (scales.some((scale) => scale <= 0)) throw reader.fail('scales above 0', 'another')
    return new FittedAffineScaler(offsets.slice(), scales.slice())
  }
}

/**
 * Brings columns to 0..1 over the values of training; later ones may lie outside. A constant column is only shifted. As
 * scikit-learn's `MinMaxScaler`.
 *
 * @example
 * [...new MinMaxScaler().fit([Float64Array.of(1, 3)]).transform([Float64Array.of(1, 2, 5)])[0]] // => [0, 0.5, 2]
 */
export class MinMaxScaler {
  /** @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` for infinities, `DATA_EMPTY` */
  fit(columns: NumberColumns): FittedAffineScaler {
    return fitColumns(columns, (sorted) => ({ offset: sorted[0], scale: sorted[sorted.length - 1] - sorted[0] }))
  }
}

/** Divides columns by their largest magnitude, so that 0 stays 0. As scikit-learn's `MaxAbsScaler`. */
export class MaxAbsScaler {
  /** @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` for infinities, `DATA_EMPTY` */
  fit(columns: NumberColumns): FittedAffineScaler {
    return fitColumns(columns, (sorted) => ({ offset: 0, scale: Math.max(-sorted[0], sorted[sorted.length - 1]) }))
  }
}

/**
 * Brings columns to median 0 and interquartile range 1: what a few extreme values do not move. As scikit-learn's `RobustScaler`.
 *
 * @example
 * [...new RobustScaler().fit([Float64Array.of(1, 2, 3, 4, 1000)]).transform([Float64Array.of(3, 5)])[0]] // => [0, 1]
 */
export class RobustScaler {
  /** @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` for infinities, `DATA_EMPTY` */
  fit(columns: NumberColumns): FittedAffineScaler {
    return fitColumns(columns, (sorted) =>
      ({ offset: quantileOfSorted(sorted, 0.5), scale: quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25) }))
  }
}

/** A column without values is left alone; one that does not vary is only shifted. */
function fitColumns(columns: NumberColumns, measure: (sorted: Float64Array) => { offset: number; scale: number }): FittedAffineScaler {
  if (checkColumns(columns) === 0) throw new MLError('DATA_EMPTY', 'Expected rows to learn a scale from, got none.')
  const measured = columns.map((column) => {
    const sorted = column.filter((value) => !Number.isNaN(value)).sort()
    return sorted.length === 0 ? { offset: 0, scale: 1 } : measure(sorted)
  })
  // Below ten times the rounding of a number a scale is no scale; the bound is scikit-learn's.
  const usable = (scale: number): number => (scale < 10 * Number.EPSILON || !Number.isFinite(scale) ? 1 : scale)
  return new FittedAffineScaler(Float64Array.from(measured, ({ offset }) => offset), Float64Array.from(measured, ({ scale }) => usable(scale)))
}
