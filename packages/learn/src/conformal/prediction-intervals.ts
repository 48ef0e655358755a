import { MLError } from '@motadata/core'
import { checkFinite, expectEqual } from '../input-check.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import type { Interval } from '../statistics/proportion-interval.js'
import { conformalQuantile } from './conformal-quantile.js'
import { checkCoverage, isShare } from './prediction-sets.js'

const format = 'prediction-intervals/1'

export interface PredictionIntervalOptions {
  /** Share of new values that are to lie in their interval, above 0 and below 1; 0.9 when absent. */
  readonly coverage?: number
}

/**
 * Widens a prediction, or a pair of predicted quantiles, to an interval that holds a promised share of new values, whatever the
 * model, as long as rows come from the same source.
 */
export class PredictionIntervals {
  readonly format = format
  readonly coverage: number
  /** Added at both ends; may be below 0 for quantiles that are too far apart. */
  readonly margin: number

  constructor(coverage: number, margin: number) {
    this.coverage = coverage
    this.margin = margin
  }

  /**
   * The interval around a prediction, or around a lower and an upper one. Ends that would cross meet in the middle.
   *
   * @returns In the unit of the target.
   */
  around(lower: number, upper = lower): Interval {
    const [low, high] = [lower - this.margin, upper + this.margin]
    return low <= high ? { low, high } : { low: (low + high) / 2, high: (low + high) / 2 }
  }

  toState(): ModelState {
    return { format, json: { coverage: this.coverage, margin: this.margin }, tensors: {} }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): PredictionIntervals {
    const reader = new ModelStateReader(state, format)
    const isMargin = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
    return new PredictionIntervals(reader.json('coverage', 'a share', isShare), reader.json('margin', 'a finite number', isMargin))
  }
}

/**
 * Split conformal intervals: all of one width, from the absolute errors of rows held out.
 *
 * @param actual - shape (rows,)
 * @param predicted - By a model that did not learn from these rows, same shape.
 * @throws MLError `DATA_EMPTY` for fewer rows than the coverage takes, `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `INPUT_INVALID`
 * @see Lei et al. (2018), "Distribution-free predictive inference for regression".
 */
export function fitSplitConformal(actual: Float64Array, predicted: Float64Array, options: PredictionIntervalOptions = {}): PredictionIntervals {
  return fitQuantileConformal(actual, predicted, predicted, options)
}

/**
 * Conformalised quantile regression: intervals as wide as two quantile models find them, corrected to cover what they promise.
 *
 * @param actual - shape (rows,)
 * @param lower - The lower quantile, by a model that did not learn from these rows, same shape.
 * @param upper - The upper quantile, same shape.
 * @throws MLError as {@link fitSplitConformal}
 * @see Romano, Patterson and Candès (2019)
 */
export function fitQuantileConformal(
  actual: Float64Array, lower: Float64Array, upper: Float64Array, options: PredictionIntervalOptions = {},
): PredictionIntervals {
  const { coverage = 0.9 } = options
  checkCoverage(coverage)
  for (const values of [lower, upper]) expectEqual('predictions, one an actual value', actual.length, values.length)
  for (const values of [actual, lower, upper]) checkFinite(values, (row) => `row ${row}`)
  const margin = conformalQuantile(actual.map((value, row) => Math.max(lower[row] - value, value - upper[row])), coverage)
  if (margin === Infinity) {
    const needed = Math.ceil(coverage / (1 - coverage))
    throw new MLError('DATA_EMPTY', `Expected at least ${needed} rows for a coverage of ${coverage}, got ${actual.length}.`)
  }
  return new PredictionIntervals(coverage, margin)
}
