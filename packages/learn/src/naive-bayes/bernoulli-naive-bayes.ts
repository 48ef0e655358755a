import type { ClassificationTarget, ClassifierEstimator, FitOptions, FittedClassifier } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { type Hyperparameters, type HyperparameterSchema, resolveHyperparameters } from '../hyperparameters.js'
import {
  checkClassificationTarget, checkPredictionMatrix, checkPredictionRow, checkTrainingMatrix, classifierWeights, expectEqual, expectFeatures,
  type FeatureWidths, throwIfAborted, widthsOf,
} from '../input-check.js'
import { softmax } from '../linear/softmax.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { classSums, logPriors } from './class-sums.js'

const format = 'bernoulli-naive-bayes/1'

export const bernoulliNaiveBayesSchema = {
  alpha: {
    type: 'number', default: 1, minimum: 1e-10, maximum: 1e9,
    description: 'Added to the rows with and without each feature.',
  },
} as const satisfies HyperparameterSchema

export type BernoulliNaiveBayesHyperparameters = Hyperparameters<typeof bernoulliNaiveBayesSchema>

/**
 * Bernoulli naive Bayes: whether a word stands in a text, not how often, so that its absence speaks too; as scikit-learn's
 * `BernoulliNB`. A value above 0 is a yes. Cost: one pass over the non-zero values.
 *
 * Where we differ: a class without rows counts as half a row in which every word is as likely as not.
 *
 * @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 * @see McCallum and Nigam (1998), "A comparison of event models for naive Bayes text classification".
 * @example
 * new BernoulliNaiveBayes().fit({ rowCount, sparse: words }, y)
 */
export class BernoulliNaiveBayes implements ClassifierEstimator {
  readonly kind = 'bernoulli-naive-bayes'
  readonly acceptsMissing = false
  readonly hyperparameters: BernoulliNaiveBayesHyperparameters

  constructor(hyperparameters: Readonly<Record<string, unknown>> = {}) {
    this.hyperparameters = resolveHyperparameters('bernoulli-naive-bayes', bernoulliNaiveBayesSchema, hyperparameters)
  }

  fit(X: FeatureMatrix, y: ClassificationTarget, options: FitOptions = {}): FittedBernoulliBayes {
    throwIfAborted(options.signal)
    checkTrainingMatrix(X)
    checkClassificationTarget(y, X.rowCount)
    expectFeatures(X)
    const { alpha } = this.hyperparameters
    const classCount = y.classes.length
    const { sums, weights } = classSums(X, y.codes, classifierWeights(y, options), classCount, (value) => (value > 0 ? 1 : 0))
    const intercepts = logPriors(weights)
    const odds = Float32Array.from(sums, (sum, at) => {
      const rows = weights[at % classCount] + 2 * alpha
      const without = Math.max(rows - alpha - sum, alpha)
      intercepts[at % classCount] += Math.log(without / rows)
      return Math.log((sum + alpha) / without)
    })
    options.onProgress?.(1)
    return new FittedBernoulliBayes([...y.classes], widthsOf(X), odds, intercepts)
  }
}

/** Log-likelihood of the classes from which features are above 0. */
export class FittedBernoulliBayes implements FittedClassifier {
  readonly format = format
  readonly classes: readonly string[]
  readonly widths: FeatureWidths
  /** shape (features, classes), row-major: what a yes adds to the class's log-likelihood over a no. */
  readonly weights: Float32Array
  /** Log-likelihood of a row of nothing but no, shape (classes,). */
  readonly intercepts: Float64Array

  constructor(classes: readonly string[], widths: FeatureWidths, weights: Float32Array, intercepts: Float64Array) {
    this.classes = classes
    this.widths = widths
    this.weights = weights
    this.intercepts = intercepts
  }

  get featureCount(): number {
    return this.widths.denseCount + this.widths.sparseCount
  }

  get sizeBytes(): number {
    return this.weights.byteLength + this.intercepts.byteLength + this.classes.reduce((sum, name) => sum + 2 * name.length, 0)
  }

  predictProbabilities(X: FeatureMatrix): Float64Array {
    checkPredictionMatrix(X, this.widths)
    const width = this.widths.denseCount
    const { length: classCount } = this.classes
    const probabilities = new Float64Array(X.rowCount * classCount)
    for (let row = 0; row < X.rowCount; row++) {
      const out = probabilities.subarray(row * classCount, (row + 1) * classCount)
      out.set(this.intercepts)
      for (let c = 0; X.dense && c < width; c++) if (X.dense.values[row * width + c] > 0) this.#add(c, out)
      for (let i = X.sparse?.rowPointers[row] ?? 0; X.sparse && i < X.sparse.rowPointers[row + 1]; i++) {
        if (X.sparse.values[i] > 0) this.#add(width + X.sparse.columnIndices[i], out)
      }
      softmax(out)
    }
    return probabilities
  }

  predictRow(row: FeatureRow, out: Float64Array): void {
    checkPredictionRow(row, this.widths)
    if (out.length !== this.classes.length) expectEqual('length of the output, one a class', this.classes.length, out.length)
    out.set(this.intercepts)
    for (let c = 0; c < row.dense.length; c++) if (row.dense[c] > 0) this.#add(c, out)
    for (let i = 0; i < row.sparseCount; i++) if (row.sparseValues[i] > 0) this.#add(this.widths.denseCount + row.sparseIndices[i], out)
    softmax(out)
  }

  #add(feature: number, out: Float64Array): void {
    for (let k = 0, at = feature * out.length; k < out.length; k++) out[k] += this.weights[at + k]
  }

  toState(): ModelState {
    const { classes, widths } = this
    return {
      format,
      json: { classes: [...classes], denseCount: widths.denseCount, sparseCount: widths.sparseCount },
      tensors: {
        weights: { dtype: 'F32', shape: [this.featureCount, classes.length], data: this.weights.slice() },
        intercepts: { dtype: 'F64', shape: [classes.length], data: this.intercepts.slice() },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedBernoulliBayes {
    const reader = new ModelStateReader(state, format)
    const classes = reader.strings('classes', 2)
    const widths = reader.widths()
    return new FittedBernoulliBayes(
      [...classes], widths,
      reader.tensor('weights', 'F32', [widths.denseCount + widths.sparseCount, classes.length]).slice(),
      reader.tensor('intercepts', 'F64', [classes.length]).slice(),
    )
  }
}
