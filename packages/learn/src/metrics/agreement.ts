import { type ConfusionMatrix, confusionMatrix } from './confusion-matrix.js'
import { expectMeasuredRows } from './measured-rows.js'

/**
 * Mean share of the rows found, over the classes that have rows: what accuracy would be were all classes equally frequent.
 *
 * @param actual - Class codes, shape (rows,).
 * @param predicted - Class codes, same shape.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`
 * @example
 * balancedAccuracy([0, 0, 0, 1], [0, 0, 0, 0], 2) // => 0.5
 */
export function balancedAccuracy(actual: ArrayLike<number>, predicted: ArrayLike<number>, classCount: number): number {
  expectMeasuredRows(actual, predicted)
  const { counts } = confusionMatrix(actual, predicted, classCount)
  let recalls = 0
  let present = 0
  for (let code = 0; code < classCount; code++) {
    let support = 0
    for (let other = 0; other < classCount; other++) support += counts[code * classCount + other]
    if (support === 0) continue
    present++
    recalls += counts[code * classCount + code] / support
  }
  return recalls / present
}

/**
 * Matthews correlation of actual and predicted classes, for any number of classes (Gorodkin 2004): 1 is perfect, 0 no better than
 * chance, also where only one class is ever predicted. Where all rows are of one class and predicted as it there is no chance to be
 * better than: NaN, as for {@link cohenKappa}; scikit-learn gives 0 there.
 *
 * @returns −1 to 1, or NaN.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`
 * @example
 * matthewsCorrcoef([0, 1, 0, 1], [1, 0, 1, 0], 2) // => -1
 */
export function matthewsCorrcoef(actual: ArrayLike<number>, predicted: ArrayLike<number>, classCount: number): number {
  expectMeasuredRows(actual, predicted)
  const { rows, hits, chance, actualSquares, predictedSquares } = marginsOf(confusionMatrix(actual, predicted, classCount))
  if (chance === rows * rows) return Number.NaN
  const scale = Math.sqrt((rows * rows - predictedSquares) * (rows * rows - actualSquares))
  return scale === 0 ? 0 : (hits * rows - chance) / scale
}

/**
 * Cohen's kappa: agreement beyond what the frequencies of the classes alone would give. 1 is perfect, 0 chance; NaN where all rows
 * are of one class and predicted as it.
 *
 * @returns −1 to 1, or NaN.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`
 * @example
 * cohenKappa([0, 1, 0, 1], [0, 1, 0, 1], 2) // => 1
 */
export function cohenKappa(actual: ArrayLike<number>, predicted: ArrayLike<number>, classCount: number): number {
  expectMeasuredRows(actual, predicted)
  const { rows, hits, chance } = marginsOf(confusionMatrix(actual, predicted, classCount))
  const expected = chance / (rows * rows)
  return expected === 1 ? Number.NaN : (hits / rows - expected) / (1 - expected)
}

/**
 * Weighted harmonic mean of precision and recall of one class; 0 where nothing of it was found.
 *
 * @param beta - How many times recall counts as much as precision, above 0.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * fbeta([0, 1, 1], [0, 1, 0], 1, 1).toFixed(3) // => '0.667'
 */
export function fbeta(actual: ArrayLike<number>, predicted: ArrayLike<number>, code: number, beta: number): number {
  expectMeasuredRows(actual, predicted)
  let hits = 0
  let weighted = 0
  for (let row = 0; row < actual.length; row++) {
    if (actual[row] === code) weighted += beta * beta
    if (predicted[row] === code) weighted++
    if (actual[row] === code && predicted[row] === code) hits++
  }
  return weighted === 0 ? 0 : ((1 + beta * beta) * hits) / weighted
}

interface Margins {
  readonly rows: number
  readonly hits: number
  /** Sum over classes of rows actually of it times rows predicted as it. */
  readonly chance: number
  readonly actualSquares: number
  readonly predictedSquares: number
}

function marginsOf({ classCount, counts }: ConfusionMatrix): Margins {
  let [rows, hits, chance, actualSquares, predictedSquares] = [0, 0, 0, 0, 0]
  for (let code = 0; code < classCount; code++) {
    let [actual, predicted] = [0, 0]
    for (let other = 0; other < classCount; other++) {
      actual += counts[code * classCount + other]
      predicted += counts[other * classCount + code]
    }
    rows += actual
    hits += counts[code * classCount + code]
    chance += actual * predicted
    actualSquares += actual * actual
    predictedSquares += predicted * predicted
  }
  return { rows, hits, chance, actualSquares, predictedSquares }
}
