import type { ClassificationTarget, ClassifierEstimator, FitOptions } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import {
  checkClassificationTarget, checkTrainingMatrix, classifierWeights, expectFeatures, shapeMismatch, throwIfAborted, widthsOf,
} from '../input-check.js'
import { FittedLogisticRegression, outputsFor } from './fitted-logistic-regression.js'
import { type LinearMemory, withLinearMemory } from './linear-memory.js'
import { LinearRows } from './linear-rows.js'
import { solveLinear } from './linear-solver.js'
import { BinaryLogLoss, SoftmaxLoss } from './margin-loss.js'
import { solveSparseWeights } from './sparse-weights-solver.js'
import { watchSolver } from './watch-solver.js'

export const logisticRegressionSchema = {
  C: {
    type: 'number', default: 10, minimum: 0, exclusiveMinimum: true, maximum: 1e9,
    description: 'How much the data weighs against the penalty on large weights.',
  },
  l1Ratio: {
    type: 'number', default: 0, minimum: 0, maximum: 1,
    description: 'Share of the penalty that is on the sizes of weights (L1), the rest on their squares; above 0 some weights are exactly 0.',
  },
  maxIterations: {
    type: 'number', default: 1000, minimum: 1, maximum: 1e6, integer: true,
    description: 'Stop after so many iterations, converged or not.',
  },
  tolerance: {
    type: 'number', default: 1e-3, minimum: 1e-14, maximum: 0.5,
    description: 'Stop within about this share of the smallest objective.',
  },
  classWeight: {
    type: 'choice', default: 'none', options: ['none', 'balanced'],
    description: 'balanced: every class weighs the same, however many rows it has.',
  },
} as const satisfies HyperparameterSchema

export type LogisticRegressionHyperparameters = Hyperparameters<typeof logisticRegressionSchema>

/**
 * Share of p (1 − p), at the share p of a class, that is taken for the second derivative of the loss: fitted probabilities are much
 * surer than class shares. It changes how fast the solver is, not where it arrives; 0.02 to 0.2 did about equally well on tickets.
 */
const curvatureShare = 0.05

/**
 * Multinomial logistic regression, or binary for two classes, with an L2 or elastic net penalty that leaves intercepts alone. It
 * minimises what scikit-learn's `LogisticRegression` does: C · Σ weight · log-loss + ½ (1 − l1Ratio) ‖weights‖² + l1Ratio Σ |weights|.
 *
 * Dense features should be of about one scale. Cost per iteration: two passes over the non-zero values times the classes. Weights
 * are stored as 32-bit floats. The L2 penalty by itself has the faster solver (`solveLinear`); with a part of L1, which leaves weights
 * of little use exactly 0, it is `solveSparseWeights`.
 *
 * Where we differ: `tolerance` is a share of the objective, not a size of the gradient; a class without rows gets a small
 * probability instead of being dropped.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @example
 * const fitted = new LogisticRegression({ C: 10 }).fit(X, { classes: ['hardware', 'network'], codes })
 */
