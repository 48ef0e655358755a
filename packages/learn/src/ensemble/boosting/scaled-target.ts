import { weightedQuantile } from './weighted-quantile.js'

export interface ScaledTarget {
  /** What is boosted: the distance from the centre in units of the scale; counts in units of their mean for the loss poisson. */
  readonly targets: Float64Array
  /** What is predicted without trees; its logarithm for the loss poisson. */
  readonly center: number
  readonly scale: number
  /** The score to start from. */
  readonly start: number
}

/** Centres and scales targets, so that boosting computes with numbers of about 1. */
export function scaleTarget(y: Float64Array, weights: Float64Array, loss: 'squared' | 'absolute' | 'quantile' | 'poisson', quantile: number): ScaledTarget {
  if (loss === 'poisson') {
    const mean = weightedMean(y, weights)
    return { targets: y.map((value) => value / mean), center: Math.log(mean), scale: 1, start: 0 }
  }
  const center = loss === 'squared' ? weightedMean(y, weights) : weightedQuantile(y, quantile, weights)
  const scale = weightedMean(y.map((value) => Math.abs(value - center)), weights)
  const unit = Number.isFinite(scale) && scale > 0 ? scale : 1
  return { targets: y.map((value) => (value - center) / unit), center, scale: unit, start: 0 }
}

/** Kept up row by row, so that no sum overflows. */
function weightedMean(values: Float64Array, weights: Float64Array): number {
  let total = 0
  let mean = 0
  values.forEach((value, row) => {
    if (weights[row] === 0) return
    total += weights[row]
    mean += (weights[row] / total) * (value - mean)
  })
  return mean
}
