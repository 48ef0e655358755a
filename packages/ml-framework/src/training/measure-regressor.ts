import type { CardMetric, CardQuality, RegressionMetrics } from '@motadata/core'
import { type FeatureMatrix, MeanRegressor, meanAbsoluteError, pairedBootstrap, r2Score, rootMeanSquaredError } from '@motadata/learn'
import { meanInterval } from './mean-interval.js'

/** Quality of numbers on held-out rows. */
export interface RegressorMeasurement {
  readonly metrics: RegressionMetrics
  /** The mean of the training rows on the same rows. */
  readonly baseline: RegressionMetrics
  readonly quality: CardQuality
  /** Squared error of each held-out row, in the target's unit squared. */
  readonly losses: Float64Array
}

/** Measures predictions, and the mean beside them. */
export function measureRegressor(rows: {
  readonly predicted: Float64Array
  readonly actual: Float64Array
  readonly test: FeatureMatrix
  readonly train: FeatureMatrix
  readonly target: Float64Array
  readonly seed: number
}): RegressorMeasurement {
  const { predicted, actual, seed } = rows
  const mean = new MeanRegressor().fit(rows.train, rows.target).predict(rows.test)
  const own = metricsOf(actual, predicted)
  const baseline = metricsOf(actual, mean)
  const losses = squaredErrors(actual, predicted)
  const gain = pairedBootstrap(losses, squaredErrors(actual, mean), { seed, repeats: 1_000 })
  const absolute = actual.map((value, row) => Math.abs(value - predicted[row]!))
  const squared = meanInterval(losses)
  const metrics: CardMetric[] = [
    {
      name: 'rootMeanSquaredError', value: own.rootMeanSquaredError, interval: { low: Math.sqrt(Math.max(0, squared.low)), high: Math.sqrt(squared.high) },
      baseline: baseline.rootMeanSquaredError, isHigherBetter: false,
    },
    {
      name: 'meanAbsoluteError', value: own.meanAbsoluteError, interval: meanInterval(absolute),
      baseline: baseline.meanAbsoluteError, isHigherBetter: false,
    },
    { name: 'r2', value: own.r2, interval: null, baseline: baseline.r2, isHigherBetter: true },
  ]
  return {
    metrics: own,
    baseline,
    quality: {
      baselineKind: 'mean-regressor', metrics, primaryMetric: 'rootMeanSquaredError', beatsBaseline: gain.interval.low > 0,
      gain: { value: gain.difference, interval: gain.interval }, classes: [], confusion: null,
    },
    losses,
  }
}

const squaredErrors = (actual: Float64Array, predicted: Float64Array): Float64Array => actual.map((value, row) => (value - predicted[row]!) ** 2)

/** R² of rows that are all alike says nothing: 0. */
function metricsOf(actual: Float64Array, predicted: Float64Array): RegressionMetrics {
  const isConstant = actual.every((value) => value === actual[0])
  return {
    rootMeanSquaredError: rootMeanSquaredError(actual, predicted),
    meanAbsoluteError: meanAbsoluteError(actual, predicted),
    r2: isConstant ? 0 : r2Score(actual, predicted),
  }
}