export class LogisticRegression implements ClassifierEstimator {
  readonly kind = 'logistic-regression'
  readonly acceptsMissing = false
  readonly hyperparameters: LogisticRegressionHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('logistic-regression', logisticRegressionSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: ClassificationTarget, options: FitOptions = {}): FittedLogisticRegression {
    throwIfAborted(options.signal)
    checkTrainingMatrix(X)
    checkClassificationTarget(y, X.rowCount)
    expectFeatures(X)
    return withLinearMemory(LinearRows.bytesFor(X, outputsFor(y.classes.length)), (memory) => this.#fit(X, y, options, memory))
  }

  #fit(X: FeatureMatrix, y: ClassificationTarget, options: FitOptions, memory: LinearMemory): FittedLogisticRegression {
    const { rowWeights, totalWeight, shares } = weigh(y, classifierWeights(y, options, this.hyperparameters.classWeight))
    const outputs = outputsFor(y.classes.length)
    const rows = new LinearRows(X, outputs, memory)
    const target = { codes: y.codes, rowWeights }
    const { C, l1Ratio, tolerance, maxIterations } = this.hyperparameters
    const penalty = 1 / (C * totalWeight)
    const problem = {
      rows,
      loss: outputs === 1 ? new BinaryLogLoss(target) : new SoftmaxLoss(target, outputs, memory),
      weights: startingWeights(X, y, rows, shares, options.startFrom),
      curvature: guessCurvature(rows, rowWeights, shares, penalty * (1 - l1Ratio)),
      maxIterations,
      onIteration: watchSolver(options, this.hyperparameters),
    }
    const solution = l1Ratio === 0
      ? solveLinear({ ...problem, penalty, tolerance })
      : solveSparseWeights({ ...problem, l1: penalty * l1Ratio, l2: penalty * (1 - l1Ratio), tolerance: tolerance / 10 })
    const weights = new Float32Array((widthsOf(X).denseCount + widthsOf(X).sparseCount) * outputs)
    rows.scatter(solution.weights, weights)
    options.onProgress?.(1)
    return new FittedLogisticRegression({
      classes: [...y.classes],
      widths: widthsOf(X),
      weights,
      intercepts: centered(solution.weights.slice(rows.featureCount * outputs)),
      iterations: solution.iterations,
      converged: solution.converged,
    })
  }
}

interface WeighedRows {
  /** shape (rows,), sum 1 */
  readonly rowWeights: Float64Array
  /** Their sum before they were divided by it. */
  readonly totalWeight: number
  /** Of each class in the weights, none 0. */
  readonly shares: Float64Array
}

function weigh(y: ClassificationTarget, rowWeights: Float64Array): WeighedRows {
  const shares = new Float64Array(y.classes.length).fill(0.5)
  let totalWeight = 0
  for (let row = 0; row < rowWeights.length; row++) {
    shares[y.codes[row]] += rowWeights[row]
    totalWeight += rowWeights[row]
  }
  for (let row = 0; row < rowWeights.length; row++) rowWeights[row] /= totalWeight
  for (let code = 0; code < shares.length; code++) shares[code] /= totalWeight + 0.5 * shares.length
  return { rowWeights, totalWeight, shares }
}

function startingWeights(
  X: FeatureMatrix, y: ClassificationTarget, rows: LinearRows, shares: Float64Array, startFrom: FitOptions['startFrom'],
): Float64Array {
  if (startFrom instanceof FittedLogisticRegression) {
    const { denseCount, sparseCount } = widthsOf(X)
    const fits = startFrom.widths.denseCount === denseCount && startFrom.widths.sparseCount === sparseCount &&
      startFrom.classes.length === y.classes.length && startFrom.classes.every((name, code) => name === y.classes[code])
    if (!fits) throw shapeMismatch('a model of the same classes and features to start from', 'another')
    return rows.gather(startFrom.weights, startFrom.intercepts)
  }
  const weights = new Float64Array(rows.weightCount)
  const intercepts = weights.subarray(rows.featureCount * rows.outputs)
  if (rows.outputs === 1) intercepts[0] = Math.log(shares[1] / shares[0])
  else for (let code = 0; code < rows.outputs; code++) intercepts[code] = Math.log(shares[code])
  return weights
}

/** Of several intercepts only the differences matter: let them sum to 0. */
function centered(intercepts: Float64Array): Float64Array {
  if (intercepts.length === 1) return intercepts
  const mean = intercepts.reduce((sum, intercept) => sum + intercept, 0) / intercepts.length
  return intercepts.map((intercept) => intercept - mean)
}

function guessCurvature(rows: LinearRows, rowWeights: Float64Array, shares: Float64Array, penalty: number): Float64Array {
  const { outputs, featureCount } = rows
  const squares = rows.squareSums(rowWeights)
  const curvature = new Float64Array(rows.weightCount)
  for (let k = 0; k < outputs; k++) {
    const variance = curvatureShare * shares[k] * (1 - shares[k])
    for (let feature = 0; feature < featureCount; feature++) {
      curvature[feature * outputs + k] = penalty + variance * squares[feature] || 1
    }
    curvature[featureCount * outputs + k] = variance
  }
  return curvature
}
