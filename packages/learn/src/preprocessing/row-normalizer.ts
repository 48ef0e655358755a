import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { RowTransform } from './row-transform.js'

const format = 'row-normalizer/1'
const norms = ['l2', 'l1', 'max'] as const

export type RowNorm = (typeof norms)[number]

/** Scales every row to length 1; a row of zeros stays. Learns nothing. As scikit-learn's `Normalizer`. */
export class RowNormalizer extends RowTransform {
  readonly format = format
  readonly inputCount: number
  readonly norm: RowNorm

  constructor(columnCount: number, norm: RowNorm = 'l2') {
    super()
    this.inputCount = columnCount
    this.norm = norm
  }

  get columnCount(): number {
    return this.inputCount
  }

  protected override writeRow(values: ArrayLike<number>, out: Float64Array | Float32Array, start: number): void {
    let length = 0
    for (let i = 0; i < values.length; i++) {
      const size = Math.abs(values[i])
      length = this.norm === 'max' ? Math.max(length, size) : length + (this.norm === 'l1' ? size : size * size)
    }
    if (this.norm === 'l2') length = Math.sqrt(length)
    for (let i = 0; i < values.length; i++) out[start + i] = length === 0 ? values[i] : values[i] / length
  }

  toState(): ModelState {
    return { format, json: { columnCount: this.inputCount, norm: this.norm }, tensors: {} }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): RowNormalizer {
    const reader = new ModelStateReader(state, format)
    const isNorm = (value: unknown): value is RowNorm => norms.includes(value as RowNorm)
    return new RowNormalizer(reader.wholeNumber('columnCount', 0, 2 ** 32 - 1), reader.json('norm', norms.join(' or '), isNorm))
  }
}
