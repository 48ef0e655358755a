import { stratifiedKFold } from '../model-selection/split.js'
import { calibrate, checkHeldOut, type FittedCalibrator, type HeldOutProbabilities } from './calibrator.js'
import { IdentityCalibrator } from './identity-calibrator.js'
import { fitIsotonicCalibrator } from './isotonic-calibrator.js'
import { fitPlatt } from './platt-calibrator.js'
import { fitTemperature } from './temperature-calibrator.js'

export type CalibrationMethod = 'none' | 'temperature' | 'platt' | 'isotonic'

/** From the simplest to the one that can follow most. */
const fits: Readonly<Record<CalibrationMethod, (held: HeldOutProbabilities) => FittedCalibrator>> = {
  none: ({ classCount }) => new IdentityCalibrator(classCount),
  temperature: fitTemperature,
  platt: fitPlatt,
  isotonic: fitIsotonicCalibrator,
}

export interface CalibratorOptions {
  /** Folds to compare on; 5 when absent. */
  readonly foldCount?: number
  /** 0 when absent. */
  readonly seed?: number
  /** Those to choose from; all when absent. */
  readonly methods?: readonly CalibrationMethod[]
}

export interface CalibratorChoice {
  readonly method: CalibrationMethod
  /** The chosen one, fitted on all rows. */
  readonly calibrator: FittedCalibrator
  /** Log-loss of each on rows that it was not fitted on, nats. */
  readonly logLosses: Readonly<Partial<Record<CalibrationMethod, number>>>
  /** Probabilities that the chosen method gives rows it was not fitted on, shape (rows, classes): what to choose thresholds on. */
  readonly crossFitted: Float64Array
}

/**
 * Chooses how to calibrate by cross-fitted log-loss: a method has to beat the simpler ones by more than the standard error of the
 * difference.
 *
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `INPUT_INVALID` for fewer rows than folds
 * @example
 * const { calibrator, method } = chooseCalibrator({ probabilities, codes, classCount: 8 }, { seed: 7 })
 */
export function chooseCalibrator(held: HeldOutProbabilities, options: CalibratorOptions = {}): CalibratorChoice {
  checkHeldOut(held)
  const { foldCount = 5, seed = 0, methods = Object.keys(fits) as CalibrationMethod[] } = options
  const folds = stratifiedKFold(held.codes, { foldCount, seed })
  const tried = methods.map((method) => {
    const crossFitted = new Float64Array(held.probabilities.length)
    for (const { train, test } of folds) {
      const calibrated = calibrate(fits[method](selectHeldOut(held, train)), selectHeldOut(held, test).probabilities)
      test.forEach((row, at) => crossFitted.set(calibrated.subarray(at * held.classCount, (at + 1) * held.classCount), row * held.classCount))
    }
    return { method, crossFitted, losses: lossesOf(crossFitted, held) }
  })
  let best = tried[0]
  for (const candidate of tried.slice(1)) if (isClearlyLower(candidate.losses, best.losses)) best = candidate
  return {
    method: best.method,
    calibrator: fits[best.method](held),
    logLosses: Object.fromEntries(tried.map(({ method, losses }) => [method, meanOf(losses)])),
    crossFitted: best.crossFitted,
  }
}

/** Some of the rows. */
export function selectHeldOut({ probabilities, codes, classCount }: HeldOutProbabilities, rows: Uint32Array): HeldOutProbabilities {
  const selected = new Float64Array(rows.length * classCount)
  rows.forEach((row, at) => selected.set(probabilities.subarray(row * classCount, (row + 1) * classCount), at * classCount))
  return { probabilities: selected, codes: Int32Array.from(rows, (row) => codes[row]), classCount }
}

/** Loss of each row, its probability kept above 2⁻⁵² as by `logLoss`. */
function lossesOf(probabilities: Float64Array, { codes, classCount }: HeldOutProbabilities): Float64Array {
  return Float64Array.from({ length: codes.length }, (_, row) => -Math.log(Math.max(probabilities[row * classCount + codes[row]], Number.EPSILON)))
}

function isClearlyLower(losses: Float64Array, others: Float64Array): boolean {
  const gains = losses.map((loss, row) => others[row] - loss)
  const mean = meanOf(gains)
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / Math.max(1, gains.length - 1)
  return mean > Math.sqrt(variance / gains.length)
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
