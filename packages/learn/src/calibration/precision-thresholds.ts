import { MLError } from '@motadata/core'
import { expectCount } from '../metrics/measured-rows.js'
import { betaCdf } from '../statistics/beta.js'
import { logChoose } from '../statistics/gamma.js'
import { checkConfidence, type Interval, proportionInterval } from '../statistics/proportion-interval.js'
import { checkHeldOut, type HeldOutProbabilities } from './calibrator.js'

export interface PrecisionOptions {
  /** Share of the accepted predictions that are to be right, above 0 and below 1. */
  readonly promisedPrecision: number
  /** Chance that the promise holds; 0.95 when absent. */
  readonly confidence?: number
  /**
   * What is promised with that confidence. `all-classes`: the precision of all accepted predictions together; a class by itself has
   * it by the best estimate, or its threshold is raised until it does. `each-class`: the precision of every class by itself, and of all
   * classes at once, which takes many times the rows. Default `all-classes`.
   */
  readonly scope?: PromiseScope
  /**
   * The promise is about the precision that will be counted over so many new rows. Counting has luck in it, so this promises less
   * coverage than the default, which is about the precision in the long run.
   */
  readonly horizonRows?: number
}

export type PromiseScope = 'all-classes' | 'each-class'

/** From which probability on predictions of a class are accepted. */
export interface ClassThreshold {
  readonly label: string
  /** null where no probability can be promised enough: all predictions of the class are left to a person. */
  readonly threshold: number | null
  /** Rows predicted as the class, when choosing. */
  readonly predictedRows: number
  readonly acceptedRows: number
  readonly correctRows: number
}

export interface PrecisionThresholds {
  readonly promisedPrecision: number
  readonly confidence: number
  readonly scope: PromiseScope
  /** null for the long run. */
  readonly horizonRows: number | null
  readonly classes: readonly ClassThreshold[]
  /** Share of the rows accepted, when choosing. */
  readonly coverage: number
}

/** Sequences of thresholds begin at so many places, each with its part of the risk. */
const startCount = 4
/** Growth of the number of accepted rows from one threshold to the next. */
const growth = 1.05

/**
 * Chooses the lowest thresholds at which a promised precision is proven. What is below them is left to a person.
 *
 * Rows are taken by falling probability. A number of them passes when an exact bound of their precision, at the risk allowed, keeps
 * the promise: Clopper and Pearson's, or for a horizon that of the hypergeometric distribution. Thresholds are tried in sequences
 * fixed beforehand, each ending at its first failure, so that only sequences (and classes, for `each-class`) share the risk, not every
 * threshold looked at (Learn then Test). The promise is about new rows from where these came from; it does not survive drift, after
 * which thresholds are chosen again.
 *
 * @param held - Calibrated probabilities of rows that neither the model nor the calibrator learned from.
 * @param classes - The name of each code.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `INPUT_INVALID`
 * @see Angelopoulos et al. (2021), "Learn then test: calibrating predictive algorithms to achieve risk control".
 * @example
 * const thresholds = choosePrecisionThresholds(held, classes, { promisedPrecision: 0.95 })
 * acceptedClass(probabilities, thresholds) // => a class code, or −1: leave it to a person
 */
