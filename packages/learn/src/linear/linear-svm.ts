import { fitTemperature } from '../calibration/temperature-calibrator.js'
import type { ClassificationTarget, ClassifierEstimator, FitOptions } from '../estimator.js'
import { type FeatureMatrix, selectMatrixRows } from '../feature-matrix.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import {
  checkClassificationTarget, checkTrainingMatrix, classifierWeights, expectFeatures, throwIfAborted, widthsOf,
} from '../input-check.js'
import { crossFitProbabilities } from '../model-selection/cross-fit.js'
import { descendDual } from './dual-coordinate-descent.js'
import { outputsFor } from './fitted-logistic-regression.js'
import { FittedLinearSVM } from './fitted-linear-svm.js'

export const linearSVMSchema = {
  C: {
    type: 'number', default: 1, minimum: 0, exclusiveMinimum: true, maximum: 1e9,
    description: 'How much the data weighs against the penalty on large weights.',
  },
  loss: {
    type: 'choice', default: 'squared-hinge', options: ['squared-hinge', 'hinge'],
    description: 'What a row within the margin costs: the square of how far, or how far.',
  },
  maxIterations: {
    type: 'number', default: 1000, minimum: 1, maximum: 1e6, integer: true,
    description: 'Stop after so many passes over the rows, converged or not.',
  },
  tolerance: {
    type: 'number', default: 0.01, minimum: 1e-12, maximum: 1,
    description: 'Stop when no row would move its margin by more than about this.',
  },
  classWeight: {
    type: 'choice', default: 'none', options: ['none', 'balanced'],
    description: 'balanced: every class weighs the same, however many rows it has.',
  },
  calibrationFolds: {
    type: 'number', default: 3, minimum: 0, maximum: 20, integer: true,
    description: 'Folds that probabilities are calibrated on, each a fit more; below 2: probabilities are the softmax of the scores as they are.',
  },
} as const satisfies HyperparameterSchema

export type LinearSVMHyperparameters = Hyperparameters<typeof linearSVMSchema>

/** Share of the work that calibration is, when there is one. */
const calibrationShare = 0.7

/**
 * Linear support vector machine, one class against the rest, as scikit-learn's `LinearSVC`: ½ ‖weights‖² + ½ intercept² +
 * C · Σ weight · hinge or its square; the intercept is penalised as a weight is. By dual coordinate descent (see `descendDual`).
 *
 * The machine gives scores, not probabilities (`decisionScores`). Probabilities are the softmax of the scores over a temperature, which
 * makes the log-loss least on scores of rows by machines that did not learn from them: the order of classes stays that of the scores.
 * Where fewer than two classes have two rows, there is nothing to calibrate on and the temperature is 1.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @see Hsieh et al. (2008), "A dual coordinate descent method for large-scale linear SVM".
 * @example
 * const fitted = new LinearSVM({ C: 1 }).fit(X, { classes: ['hardware', 'network'], codes })
 * fitted.decisionScores(X) // shape (rows, classes)
 */
export class LinearSVM implements ClassifierEstimator {
  readonly kind = 'linear-svm'
  readonly acceptsMissing = false
  readonly hyperparameters: LinearSVMHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('linear-svm', linearSVMSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: ClassificationTarget, options: FitOptions = {}): FittedLinearSVM {
    throwIfAborted(options.signal)
    checkTrainingMatrix(X)
    checkClassificationTarget(y, X.rowCount)
    expectFeatures(X)
    const { C, loss, tolerance, maxIterations, classWeight } = this.hyperparameters
    const { signal, onProgress, seed = 0 } = options
    const rowWeights = classifierWeights(y, options, classWeight)
    const temperature = this.#calibrate(X, y, rowWeights, options)
    const done = temperature === undefined ? 0 : calibrationShare
    const outputs = outputsFor(y.classes.length)
    const found = descendDual(X, {
      outputs, loss, tolerance, maxIterations, seed,
      costs: rowWeights.map((weight) => C * weight),
      sideOf: outputs === 1 ? (row) => (y.codes[row] === 1 ? 1 : -1) : (row, output) => (y.codes[row] === output ? 1 : -1),
      ...(signal && { signal }),
      ...(onProgress && { onProgress: (share: number) => onProgress(done + (1 - done) * share) }),
    })
    onProgress?.(1)
    return new FittedLinearSVM({
      classes: [...y.classes],
      widths: widthsOf(X),
      weights: Float32Array.from(found.weights),
      intercepts: found.intercepts,
      temperature: temperature ?? 1,
      iterations: found.iterations,
      converged: found.converged,
    })
  }

  /** The temperature that suits scores of rows that were not learned from; undefined where there are too few rows. */
  #calibrate(X: FeatureMatrix, y: ClassificationTarget, rowWeights: Float64Array, options: FitOptions): number | undefined {
    const { calibrationFolds: foldCount, ...rest } = this.hyperparameters
    const rows = Uint32Array.from(rowWeights.keys()).filter((row) => rowWeights[row] > 0)
    const codes = Int32Array.from(rows, (row) => y.codes[row])
    const counts = new Uint32Array(y.classes.length)
    for (const code of codes) counts[code]++
    if (foldCount < 2 || rows.length < foldCount || counts.filter((count) => count > 1).length < 2) return undefined
    const { signal, onProgress, seed = 0 } = options
    const probabilities = crossFitProbabilities(
      new LinearSVM({ ...rest, classWeight: 'none', calibrationFolds: 0 }), selectMatrixRows(X, rows), { classes: y.classes, codes },
      {
        foldCount, seed, sampleWeights: Float64Array.from(rows, (row) => rowWeights[row]),
        ...(signal && { signal }), ...(onProgress && { onProgress: (share: number) => onProgress(calibrationShare * share) }),
      },
    )
    return fitTemperature({ codes, probabilities, classCount: y.classes.length }).temperature
  }
}
