import { MLError } from '@motadata/core'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { meanAndSquares } from '../statistics/samples.js'
import { checkColumns, type NumberColumns } from './number-columns.js'
import { RowTransform } from './row-transform.js'

const format = 'power-transformer/1'
const [lowest, highest] = [-10, 10]

/**
 * Makes skewed columns of numbers nearly normal, with mean 0 and deviation 1, by the power of Yeo and Johnson (2000) that is most
 * likely. A constant column is only shifted, where scikit-learn's `PowerTransformer` lets rounding choose a power.
 *
 * @example
 * new PowerTransformer().fit([hours]).transform([hours]) // resolution times without their long tail
 */
export class PowerTransformer {
  /** @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` for infinities, `DATA_EMPTY` */
  fit(columns: NumberColumns): FittedPowers {
    if (checkColumns(columns) === 0) throw new MLError('DATA_EMPTY', 'Expected rows to learn powers from, got none.')
    const learned = columns.map((column) => {
      const values = column.filter((value) => !Number.isNaN(value))
      const mean = values.length === 0 ? 0 : meanAndSquares(values).mean
      if (values.every((value) => value === values[0])) return { power: 1, mean, deviation: 1 }
      const power = likeliestPower(values)
      const { mean: middle, squares } = meanAndSquares(values.map((value) => raise(value, power)))
      return { power, mean: middle, deviation: Math.sqrt(squares / values.length) || 1 }
    })
    return new FittedPowers(
      Float64Array.from(learned, ({ power }) => power),
      Float64Array.from(learned, ({ mean }) => mean),
      Float64Array.from(learned, ({ deviation }) => deviation),
    )
  }
}

/** Raises columns to the powers it learned and standardises them; missing values stay. */
export class FittedPowers extends RowTransform {
  readonly format = format
  /** shape (columns,); 1 changes nothing, 0 is the logarithm of values above 0 */
  readonly powers: Float64Array
  readonly #means: Float64Array
  readonly #deviations: Float64Array

  constructor(powers: Float64Array, means: Float64Array, deviations: Float64Array) {
    super()
    this.powers = powers
    this.#means = means
    this.#deviations = deviations
  }

  get inputCount(): number {
    return this.powers.length
  }

  get columnCount(): number {
    return this.powers.length
  }

  get sizeBytes(): number {
    return 3 * this.powers.byteLength
  }

  protected override writeRow(values: ArrayLike<number>, out: Float64Array | Float32Array, start: number): void {
    for (let i = 0; i < this.powers.length; i++) out[start + i] = (raise(values[i], this.powers[i]) - this.#means[i]) / this.#deviations[i]
  }

  toState(): ModelState {
    const shape = [this.columnCount]
    return {
      format,
      json: {},
      tensors: {
        powers: { dtype: 'F64', shape, data: this.powers.slice() },
        means: { dtype: 'F64', shape, data: this.#means.slice() },
        deviations: { dtype: 'F64', shape, data: this.#deviations.slice() },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedPowers {
    const reader = new ModelStateReader(state, format)
    const powers = reader.tensor('powers', 'F64', [-1])
    const deviations = reader.tensor('deviations', 'F64', [powers.length])
    if (powers.some((power) => power < lowest || power > highest)) throw reader.fail(`powers from ${lowest} to ${highest}`, 'another')
    if (deviations.some((deviation) => deviation <= 0)) throw reader.fail('deviations above 0', 'another')
    return new FittedPowers(powers.slice(), reader.tensor('means', 'F64', [powers.length]).slice(), deviations.slice())
  }
}

function raise(value: number, power: number): number {
  if (value >= 0) return Math.abs(power) < 1e-12 ? Math.log1p(value) : Math.expm1(power * Math.log1p(value)) / power
  const other = 2 - power
  return Math.abs(other) < 1e-12 ? -Math.log1p(-value) : -Math.expm1(other * Math.log1p(-value)) / other
}

/** By golden section: the likelihood has one peak for all but odd samples. */
function likeliestPower(values: Float64Array): number {
  const logs = values.reduce((sum, value) => sum + Math.sign(value) * Math.log1p(Math.abs(value)), 0)
  const likelihood = (power: number): number => {
    const { squares } = meanAndSquares(values.map((value) => raise(value, power)))
    return squares > 0 && squares < Infinity ? (power - 1) * logs - (values.length / 2) * Math.log(squares / values.length) : -Infinity
  }
  const ratio = (Math.sqrt(5) - 1) / 2
  let [low, high] = [lowest, highest]
  while (high - low > 1e-10) {
    const width = ratio * (high - low)
    if (likelihood(high - width) < likelihood(low + width)) low = high - width
    else high = low + width
  }
  return (low + high) / 2
}
