import { expectEqual } from '../input-check.js'
import { quantileOfSorted } from '../statistics/quantile.js'
import { expectBinaryScores, expectCount, expectProbabilities } from './measured-rows.js'
import { mostProbable } from './most-probable.js'

/** Rows whose probability lies in one bin. */
export interface CalibrationBin {
  readonly rowCount: number
  /** Mean probability promised. */
  readonly meanProbability: number
  /** Share that came true. */
  readonly observedShare: number
}

export interface CalibrationCurveOptions {
  /** 10 when absent. */
  readonly binCount?: number
  /** Bins of equal width, or of about equally many rows. Default `uniform`. */
  readonly strategy?: 'uniform' | 'quantile'
}

/**
 * Reliability curve: what was promised and what came, bin by bin; empty bins are left out. Bins are closed on the right.
 *
 * @param actual - 1 for the positive class, else 0, shape (rows,).
 * @param probabilities - Of the positive class, same shape.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `VALUE_NOT_FINITE`, `INPUT_INVALID`
 * @example
 * calibrationCurve([0, 1, 1, 1], [0.5, 0.5, 0.5, 0.5])[0].observedShare // => 0.75
 */
export function calibrationCurve(
  actual: ArrayLike<number>, probabilities: ArrayLike<number>, options: CalibrationCurveOptions = {},
): CalibrationBin[] {
  const { binCount = 10, strategy = 'uniform' } = options
  expectBinaryScores(actual, probabilities)
  expectProbabilities(probabilities)
  expectCount('the number of bins', binCount)
  const sorted = strategy === 'quantile' ? Float64Array.from(probabilities).sort() : undefined
  const edges = Float64Array.from({ length: binCount - 1 }, (_, at) => {
    const share = (at + 1) * (1 / binCount)
    return sorted ? quantileOfSorted(sorted, share) : share
  })
  const [rows, promised, came] = [0, 0, 0].map(() => new Float64Array(binCount))
  for (let row = 0; row < actual.length; row++) {
    let bin = 0
    while (bin < edges.length && edges[bin] < probabilities[row]) bin++
    rows[bin]++
    promised[bin] += probabilities[row]
    came[bin] += actual[row]
  }
  return Array.from(rows, (rowCount, bin) =>
    ({ rowCount, meanProbability: promised[bin] / rowCount, observedShare: came[bin] / rowCount })).filter(({ rowCount }) => rowCount > 0)
}

/** How far promised and observed shares lie apart. */
export interface CalibrationError {
  /** Mean over rows of their bin's distance. */
  readonly expected: number
  /** Distance of the worst bin. */
  readonly maximum: number
}

/**
 * Expected and maximum calibration error of probabilities of one class, in bins of equal width.
 *
 * @param actual - 1 for the positive class, else 0, shape (rows,).
 * @param probabilities - Of the positive class, same shape.
 * @throws MLError as {@link calibrationCurve}
 * @see Naeini, Cooper and Hauskrecht (2015), "Obtaining well calibrated probabilities using Bayesian binning".
 * @example
 * calibrationError([0, 1, 1, 1], [0.5, 0.5, 0.5, 0.5]).expected // => 0.25
 */
export function calibrationError(actual: ArrayLike<number>, probabilities: ArrayLike<number>, binCount = 10): CalibrationError {
  let [expected, maximum] = [0, 0]
  for (const { rowCount, meanProbability, observedShare } of calibrationCurve(actual, probabilities, { binCount })) {
    const distance = Math.abs(observedShare - meanProbability)
    expected += (rowCount / actual.length) * distance
    maximum = Math.max(maximum, distance)
  }
  return { expected, maximum }
}

/**
 * Calibration error of the probability that the predicted class is right: what is meant by the ECE of a classifier of several classes.
 *
 * @param actual - Class codes, shape (rows,).
 * @param probabilities - shape (rows, classes), row-major
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `INPUT_INVALID`
 * @example
 * topLabelCalibrationError([0, 1], [0.75, 0.25, 0.75, 0.25], 2).expected // => 0.25
 */
export function topLabelCalibrationError(
  actual: ArrayLike<number>, probabilities: ArrayLike<number>, classCount: number, binCount = 10,
): CalibrationError {
  expectEqual('probabilities, one a row and class', actual.length * classCount, probabilities.length)
  const predicted = mostProbable(probabilities, classCount)
  const hits = Uint8Array.from(predicted, (code, row) => Number(code === actual[row]))
  return calibrationError(hits, Float64Array.from(predicted, (code, row) => probabilities[row * classCount + code]), binCount)
}
