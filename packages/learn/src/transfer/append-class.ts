import { MLError } from '@motadata/core'
import type { FeatureMatrix } from '../feature-matrix.js'
import { checkPredictionMatrix, checkTrainingMatrix } from '../input-check.js'
import { FittedLogisticRegression } from '../linear/fitted-logistic-regression.js'
import { LinearRows } from '../linear/linear-rows.js'
import { solveLinear } from '../linear/linear-solver.js'
import { BinaryLogLoss, type MarginLoss } from '../linear/margin-loss.js'

export interface AppendClassOptions {
  /** The class to add; not one of the model's. */
  readonly label: string
  /** Rows of the new class, one or more. */
  readonly examples: FeatureMatrix
  /** Rows of the known classes, such as a `ReservoirSample` of what the model learned from: a few hundred are enough. */
  readonly known: FeatureMatrix
  /** Share of rows to come that will be of the new class, above 0 and below 1; as of one class among all when absent. */
  readonly expectedShare?: number
  /** How much the examples weigh against the penalty on large weights; 10 when absent. */
  readonly C?: number
}

/**
 * A logistic regression with one class more, without learning the others again: only the new class gets weights, the smallest that
 * tell its examples from the known rows as well as the penalty lets them. What the model thinks of the known classes among each other
 * stays as it is.
 *
 * The margin of the new class competes with the log-sum of the others: a binary logistic regression with that offset. Its weights lie
 * near the mean of the examples less that of the known rows, which is where the search starts to go. Cost: a few passes over both.
 *
 * @throws MLError `INPUT_INVALID`, `SHAPE_MISMATCH`, `DATA_EMPTY`, `VALUE_NOT_FINITE`
 * @example
 * appendClass(fitted, { label: 'badge', examples, known }).classes // => ['access', 'hardware', 'badge']
 */
export function appendClass(fitted: FittedLogisticRegression, options: AppendClassOptions): FittedLogisticRegression {
  const { label, examples, known, expectedShare = 1 / (fitted.classes.length + 1), C = 10 } = options
  if (fitted.classes.includes(label)) throw new MLError('INPUT_INVALID', `Expected a class that the model does not know, got '${label.slice(0, 80)}'.`)
  if (!(expectedShare > 0 && expectedShare < 1)) throw new MLError('INPUT_INVALID', `Expected an expected share above 0 and below 1, got ${expectedShare}.`)
  if (!(C > 0 && Number.isFinite(C))) throw new MLError('INPUT_INVALID', `Expected a finite C above 0, got ${C}.`)
  for (const matrix of [examples, known]) {
    checkTrainingMatrix(matrix)
    checkPredictionMatrix(matrix, fitted.widths)
  }
  const X = stack(known, examples)
  const codes = Int32Array.from({ length: X.rowCount }, (_, row) => (row < known.rowCount ? 0 : 1))
  const rowWeights = Float64Array.from(codes, (code) => (code === 1 ? expectedShare / examples.rowCount : (1 - expectedShare) / known.rowCount))
  const outputs = fitted.classes.length
  const { weights, intercepts } = widen(fitted)
  const rows = new LinearRows(X, 1)
  const penalty = 1 / (C * X.rowCount)
  const start = new Float64Array(rows.weightCount)
  const squares = rows.squareSums(rowWeights)
  const curvature = Float64Array.from(start, (_, at) => (at < squares.length ? penalty + 0.05 * squares[at] : 0.05))
  const offsets = logSums(X, weights, intercepts, outputs)
  start[rows.featureCount] = Math.log(expectedShare / (1 - expectedShare)) + offsets.reduce((sum, offset) => sum + offset, 0) / offsets.length
  const solution = solveLinear({
    rows, loss: new OffsetLogLoss({ codes, rowWeights }, offsets), penalty, weights: start, curvature, tolerance: 1e-4, maxIterations: 200,
  })
  const own = new Float32Array(fitted.featureCount)
  rows.scatter(solution.weights, own)
  return new FittedLogisticRegression({
    classes: [...fitted.classes, label], widths: fitted.widths, iterations: solution.iterations, converged: solution.converged,
    weights: interleave(weights, own, outputs), intercepts: Float64Array.of(...intercepts, solution.weights[rows.featureCount]),
  })
}

