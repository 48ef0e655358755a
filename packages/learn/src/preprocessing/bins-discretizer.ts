import { MLError } from '@motadata/core'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { quantileOfSorted } from '../statistics/quantile.js'
import { checkColumns, type NumberColumns } from './number-columns.js'
import { RowTransform } from './row-transform.js'

const format = 'bins-discretizer/1'

export interface BinsOptions {
  /** 2 to 255; 5 when absent. Columns with few different values get fewer. */
  readonly binCount?: number
  /** Bins of equal width, or of about equally many values. Default `quantile`. */
  readonly strategy?: 'uniform' | 'quantile'
}

/**
 * Learns to cut columns of numbers into bins. A value on an edge belongs to the bin above it. As scikit-learn's `KBinsDiscretizer`.
 *
 * @throws MLError `HYPERPARAMETER_INVALID`
 * @example
 * [...new BinsDiscretizer({ binCount: 2 }).fit([Float64Array.of(1, 2, 3)]).transform([Float64Array.of(0, 2, 9)])[0]] // => [0, 1, 1]
 */
export class BinsDiscretizer {
  readonly #binCount: number
  readonly #strategy: 'uniform' | 'quantile'

  constructor({ binCount = 5, strategy = 'quantile' }: BinsOptions = {}) {
    if (!Number.isInteger(binCount) || binCount < 2 || binCount > 255 || !['uniform', 'quantile'].includes(strategy)) {
      throw new MLError('HYPERPARAMETER_INVALID', `Expected from 2 to 255 bins, uniform or quantile, got ${binCount} and ${String(strategy).slice(0, 100)}.`)
    }
    this.#binCount = binCount
    this.#strategy = strategy
  }

  /** @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` for infinities, `DATA_EMPTY` */
  fit(columns: NumberColumns): FittedBins {
    if (checkColumns(columns) === 0) throw new MLError('DATA_EMPTY', 'Expected rows to learn bins from, got none.')
    return new FittedBins(columns.map((column) => {
      const sorted = column.filter((value) => !Number.isNaN(value)).sort()
      if (sorted.length === 0) return new Float64Array(0)
      const [low, high] = [sorted[0], sorted[sorted.length - 1]]
      const edges = Float64Array.from({ length: this.#binCount + 1 }, (_, at) => {
        const share = at / this.#binCount
        return this.#strategy === 'uniform' ? low + share * (high - low) : quantileOfSorted(sorted, share)
      })
      return edges.filter((edge, at) => at === 0 || edge > edges[at - 1])
    }))
  }
}

/** Numbers as the number of their bin, from 0; missing ones stay. */
export class FittedBins extends RowTransform {
  readonly format = format
  /** Of each column, rising, the ends included. */
  readonly edges: readonly Float64Array[]

  constructor(edges: readonly Float64Array[]) {
    super()
    this.edges = edges
  }

  get inputCount(): number {
    return this.edges.length
  }

  get columnCount(): number {
    return this.edges.length
  }

  get sizeBytes(): number {
    return this.edges.reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  protected override writeRow(values: ArrayLike<number>, out: Float64Array | Float32Array, start: number): void {
    for (let column = 0; column < this.edges.length; column++) {
      const edges = this.edges[column]
      let bin = 0
      while (bin + 2 < edges.length && values[column] >= edges[bin + 1]) bin++
      out[start + column] = Number.isNaN(values[column]) ? Number.NaN : bin
    }
  }

  toState(): ModelState {
    const all = Float64Array.from(this.edges.flatMap((edges) => [...edges]))
    return {
      format,
      json: {},
      tensors: {
        edgeCounts: { dtype: 'U32', shape: [this.edges.length], data: Uint32Array.from(this.edges, ({ length }) => length) },
        edges: { dtype: 'F64', shape: [all.length], data: all },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedBins {
    const reader = new ModelStateReader(state, format)
    const counts = reader.tensor('edgeCounts', 'U32', [-1])
    const all = reader.tensor('edges', 'F64', [counts.reduce((sum, count) => sum + count, 0)])
    let end = 0
    return new FittedBins(Array.from(counts, (count) => {
      const edges = all.slice(end, (end += count))
      if (edges.some((edge, at) => at > 0 && edge <= edges[at - 1])) throw reader.fail('rising edges', 'others')
      return edges
    }))
  }
}