export function choosePrecisionThresholds(
  held: HeldOutProbabilities, classes: readonly string[], options: PrecisionOptions,
): PrecisionThresholds {
  const { promisedPrecision, confidence = 0.95, scope = 'all-classes', horizonRows = null } = options
  checkHeldOut(held)
  checkConfidence(confidence)
  if (classes.length !== held.classCount) throw new MLError('SHAPE_MISMATCH', `Expected ${held.classCount} classes, got ${classes.length}.`)
  if (!(promisedPrecision > 0 && promisedPrecision < 1)) {
    throw new MLError('INPUT_INVALID', `Expected a promised precision above 0 and below 1, got ${promisedPrecision}.`)
  }
  if (horizonRows !== null) expectCount('the horizon in rows', horizonRows)
  const predictions = Array.from({ length: held.codes.length }, (_, row) => predictionOf(held, row))
  const ofClass = classes.map((_, code) => new RankedPredictions(predictions.filter((prediction) => prediction.code === code)))
  const present = ofClass.filter(({ length }) => length > 0).length
  const promise: Promised = {
    precision: promisedPrecision,
    risk: (1 - confidence) / startCount / (scope === 'each-class' ? Math.max(1, present) : 1),
    newRowShare: horizonRows === null ? null : horizonRows / predictions.length,
  }
  const common = scope === 'all-classes' ? lowestProven(new RankedPredictions(predictions), promise) : null
  const chosen = classes.map((label, code): ClassThreshold => {
    const rows = ofClass[code]
    const threshold = scope === 'each-class' ? lowestProven(rows, promise) : common === null ? null : lowestEstimated(rows, common, promisedPrecision)
    const acceptedRows = threshold === null ? 0 : rows.countFrom(threshold)
    return { label, threshold, predictedRows: rows.length, acceptedRows, correctRows: rows.correct[acceptedRows] }
  })
  const coverage = chosen.reduce((sum, { acceptedRows }) => sum + acceptedRows, 0) / predictions.length
  return { promisedPrecision, confidence, scope, horizonRows, classes: chosen, coverage }
}

/**
 * The class of a row if its prediction is accepted, else −1.
 *
 * @param probabilities - A row begins at `start`; allocates nothing.
 */
export function acceptedClass(probabilities: ArrayLike<number>, { classes }: PrecisionThresholds, start = 0): number {
  let best = 0
  for (let code = 1; code < classes.length; code++) if (probabilities[start + code] > probabilities[start + best]) best = code
  const { threshold } = classes[best]
  return threshold !== null && probabilities[start + best] >= threshold ? best : -1
}

/** What became of a promise on other rows. */
export interface AbstentionReport {
  readonly rowCount: number
  readonly acceptedRows: number
  /** Share of the rows accepted. */
  readonly coverage: number
  /** Share of the accepted rows that are right; NaN where none was accepted. */
  readonly precision: number
  /** Wilson's interval of the precision at 95 %; 0 to 1 where none was accepted. */
  readonly precisionInterval: Interval
  /** Promised minus achieved precision where that is above 0, else 0. */
  readonly shortfall: number
  readonly classes: readonly { readonly label: string; readonly acceptedRows: number; readonly precision: number }[]
}

/**
 * Measures accepted predictions on rows that took no part in choosing.
 *
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `INPUT_INVALID`
 */
export function measureAbstention(held: HeldOutProbabilities, thresholds: PrecisionThresholds): AbstentionReport {
  checkHeldOut(held)
  if (thresholds.classes.length !== held.classCount) {
    throw new MLError('SHAPE_MISMATCH', `Expected thresholds of ${held.classCount} classes, got ${thresholds.classes.length}.`)
  }
  const counts = thresholds.classes.map(({ label }) => ({ label, acceptedRows: 0, correctRows: 0 }))
  for (let row = 0; row < held.codes.length; row++) {
    const code = acceptedClass(held.probabilities, thresholds, row * held.classCount)
    if (code < 0) continue
    counts[code].acceptedRows++
    if (code === held.codes[row]) counts[code].correctRows++
  }
  const acceptedRows = counts.reduce((sum, count) => sum + count.acceptedRows, 0)
  const correctRows = counts.reduce((sum, count) => sum + count.correctRows, 0)
  const precision = correctRows / acceptedRows
  return {
    rowCount: held.codes.length,
    acceptedRows,
    coverage: acceptedRows / held.codes.length,
    precision,
    precisionInterval: acceptedRows === 0 ? { low: 0, high: 1 } : proportionInterval(correctRows, acceptedRows),
    shortfall: acceptedRows === 0 ? 0 : Math.max(0, thresholds.promisedPrecision - precision),
    classes: counts.map((count) => ({ label: count.label, acceptedRows: count.acceptedRows, precision: count.correctRows / count.acceptedRows })),
  }
}

interface RowPrediction {
  readonly code: number
  readonly probability: number
  readonly isRight: boolean
}

