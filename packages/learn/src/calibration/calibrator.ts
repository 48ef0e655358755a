import { MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'
import { checkCode } from '../metrics/confusion-matrix.js'
import { expectProbabilities } from '../metrics/measured-rows.js'
import type { ModelState } from '../model-state.js'

/** Probabilities held out or cross-fitted, and what came. Probabilities of rows that the model learned from are too sure of themselves. */
export interface HeldOutProbabilities {
  /** shape (rows, classes), row-major */
  readonly probabilities: Float64Array
  /** Class codes, shape (rows,). */
  readonly codes: ArrayLike<number>
  readonly classCount: number
}

/** Turns a classifier's probabilities into ones that come true as often as they say. */
export interface FittedCalibrator {
  readonly format: string
  readonly classCount: number
  /** Bytes it keeps in memory. */
  readonly sizeBytes: number
  /** Changes one row of probabilities in place; allocates nothing. `row` begins at `start` of the array. */
  calibrateRow(probabilities: Float64Array, start?: number): void
  toState(): ModelState
}

/**
 * New probabilities, calibrated.
 *
 * @param probabilities - shape (rows, classes), row-major; left alone
 * @returns same shape, rows sum to 1
 * @throws MLError `SHAPE_MISMATCH`
 */
export function calibrate(calibrator: FittedCalibrator, probabilities: Float64Array): Float64Array {
  const rowCount = Math.floor(probabilities.length / calibrator.classCount)
  expectEqual('probabilities, one a row and class', rowCount * calibrator.classCount, probabilities.length)
  const calibrated = probabilities.slice()
  for (let row = 0; row < rowCount; row++) calibrator.calibrateRow(calibrated, row * calibrator.classCount)
  return calibrated
}

/** @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `INPUT_INVALID` */
export function checkHeldOut({ probabilities, codes, classCount }: HeldOutProbabilities): void {
  if (codes.length === 0) throw new MLError('DATA_EMPTY', 'Expected rows to calibrate on, got none.')
  if (!Number.isInteger(classCount) || classCount < 2) throw new MLError('INPUT_INVALID', `Expected two or more classes, got ${classCount}.`)
  expectEqual('probabilities, one a row and class', codes.length * classCount, probabilities.length)
  expectProbabilities(probabilities)
  for (let row = 0; row < codes.length; row++) checkCode(codes[row], classCount, row)
}

/** The probabilities of one class, shape (rows,). */
export function classColumn({ probabilities, codes, classCount }: HeldOutProbabilities, code: number): Float64Array {
  return Float64Array.from({ length: codes.length }, (_, row) => probabilities[row * classCount + code])
}

/** Divides a row by its sum, which is above 0. */
export function normaliseRow(probabilities: Float64Array, start: number, classCount: number): void {
  let sum = 0
  for (let code = 0; code < classCount; code++) sum += probabilities[start + code]
  for (let code = 0; code < classCount; code++) probabilities[start + code] /= sum
}
