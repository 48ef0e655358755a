import { MLError } from '@motadata/core'
import type { ClassificationTarget, FitOptions } from './estimator.js'
import { type FeatureMatrix, featureCount } from './feature-matrix.js'
import type { FeatureRow } from './feature-row.js'

/** How wide the two blocks of a matrix are. */
export interface FeatureWidths {
  readonly denseCount: number
  readonly sparseCount: number
}

export const widthsOf = (matrix: FeatureMatrix): FeatureWidths =>
  ({ denseCount: matrix.dense?.columnCount ?? 0, sparseCount: matrix.sparse?.columnCount ?? 0 })

/**
 * Checks that a matrix is what its types say: lengths that agree, pairs in range, numbers that are finite.
 *
 * @param acceptsMissing - NaN in the dense block is a missing value; infinities and NaN in the sparse block stay refused.
 * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`
 */
export function checkMatrix(matrix: FeatureMatrix, acceptsMissing = false): void {
  const { rowCount, dense, sparse } = matrix
  if (dense) {
    expectEqual('rows of the dense block', rowCount, dense.rowCount)
    expectEqual('values of the dense block', rowCount * dense.columnCount, dense.values.length)
    const place = (at: number): string => `row ${Math.floor(at / dense.columnCount)}, dense column ${at % dense.columnCount}`
    if (acceptsMissing) checkNotInfinite(dense.values, place)
    else checkFinite(dense.values, place)
  }
  if (!sparse) return
  const { rowPointers, columnIndices, values } = sparse
  expectEqual('rows of the sparse block', rowCount, sparse.rowCount)
  expectEqual('row pointers', rowCount + 1, rowPointers.length)
  expectEqual('first row pointer', 0, rowPointers[0])
  expectEqual('last row pointer', values.length, rowPointers[rowCount])
  expectEqual('column indices', values.length, columnIndices.length)
  for (let row = 0; row < rowCount; row++) {
    if (rowPointers[row + 1] < rowPointers[row]) throw shapeMismatch('row pointers that never fall', `a fall after row ${row}`)
  }
  for (let i = 0; i < columnIndices.length; i++) {
    if (columnIndices[i] >= sparse.columnCount) throw columnTooLarge(sparse.columnCount, columnIndices[i])
  }
  checkFinite(values, (at) => `sparse column ${columnIndices[at]}`)
}

/** @throws MLError `DATA_EMPTY`, and what {@link checkMatrix} throws */
export function checkTrainingMatrix(matrix: FeatureMatrix, acceptsMissing = false): void {
  if (matrix.rowCount === 0) throw new MLError('DATA_EMPTY', 'Expected rows to learn from, got none. Pass at least one row.')
  checkMatrix(matrix, acceptsMissing)
}

/** @throws MLError `SHAPE_MISMATCH`, and what {@link checkMatrix} throws */
export function checkPredictionMatrix(matrix: FeatureMatrix, learned: FeatureWidths, acceptsMissing = false): void {
  const { denseCount, sparseCount } = widthsOf(matrix)
  if (denseCount !== learned.denseCount || sparseCount !== learned.sparseCount) {
    throw widthMismatch(learned, denseCount, sparseCount)
  }
  checkMatrix(matrix, acceptsMissing)
}

/** @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` */
export function checkPredictionRow(row: FeatureRow, learned: FeatureWidths, acceptsMissing = false): void {
  const { dense, sparseCount, sparseIndices, sparseValues } = row
  if (dense.length !== learned.denseCount) throw widthMismatch(learned, dense.length, learned.sparseCount)
  const room = Math.min(sparseIndices.length, sparseValues.length)
  if (!(sparseCount >= 0 && sparseCount <= room)) throw shapeMismatch(`at most the ${room} pairs of the buffers`, String(sparseCount))
  for (let i = 0; i < dense.length; i++) {
    if (!Number.isFinite(dense[i]) && !(acceptsMissing && Number.isNaN(dense[i]))) throw notFinite(dense[i], `dense column ${i}`)
  }
  for (let i = 0; i < sparseCount; i++) {
    if (sparseIndices[i] >= learned.sparseCount) throw columnTooLarge(learned.sparseCount, sparseIndices[i])
    if (!Number.isFinite(sparseValues[i])) throw notFinite(sparseValues[i], `sparse column ${sparseIndices[i]}`)
  }
}

/**
 * Checks a target of classes against a number of rows.
 *
 * @throws MLError `SHAPE_MISMATCH`, `TARGET_INVALID`
 */
export function checkClassificationTarget(target: ClassificationTarget, rowCount: number): void {
  expectEqual('class codes, one a row', rowCount, target.codes.length)
  if (new Set(target.classes).size !== target.classes.length) {
    throw new MLError('TARGET_INVALID', 'Expected classes that all differ, got one twice.')
  }
  for (let row = 0; row < rowCount; row++) {
    const code = target.codes[row]
    if (code < 0 || code >= target.classes.length) {
      throw new MLError(
        'TARGET_INVALID',
        `Expected class codes from 0 to ${target.classes.length - 1}, got ${code} in row ${row}. Leave out rows without a class.`,
        { details: { row, received: code } },
      )
    }
  }
}

