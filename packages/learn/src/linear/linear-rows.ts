import type { DenseRows, FeatureMatrix, SparseRows } from '../feature-matrix.js'
import { type LinearMemory, ordinaryMemory } from './linear-memory.js'
import { type SparseLines, transposeLines } from './sparse-product.js'

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
  /** Where arrays lie that are multiplied fastest. */
  readonly memory: LinearMemory
  readonly #dense: DenseRows
  readonly #rows: SparseLines
  readonly #columns: SparseLines
  /** The matrix's number of each feature. */
  readonly #originals: Uint32Array

  constructor(matrix: FeatureMatrix, outputs: number, memory = ordinaryMemory) {
    this.memory = memory
    this.rowCount = matrix.rowCount
    this.outputs = outputs
    this.#dense = matrix.dense ?? { rowCount: matrix.rowCount, columnCount: 0, values: new Float32Array(0) }
    const width = this.#dense.columnCount
    const sparse = matrix.sparse ?? emptySparseRows(matrix.rowCount)
    const used = byFrequency(sparse)
    const numberOf = new Uint32Array(sparse.columnCount)
    for (let number = 0; number < used.length; number++) numberOf[used[number]] = number
    this.#rows = linesIn(memory, this.rowCount, sparse.values.length)
    this.#rows.pointers.set(sparse.rowPointers)
    this.#rows.values.set(sparse.values)
    const { indices } = this.#rows
    for (let i = 0; i < indices.length; i++) indices[i] = numberOf[sparse.columnIndices[i]]
    this.#columns = transposeLines(this.#rows, used.length, linesIn(memory, used.length, sparse.values.length))
    this.featureCount = width + used.length
    this.#originals = new Uint32Array(this.featureCount)
    for (let feature = 0; feature < this.featureCount; feature++) {
      this.#originals[feature] = feature < width ? feature : width + used[feature - width]
    }
  }

  /** About the memory that the rows and the arrays of a fit take. */
  static bytesFor({ rowCount, dense, sparse }: FeatureMatrix, outputs: number): number {
    const features = (dense?.columnCount ?? 0) + (sparse?.columnCount ?? 0) + 1
    return 16 * (sparse?.values.length ?? 0) + 8 * (rowCount + features) * (4 + 6 * outputs)
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
    this.memory.addProduct(this.#rows, weights.subarray(width * outputs), outputs, margins)
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
    this.memory.addProduct(this.#columns, residuals, outputs, gradient.subarray(width * outputs))
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

/** The columns in use by falling frequency, and then by number. */
function byFrequency({ columnCount, columnIndices }: SparseRows): Uint32Array {
  const frequencies = new Uint32Array(columnCount)
  for (let i = 0; i < columnIndices.length; i++) frequencies[columnIndices[i]]++
  let most = 0
  for (let column = 0; column < columnCount; column++) most = Math.max(most, frequencies[column])
  // numbers sort many times as fast as with a function that compares
  const keys = new Float64Array(columnCount)
  let used = 0
  for (let column = 0; column < columnCount; column++) if (frequencies[column] > 0) keys[used++] = (most - frequencies[column]) * columnCount + column
  const sorted = keys.subarray(0, used).sort()
  const columns = new Uint32Array(used)
  for (let i = 0; i < used; i++) columns[i] = sorted[i] % columnCount
  return columns
}

const linesIn = (memory: LinearMemory, lines: number, pairs: number): SparseLines =>
  ({ pointers: memory.words(lines + 1), indices: memory.words(pairs), values: memory.singles(pairs) })

function emptySparseRows(rowCount: number): SparseRows {
  const nothing = { columnIndices: new Uint32Array(0), values: new Float32Array(0) }
  return { rowCount, columnCount: 0, rowPointers: new Uint32Array(rowCount + 1), ...nothing }
}
