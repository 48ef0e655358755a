import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { checkHeldOut, classColumn, type FittedCalibrator, type HeldOutProbabilities, normaliseRow } from './calibrator.js'

const format = 'platt-calibrator/1'
// Constants of this module: in a `vm` context, as test runners use, every look at a global is slow.
const { exp, log, log1p, min, max } = Math

/** p = 1 / (1 + exp(slope · score + intercept)): the slope is below 0 where higher scores are more positive. */
export interface Sigmoid {
  readonly slope: number
  readonly intercept: number
}

/**
 * Fits a sigmoid to scores of two classes by Newton's method with backtracking. Targets are drawn towards a half by one row each, so
 * that classes told apart perfectly do not give an endless slope.
 *
 * @param scores - Any finite numbers, shape (rows,).
 * @param isPositive - 1 or 0, same shape.
 * @see Platt (1999); Lin, Lin and Weng (2007), "A note on Platt's probabilistic outputs".
 */
export function fitSigmoid(scores: ArrayLike<number>, isPositive: ArrayLike<number>): Sigmoid {
  let positives = 0
  for (let row = 0; row < scores.length; row++) positives += isPositive[row]
  const negatives = scores.length - positives
  const [high, low] = [(positives + 1) / (positives + 2), 1 / (negatives + 2)]
  const lossOf = (slope: number, intercept: number): number => {
    let loss = 0
    for (let row = 0; row < scores.length; row++) {
      const margin = slope * scores[row] + intercept
      const target = isPositive[row] ? high : low
      loss += margin >= 0 ? target * margin + log1p(exp(-margin)) : (target - 1) * margin + log1p(exp(margin))
    }
    return loss
  }
  let [slope, intercept] = [0, log((negatives + 1) / (positives + 1))]
  let loss = lossOf(slope, intercept)
  for (let iteration = 0; iteration < 100; iteration++) {
    let [h11, h22, h21, g1, g2] = [1e-12, 1e-12, 0, 0, 0]
    for (let row = 0; row < scores.length; row++) {
      const p = sigmoidOf({ slope, intercept }, scores[row])
      const weight = p * (1 - p)
      const rest = (isPositive[row] ? high : low) - p
      h11 += scores[row] ** 2 * weight
      h22 += weight
      h21 += scores[row] * weight
      g1 += scores[row] * rest
      g2 += rest
    }
    const determinant = h11 * h22 - h21 * h21
    const [stepA, stepB] = [-(h22 * g1 - h21 * g2) / determinant, -(h11 * g2 - h21 * g1) / determinant]
    const descent = g1 * stepA + g2 * stepB
    if (!(-descent > 1e-13 * (1 + loss))) break
    let size = 1
    while (size > 1e-12 && lossOf(slope + size * stepA, intercept + size * stepB) > loss + 1e-4 * size * descent) size /= 2
    if (size <= 1e-12) break
    slope += size * stepA
    intercept += size * stepB
    loss = lossOf(slope, intercept)
  }
  return { slope, intercept }
}

/** The probability of a score. */
export function sigmoidOf({ slope, intercept }: Sigmoid, score: number): number {
  const margin = slope * score + intercept
  return margin >= 0 ? exp(-margin) / (1 + exp(-margin)) : 1 / (1 + exp(margin))
}

/** A sigmoid over the log-odds of each class, then scaled to sum to 1. */
export class PlattCalibrator implements FittedCalibrator {
  readonly format = format
  readonly classCount: number
  /** shape (classes,) */
  readonly slopes: Float64Array
  /** shape (classes,) */
  readonly intercepts: Float64Array

  constructor(slopes: Float64Array, intercepts: Float64Array) {
    this.classCount = slopes.length
    this.slopes = slopes
    this.intercepts = intercepts
  }

  get sizeBytes(): number {
    return this.slopes.byteLength + this.intercepts.byteLength
  }

  calibrateRow(probabilities: Float64Array, start = 0): void {
    for (let code = 0; code < this.classCount; code++) {
      const margin = this.slopes[code] * logOdds(probabilities[start + code]) + this.intercepts[code]
      // Never 0, so that a row always has a sum.
      probabilities[start + code] = 1 / (1 + exp(min(margin, 700)))
    }
    normaliseRow(probabilities, start, this.classCount)
  }

  toState(): ModelState {
    const shape = [this.classCount]
    return {
      format,
      json: {},
      tensors: {
        slopes: { dtype: 'F64', shape, data: this.slopes.slice() },
        intercepts: { dtype: 'F64', shape, data: this.intercepts.slice() },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): PlattCalibrator {
    const reader = new ModelStateReader(state, format)
    const slopes = reader.tensor('slopes', 'F64', [-1])
    if (slopes.length < 2) throw reader.fail('two or more classes', String(slopes.length))
    return new PlattCalibrator(slopes.slice(), reader.tensor('intercepts', 'F64', [slopes.length]).slice())
  }
}

/**
 * Platt's calibration of each class against the rest.
 *
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `INPUT_INVALID`
 */
export function fitPlatt(held: HeldOutProbabilities): PlattCalibrator {
  checkHeldOut(held)
  const sigmoids = Array.from({ length: held.classCount }, (_, code) =>
    fitSigmoid(classColumn(held, code).map(logOdds), Uint8Array.from(held.codes, (own) => Number(own === code))))
  return new PlattCalibrator(Float64Array.from(sigmoids, ({ slope }) => slope), Float64Array.from(sigmoids, ({ intercept }) => intercept))
}

/** Bounded, so that a probability of exactly 0 or 1 is a large margin and not an infinite one. */
const logOdds = (probability: number): number => {
  const p = min(max(probability, 1e-12), 1 - 1e-12)
  return log(p / (1 - p))
}
