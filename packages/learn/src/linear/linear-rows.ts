import type { DenseRows, FeatureMatrix, SparseRows } from '../feature-matrix.js'
import { addSparseProduct, type SparseLines, transposeLines } from './sparse-product.js'

/**
 * Rows laid out for fitting a linear model with some outputs: margins = X W + b, and the way back, Xᵀ R.
 *
 * Weights are one array: `outputs` numbers for each feature, then `outputs` intercepts. Sparse columns without a value have no
 * weight here; the others are numbered by falling frequency, so that the weights used most lie together. The way there walks rows
 * and the way back walks columns, so each writes its results once.
 */
export class LinearRows {
  readonly rowCount: number
  readonly outputs: number
  /** Features that have a weight here: the dense columns, then the sparse columns in use. */
  readonly featureCount: number
  readonly #dense: DenseRows
  readonly #rows: SparseLines
  readonly #columns: SparseLines
  /** The matrix's number of each feature. */
  readonly #originals: Uint32Array

  constructor(matrix: FeatureMatrix, outputs: number) {
    this.rowCount = matrix.rowCount
    this.outputs = outputs
    this.#dense = matrix.dense ?? { rowCount: matrix.rowCount, columnCount: 0, values: new Float32Array(0) }
    const width = this.#dense.columnCount
    const sparse = matrix.sparse ?? emptySparseRows(matrix.rowCount)
    const frequencies = new Uint32Array(sparse.columnCount)
    for (const column of sparse.columnIndices) frequencies[column]++
    const used = Uint32Array.from(frequencies.keys())
      .filter((column) => frequencies[column] > 0)
      .sort((a, b) => frequencies[b] - frequencies[a] || a - b)
    const numberOf = new Uint32Array(sparse.columnCount)
    used.forEach((column, number) => (numberOf[column] = number))
    const indices = sparse.columnIndices.map((column) => numberOf[column])
    this.#rows = { pointers: sparse.rowPointers, indices, values: sparse.values }
    this.#columns = transposeLines(this.#rows, used.length)
    this.featureCount = width + used.length
    this.#originals = new Uint32Array(this.featureCount)
    for (let feature = 0; feature < this.featureCount; feature++) {
      this.#originals[feature] = feature < width ? feature : width + used[feature - width]
    }
  }

  /** Numbers in a weight array. */
  get weightCount(): number {
    return (this.featureCount + 1) * this.outputs
  }

  /** margins = X W + b, shape (rows, outputs). */
  forward(weights: Float64Array, margins: Float64Array): void {
    const outputs = this.outputs
    const { columnCount: width, values } = this.#dense
    const intercepts = weights.subarray(this.featureCount * outputs)
    for (let row = 0, to = 0; row < this.rowCount; row++, to += outputs) {
      for (let k = 0; k < outputs; k++) margins[to + k] = intercepts[k]
      for (let c = 0, i = row * width; c < width; c++, i++) {
        for (let k = 0; k < outputs; k++) margins[to + k] += values[i] * weights[c * outputs + k]
      }
    }
    addSparseProduct(this.#rows, weights.subarray(width * outputs), outputs, margins)
  }

  /** gradient = Xᵀ R for residuals of shape (rows, outputs), and their sums for the intercepts. */
  backward(residuals: Float64Array, gradient: Float64Array): void {
    const outputs = this.outputs
    const { columnCount: width, values } = this.#dense
    gradient.fill(0)
    const sums = gradient.subarray(this.featureCount * outputs)
    for (let row = 0, from = 0; row < this.rowCount; row++, from += outputs) {
      for (let k = 0; k < outputs; k++) sums[k] += residuals[from + k]
      for (let c = 0, i = row * width; c < width; c++, i++) {
        for (let k = 0; k < outputs; k++) gradient[c * outputs + k] += values[i] * residuals[from + k]
      }
    }
    addSparseProduct(this.#columns, residuals, outputs, gradient.subarray(width * outputs))
  }

  /** Σ rowWeights[row] · x² of each feature, shape (featureCount,). */
  squareSums(rowWeights: Float64Array): Float64Array {
    const sums = new Float64Array(this.featureCount)
    const { columnCount: width, values: dense } = this.#dense
    for (let row = 0; row < this.rowCount; row++) {
      for (let c = 0; c < width; c++) sums[c] += rowWeights[row] * dense[row * width + c] ** 2
    }
    const { pointers, indices, values } = this.#columns
    for (let column = 0; column + 1 < pointers.length; column++) {
      for (let i = pointers[column]; i < pointers[column + 1]; i++) sums[width + column] += rowWeights[indices[i]] * values[i] ** 2
    }
    return sums
  }

  /** From weights of the matrix's features, shape (features, outputs), and intercepts to a weight array of ours. */
  gather(weights: ArrayLike<number>, intercepts: ArrayLike<number>): Float64Array {
    const outputs = this.outputs
    const own = new Float64Array(this.weightCount)
    for (let feature = 0; feature < this.featureCount; feature++) {
      for (let k = 0; k < outputs; k++) own[feature * outputs + k] = weights[this.#originals[feature] * outputs + k]
    }
    for (let k = 0; k < outputs; k++) own[this.featureCount * outputs + k] = intercepts[k]
    return own
  }

  /** The way back, into weights of all the matrix's features, shape (features, outputs); those of features not in use stay. */
  scatter(own: Float64Array, weights: Float32Array | Float64Array): void {
    const outputs = this.outputs
    for (let feature = 0; feature < this.featureCount; feature++) {
      for (let k = 0; k < outputs; k++) weights[this.#originals[feature] * outputs + k] = own[feature * outputs + k]
    }
  }
}

function emptySparseRows(rowCount: number): SparseRows {
  const nothing = { columnIndices: new Uint32Array(0), values: new Float32Array(0) }
  return { rowCount, columnCount: 0, rowPointers: new Uint32Array(rowCount + 1), ...nothing }
}