/**
 * Weight of each row, 1 where none are given.
 *
 * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `INPUT_INVALID` for negative weights or none above 0
 */
export function sampleWeightsOf(options: FitOptions | undefined, rowCount: number): Float64Array {
  const weights = options?.sampleWeights
  if (!weights) return new Float64Array(rowCount).fill(1)
  expectEqual('sample weights, one a row', rowCount, weights.length)
  checkFinite(weights, (at) => `the sample weight of row ${at}`)
  if (weights.some((weight) => weight < 0) || !weights.some((weight) => weight > 0)) {
    throw new MLError('INPUT_INVALID', 'Expected sample weights of at least 0, one of them above, got others.')
  }
  if (!Number.isFinite(weights.reduce((sum, weight) => sum + weight, 0))) {
    throw new MLError('INPUT_INVALID', 'Expected sample weights with a finite sum, got larger ones. Only their proportions matter: scale them down.')
  }
  return weights.slice()
}

/**
 * Weight of each row of a classifier's fit: its sample weight, times the weight of its class, times what makes the classes weigh the
 * same where they are to be balanced.
 *
 * Balanced classes weigh as in scikit-learn: rows / (classes · rows of the class), counting rows that weigh something.
 *
 * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `INPUT_INVALID` for negative weights or none above 0, `TARGET_ONE_CLASS` when
 *   fewer than two classes have a row that weighs anything
 */
export function classifierWeights(
  y: ClassificationTarget, options: FitOptions | undefined, classWeight: 'none' | 'balanced' = 'none',
): Float64Array {
  const weights = sampleWeightsOf(options, y.codes.length)
  const perClass = classWeightsOf(options, y.classes.length)
  const counts = new Float64Array(y.classes.length)
  for (let row = 0; row < weights.length; row++) {
    weights[row] *= perClass[y.codes[row]]
    if (weights[row] > 0) counts[y.codes[row]]++
  }
  const present = counts.filter((count) => count > 0).length
  if (present < 2) {
    throw new MLError('TARGET_ONE_CLASS', 'Expected rows of at least two classes, got one class. There is nothing to tell apart.')
  }
  if (classWeight === 'balanced') {
    for (let row = 0; row < weights.length; row++) weights[row] *= weights.length / (present * Math.max(counts[y.codes[row]], 1))
  }
  return weights
}

function classWeightsOf(options: FitOptions | undefined, classCount: number): Float64Array {
  const weights = options?.classWeights
  if (!weights) return new Float64Array(classCount).fill(1)
  expectEqual('class weights, one a class', classCount, weights.length)
  checkFinite(weights, (at) => `the weight of class ${at}`)
  if (weights.some((weight) => weight < 0)) {
    throw new MLError('INPUT_INVALID', 'Expected class weights of at least 0, got a negative one. Leave out the rows of a class with 0.')
  }
  return weights
}

/** @throws MLError `CANCELLED` when the signal has been aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new MLError('CANCELLED', 'The caller cancelled this fit; nothing was learned.')
}

/** @throws MLError `VALUE_NOT_FINITE`, saying where */
export function checkFinite(values: Float32Array | Float64Array, place: (at: number) => string): void {
  for (let at = 0; at < values.length; at++) if (!Number.isFinite(values[at])) throw notFinite(values[at], place(at))
}

/** NaN passes. */
function checkNotInfinite(values: Float32Array, place: (at: number) => string): void {
  for (let at = 0; at < values.length; at++) {
    if (values[at] === Infinity || values[at] === -Infinity) throw notFinite(values[at], place(at))
  }
}

/** @throws MLError `SHAPE_MISMATCH` */
export function expectEqual(what: string, expected: number, received: number): void {
  if (expected !== received) throw shapeMismatch(`${expected} for the ${what}`, String(received))
}

export function shapeMismatch(expected: string, received: string): MLError {
  return new MLError('SHAPE_MISMATCH', `Expected ${expected}, got ${received}.`, { details: { expected, received } })
}

function widthMismatch(learned: FeatureWidths, denseCount: number, sparseCount: number): MLError {
  return shapeMismatch(
    `the ${learned.denseCount} dense and ${learned.sparseCount} sparse columns that were learned`,
    `${denseCount} dense and ${sparseCount} sparse ones`,
  )
}

const columnTooLarge = (columnCount: number, column: number): MLError =>
  shapeMismatch(`sparse columns below ${columnCount}`, `column ${column}`)

function notFinite(value: number, place: string): MLError {
  return new MLError('VALUE_NOT_FINITE', `Expected finite numbers, got ${value} at ${place}. Impute missing values first.`, {
    details: { place, received: String(value) },
  })
}

/** @throws MLError `FEATURES_EMPTY` */
export function expectFeatures(matrix: FeatureMatrix): void {
  if (featureCount(matrix) === 0) throw new MLError('FEATURES_EMPTY', 'Expected at least one feature to learn from, got none.')
}
