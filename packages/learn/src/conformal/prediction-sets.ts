import { MLError } from '@motadata/core'
import { checkHeldOut, type HeldOutProbabilities } from '../calibration/calibrator.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { conformalQuantile } from './conformal-quantile.js'

const format = 'prediction-sets/1'
const methods = ['least-ambiguous', 'adaptive'] as const

/**
 * `least-ambiguous` (LAC) takes every class above one probability: the smallest sets on average. `adaptive` (APS) takes classes from
 * the most probable on until they add up: larger sets where the model is unsure, so that hard rows are covered about as often as easy ones.
 */
export type PredictionSetMethod = (typeof methods)[number]

export interface PredictionSetOptions {
  /** Share of new rows whose class is to be in its set, above 0 and below 1; 0.9 when absent. */
  readonly coverage?: number
  /** Default `least-ambiguous`. */
  readonly method?: PredictionSetMethod
  /** A bound for each class, so that each is covered by itself, not only all on average. */
  readonly perClass?: boolean
}

/**
 * Sets of classes that hold the true one for a promised share of new rows, whatever the model, as long as rows come from the same
 * source. A set is never empty: the most probable class is always in it.
 */
export class PredictionSets {
  readonly format = format
  readonly method: PredictionSetMethod
  readonly coverage: number
  /** The largest score that is still in the set, for each class; shape (classes,), 0 to 1, or above 1 where everything is. */
  readonly bounds: Float64Array

  constructor(method: PredictionSetMethod, coverage: number, bounds: Float64Array) {
    this.method = method
    this.coverage = coverage
    this.bounds = bounds
  }

  /**
   * The set of a row, the most probable class first.
   *
   * @param probabilities - A row of shape (classes,) begins at `start`.
   */
  setOf(probabilities: ArrayLike<number>, start = 0): number[] {
    const order = Array.from(this.bounds, (_, code) => code).sort((a, b) => probabilities[start + b] - probabilities[start + a] || a - b)
    return order.filter((code, rank) => rank === 0 || scoreOf(this.method, probabilities, start, this.bounds.length, code) <= this.bounds[code])
  }

  toState(): ModelState {
    const { method, coverage, bounds } = this
    return { format, json: { method, coverage }, tensors: { bounds: { dtype: 'F64', shape: [bounds.length], data: bounds.slice() } } }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): PredictionSets {
    const reader = new ModelStateReader(state, format)
    const bounds = reader.tensor('bounds', 'F64', [-1])
    if (bounds.length < 2 || bounds.some((bound) => bound < 0)) throw reader.fail('bounds of two or more classes', 'others')
    const isMethod = (value: unknown): value is PredictionSetMethod => methods.includes(value as PredictionSetMethod)
    return new PredictionSets(reader.json('method', methods.join(' or '), isMethod), reader.json('coverage', 'a share', isShare), bounds.slice())
  }
}

/**
 * Learns from rows held out how far down the classes a set has to reach.
 *
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `INPUT_INVALID`
 * @see Sadinle, Lei and Wasserman (2019) for LAC; Romano, Sesia and Candès (2020) for APS, here without randomisation, which covers a
 *   little more than promised.
 * @example
 * fitPredictionSets(held, { coverage: 0.95 }).setOf(probabilities) // => the codes of one class or a few
 */
export function fitPredictionSets(held: HeldOutProbabilities, options: PredictionSetOptions = {}): PredictionSets {
  const { coverage = 0.9, method = 'least-ambiguous', perClass = false } = options
  checkHeldOut(held)
  checkCoverage(coverage)
  if (!methods.includes(method)) throw new MLError('INPUT_INVALID', `Expected ${methods.join(' or ')} as the method, got ${String(method).slice(0, 100)}.`)
  const { probabilities, codes, classCount } = held
  const scores = Float64Array.from({ length: codes.length }, (_, row) => scoreOf(method, probabilities, row * classCount, classCount, codes[row]))
  // A score is at most 1: a bound of 2 takes every class in, where there are too few rows to leave one out.
  const boundOf = (some: Float64Array): number => Math.min(2, conformalQuantile(some, coverage))
  const common = boundOf(scores)
  const bounds = Float64Array.from({ length: classCount }, (_, code) => (perClass ? boundOf(scores.filter((_, row) => codes[row] === code)) : common))
  return new PredictionSets(method, coverage, bounds)
}

/** How strange a class is for a row: LAC, one minus its probability; APS, the probability of all that are more probable. */
function scoreOf(method: PredictionSetMethod, probabilities: ArrayLike<number>, start: number, classCount: number, code: number): number {
  const own = probabilities[start + code]
  if (method === 'least-ambiguous') return 1 - own
  let ahead = 0
  for (let other = 0; other < classCount; other++) {
    const probability = probabilities[start + other]
    if (probability > own || (probability === own && other < code)) ahead += probability
  }
  return ahead
}

/** @throws MLError `INPUT_INVALID` unless above 0 and below 1 */
export function checkCoverage(coverage: number): void {
  if (!isShare(coverage)) throw new MLError('INPUT_INVALID', `Expected a coverage above 0 and below 1, got ${coverage}.`)
}

export const isShare = (value: unknown): value is number => typeof value === 'number' && value > 0 && value < 1