function predictionOf({ probabilities, codes, classCount }: HeldOutProbabilities, row: number): RowPrediction {
  let best = 0
  for (let code = 1; code < classCount; code++) if (probabilities[row * classCount + code] > probabilities[row * classCount + best]) best = code
  return { code: best, probability: probabilities[row * classCount + best], isRight: codes[row] === best }
}

/** Predictions by falling probability. */
class RankedPredictions {
  readonly length: number
  /** How many of the first n are right, shape (rows + 1,). */
  readonly correct: Uint32Array
  readonly #probabilities: Float64Array

  constructor(predictions: readonly RowPrediction[]) {
    const ordered = [...predictions].sort((a, b) => b.probability - a.probability)
    this.length = ordered.length
    this.#probabilities = Float64Array.from(ordered, ({ probability }) => probability)
    this.correct = new Uint32Array(ordered.length + 1)
    ordered.forEach(({ isRight }, at) => (this.correct[at + 1] = this.correct[at] + Number(isRight)))
  }

  /** At least so many rows: those of one probability are accepted together. */
  withTies(count: number): number {
    let end = Math.min(count, this.length)
    while (end < this.length && this.#probabilities[end] === this.#probabilities[end - 1]) end++
    return end
  }

  /** The threshold that accepts so many rows. */
  thresholdOf(count: number): number {
    return this.#probabilities[count - 1]
  }

  countFrom(threshold: number): number {
    const below = this.#probabilities.findIndex((probability) => probability < threshold)
    return below < 0 ? this.length : below
  }
}

interface Promised {
  readonly precision: number
  readonly risk: number
  /** New rows for each row here; null for the long run. */
  readonly newRowShare: number | null
}

/** The lowest threshold that a sequence proves, or null. */
function lowestProven(rows: RankedPredictions, promise: Promised): number | null {
  // Fewer rows than this prove nothing even if all are right.
  const fewest = Math.ceil(Math.log(promise.risk) / Math.log(promise.precision))
  if (rows.length < fewest) return null
  let most = 0
  for (let start = 0; start < startCount; start++) {
    let count = rows.withTies(Math.ceil(fewest * (rows.length / fewest) ** (start / startCount)))
    while (keepsPromise(rows.correct[count], count, promise)) {
      most = Math.max(most, count)
      if (count === rows.length) break
      count = rows.withTies(Math.max(count + 1, Math.ceil(count * growth)))
    }
  }
  return most === 0 ? null : rows.thresholdOf(most)
}

/**
 * The lowest threshold from `floor` on at which a class has the precision by count, or null. Only rows right less often than promised
 * are given up, so the precision of all classes together does not fall.
 */
function lowestEstimated(rows: RankedPredictions, floor: number, precision: number): number | null {
  for (let count = rows.countFrom(floor); count >= 1 / (1 - precision); count--) {
    if (rows.withTies(count) === count && rows.correct[count] >= precision * count) return rows.thresholdOf(count)
  }
  return null
}

/** Whether the exact bound of the precision is at least what is promised, told without computing the bound. */
function keepsPromise(correct: number, count: number, { precision, risk, newRowShare }: Promised): boolean {
  if (correct / count <= precision) return false
  if (newRowShare === null) return betaCdf(correct, count - correct + 1, precision) <= risk
  const newRows = Math.max(1, Math.round(count * newRowShare))
  const tooMany = Math.floor((1 - precision) * newRows + 1e-9) + 1
  return chanceOfFewErrors(count - correct, count, tooMany, newRows) <= risk
}

/** Chance that, of `errors + newErrors` errors among all rows at random, at most `errors` fall on the first `rows`: hypergeometric. */
function chanceOfFewErrors(errors: number, rows: number, newErrors: number, newRows: number): number {
  const all = errors + newErrors
  let chance = 0
  for (let here = errors; here >= Math.max(0, all - newRows); here--) {
    const term = Math.exp(logChoose(rows, here) + logChoose(newRows, all - here) - logChoose(rows + newRows, all))
    chance += term
    if (term < chance * 1e-12) break
  }
  return chance
}