/** The log-loss of a margin less what the row's other classes have together. */
class OffsetLogLoss implements MarginLoss {
  readonly outputs = 1
  readonly #loss: BinaryLogLoss
  readonly #offsets: Float64Array
  readonly #margins: Float64Array

  constructor(target: { readonly codes: Int32Array; readonly rowWeights: Float64Array }, offsets: Float64Array) {
    this.#loss = new BinaryLogLoss(target)
    this.#offsets = offsets
    this.#margins = new Float64Array(offsets.length)
  }

  evaluate(margins: Float64Array, residuals: Float64Array): number {
    for (let row = 0; row < margins.length; row++) this.#margins[row] = margins[row] - this.#offsets[row]
    return this.#loss.evaluate(this.#margins, residuals)
  }

  curvatureAlong(direction: Float64Array, residuals: Float64Array): number {
    return this.#loss.curvatureAlong(direction, residuals)
  }
}

/** Weights and intercepts with one output a class, also of two classes, which have one between them. */
function widen({ classes, weights, intercepts }: FittedLogisticRegression): { readonly weights: Float32Array; readonly intercepts: Float64Array } {
  if (classes.length !== 2) return { weights, intercepts }
  return { weights: interleave(new Float32Array(weights.length), weights, 1), intercepts: Float64Array.of(0, intercepts[0]) }
}

/** Weights of some outputs a feature, and one output more. */
function interleave(weights: Float32Array, own: Float32Array, outputs: number): Float32Array {
  const joined = new Float32Array(weights.length + own.length)
  for (let feature = 0; feature < own.length; feature++) {
    for (let k = 0; k < outputs; k++) joined[feature * (outputs + 1) + k] = weights[feature * outputs + k]
    joined[feature * (outputs + 1) + outputs] = own[feature]
  }
  return joined
}

/** ln Σ exp(margin) of each row's known classes. */
function logSums(X: FeatureMatrix, weights: Float32Array, intercepts: Float64Array, outputs: number): Float64Array {
  const rows = new LinearRows(X, outputs)
  const margins = new Float64Array(X.rowCount * outputs)
  rows.forward(rows.gather(weights, intercepts), margins)
  return Float64Array.from({ length: X.rowCount }, (_, row) => {
    const own = margins.subarray(row * outputs, (row + 1) * outputs)
    const largest = Math.max(...own)
    return largest + Math.log(own.reduce((sum, margin) => sum + Math.exp(margin - largest), 0))
  })
}

function stack(first: FeatureMatrix, second: FeatureMatrix): FeatureMatrix {
  const rowCount = first.rowCount + second.rowCount
  const { dense, sparse } = first
  return {
    rowCount,
    ...(dense && { dense: { rowCount, columnCount: dense.columnCount, values: join(dense.values, second.dense!.values) } }),
    ...(sparse && {
      sparse: {
        rowCount, columnCount: sparse.columnCount,
        rowPointers: Uint32Array.from({ length: rowCount + 1 }, (_, row) =>
          row <= first.rowCount ? sparse.rowPointers[row] : sparse.values.length + second.sparse!.rowPointers[row - first.rowCount]),
        columnIndices: join(sparse.columnIndices, second.sparse!.columnIndices),
        values: join(sparse.values, second.sparse!.values),
      },
    }),
  }
}

function join<Numbers extends Float32Array | Uint32Array>(first: Numbers, second: Numbers): Numbers {
  const joined = new (first.constructor as new (length: number) => Numbers)(first.length + second.length)
  joined.set(first)
  joined.set(second, first.length)
  return joined
}
