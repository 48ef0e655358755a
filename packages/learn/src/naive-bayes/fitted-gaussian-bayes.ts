import type { FittedClassifier } from '../estimator.js'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { checkPredictionMatrix, checkPredictionRow, expectEqual, type FeatureWidths } from '../input-check.js'
import { softmax } from '../linear/softmax.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'

const format = 'gaussian-naive-bayes/1'
/** A log-likelihood no lower than this keeps sums of them finite. */
const lowest = -1e300

/** Log-likelihood of the classes by a mean and a variance of each feature in each class. */
export class FittedGaussianBayes implements FittedClassifier {
  readonly format = format
  readonly classes: readonly string[]
  readonly widths: FeatureWidths
  /** shape (classes,) */
  readonly logPriors: Float64Array
  /** shape (features, classes), row-major */
  readonly means: Float64Array
  /** Same shape, above 0. */
  readonly variances: Float64Array
  /** Log-likelihood without the dense features and with sparse ones of 0, shape (classes,). */
  readonly #base: Float64Array

  constructor(classes: readonly string[], widths: FeatureWidths, logPriors: Float64Array, means: Float64Array, variances: Float64Array) {
    this.classes = classes
    this.widths = widths
    this.logPriors = logPriors
    this.means = means
    this.variances = variances
    this.#base = logPriors.slice()
    for (let at = 0; at < means.length; at++) {
      const isSparse = at >= widths.denseCount * classes.length
      this.#base[at % classes.length] -= (Math.log(variances[at]) + (isSparse ? (means[at] * means[at]) / variances[at] : 0)) / 2
    }
  }

  get featureCount(): number {
    return this.widths.denseCount + this.widths.sparseCount
  }

  get sizeBytes(): number {
    return 2 * this.means.byteLength + 2 * this.logPriors.byteLength + this.classes.reduce((sum, name) => sum + 2 * name.length, 0)
  }

  predictProbabilities(X: FeatureMatrix): Float64Array {
    checkPredictionMatrix(X, this.widths)
    const width = this.widths.denseCount
    const { length: classCount } = this.classes
    const probabilities = new Float64Array(X.rowCount * classCount)
    for (let row = 0; row < X.rowCount; row++) {
      const out = probabilities.subarray(row * classCount, (row + 1) * classCount)
      out.set(this.#base)
      for (let c = 0; X.dense && c < width; c++) this.#addDense(c, X.dense.values[row * width + c], out)
      for (let i = X.sparse?.rowPointers[row] ?? 0; X.sparse && i < X.sparse.rowPointers[row + 1]; i++) {
        this.#addSparse(width + X.sparse.columnIndices[i], X.sparse.values[i], out)
      }
      finish(out)
    }
    return probabilities
  }

  predictRow(row: FeatureRow, out: Float64Array): void {
    checkPredictionRow(row, this.widths)
    if (out.length !== this.classes.length) expectEqual('length of the output, one a class', this.classes.length, out.length)
    out.set(this.#base)
    for (let c = 0; c < row.dense.length; c++) this.#addDense(c, row.dense[c], out)
    for (let i = 0; i < row.sparseCount; i++) this.#addSparse(this.widths.denseCount + row.sparseIndices[i], row.sparseValues[i], out)
    finish(out)
  }

  #addDense(feature: number, value: number, out: Float64Array): void {
    for (let k = 0, at = feature * out.length; k < out.length; k++, at++) {
      const distance = value - this.means[at]
      out[k] -= (distance * distance) / this.variances[at] / 2
    }
  }

  /** The base has a 0 in its place. */
  #addSparse(feature: number, value: number, out: Float64Array): void {
    for (let k = 0, at = feature * out.length; k < out.length; k++, at++) {
      out[k] -= (value * (value - 2 * this.means[at])) / this.variances[at] / 2
    }
  }

  toState(): ModelState {
    const { classes, widths } = this
    const shape = [this.featureCount, classes.length]
    return {
      format,
      json: { classes: [...classes], denseCount: widths.denseCount, sparseCount: widths.sparseCount },
      tensors: {
        logPriors: { dtype: 'F64', shape: [classes.length], data: this.logPriors.slice() },
        means: { dtype: 'F64', shape, data: this.means.slice() },
        variances: { dtype: 'F64', shape, data: this.variances.slice() },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedGaussianBayes {
    const reader = new ModelStateReader(state, format)
    const classes = reader.strings('classes', 2)
    const widths = reader.widths()
    const shape = [widths.denseCount + widths.sparseCount, classes.length]
    const variances = reader.tensor('variances', 'F64', shape)
    const wrong = variances.findIndex((variance) => !(variance > 0))
    if (wrong >= 0) throw reader.fail('variances above 0', `${variances[wrong]}`)
    return new FittedGaussianBayes(
      [...classes], widths, reader.tensor('logPriors', 'F64', [classes.length]).slice(), reader.tensor('means', 'F64', shape).slice(), variances.slice(),
    )
  }
}

function finish(out: Float64Array): void {
  for (let k = 0; k < out.length; k++) if (!(out[k] > lowest)) out[k] = lowest
  softmax(out)
}
