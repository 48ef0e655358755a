import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { checkHeldOut, type FittedCalibrator, type HeldOutProbabilities } from './calibrator.js'

const format = 'temperature-calibrator/1'
// Constants of this module: in a `vm` context, as test runners use, every look at a global is slow.
const { abs, exp, log, min, max, sqrt } = Math
const smallest = 1e-300
const [coldest, hottest] = [1e-3, 1e3]

/** Raises probabilities to a power: above 1 makes a timid model surer, below 1 a rash one more careful. The order of classes stays. */
export class TemperatureCalibrator implements FittedCalibrator {
  readonly format = format
  readonly sizeBytes = 16
  readonly classCount: number
  /** Logarithms of probabilities are divided by it. */
  readonly temperature: number

  constructor(classCount: number, temperature: number) {
    this.classCount = classCount
    this.temperature = temperature
  }

  calibrateRow(probabilities: Float64Array, start = 0): void {
    const { classCount, temperature } = this
    let largest = smallest
    for (let code = 0; code < classCount; code++) largest = max(largest, probabilities[start + code])
    let sum = 0
    for (let code = 0; code < classCount; code++) {
      sum += probabilities[start + code] = exp(log(max(probabilities[start + code], smallest) / largest) / temperature)
    }
    for (let code = 0; code < classCount; code++) probabilities[start + code] /= sum
  }

  toState(): ModelState {
    return { format, json: { classCount: this.classCount, temperature: this.temperature }, tensors: {} }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): TemperatureCalibrator {
    const reader = new ModelStateReader(state, format)
    const isTemperature = (value: unknown): value is number => typeof value === 'number' && value >= coldest && value <= hottest
    return new TemperatureCalibrator(reader.wholeNumber('classCount', 2, 1e6), reader.json('temperature', 'a temperature', isTemperature))
  }
}

/**
 * Finds the temperature with the least log-loss, by Newton's method: log-loss is convex in its inverse. One number can not learn the
 * noise of few rows, which makes it the calibrator for little data and many classes.
 *
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `INPUT_INVALID`
 * @see Guo et al. (2017), "On calibration of modern neural networks".
 */
export function fitTemperature(held: HeldOutProbabilities): TemperatureCalibrator {
  checkHeldOut(held)
  const { codes, classCount } = held
  const logs = held.probabilities.map((probability) => log(max(probability, smallest)))
  let [inverse, low, high] = [1, 1 / hottest, 1 / coldest]
  for (let iteration = 0; iteration < 100; iteration++) {
    let [slope, curvature] = [0, 0]
    for (let row = 0; row < codes.length; row++) {
      const start = row * classCount
      let largest = -Infinity
      for (let code = 0; code < classCount; code++) largest = max(largest, logs[start + code])
      let [sum, mean, square] = [0, 0, 0]
      for (let code = 0; code < classCount; code++) {
        const weight = exp(inverse * (logs[start + code] - largest))
        sum += weight
        mean += weight * (logs[start + code] - largest)
        square += weight * (logs[start + code] - largest) ** 2
      }
      slope += mean / sum - (logs[start + codes[row]] - largest)
      curvature += square / sum - (mean / sum) ** 2
    }
    if (slope > 0) high = inverse
    else low = inverse
    const newton = inverse - slope / curvature
    const next = newton > low && newton < high ? newton : sqrt(low * high)
    if (abs(next - inverse) <= 1e-12 * inverse) break
    inverse = next
  }
  return new TemperatureCalibrator(classCount, min(hottest, max(coldest, 1 / inverse)))
}
