import { MLError } from '@motadata/core'
import type { DenseRows, FeatureMatrix, SparseRows } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { checkPredictionMatrix, checkPredictionRow, type FeatureWidths } from '../input-check.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'

const format = 'feature-selector/1'

/** Leaves the features of a matrix that were chosen; their order stays. */
export class FeatureSelector {
  readonly format = format
  /** How wide the matrices are that come in. */
  readonly widths: FeatureWidths
  /** Dense columns that stay, rising. */
  readonly denseColumns: Uint32Array
  /** Sparse columns that stay, rising, numbered within the sparse block. */
  readonly sparseColumns: Uint32Array
  /** Where each sparse column comes to stand, −1 where it does not stay. */
  readonly #sparsePlaces: Int32Array

  constructor(widths: FeatureWidths, denseColumns: Uint32Array, sparseColumns: Uint32Array) {
    this.widths = widths
    this.denseColumns = denseColumns
    this.sparseColumns = sparseColumns
    this.#sparsePlaces = new Int32Array(widths.sparseCount).fill(-1)
    sparseColumns.forEach((column, place) => (this.#sparsePlaces[column] = place))
  }

  get columnCount(): number {
    return this.denseColumns.length + this.sparseColumns.length
  }

  get sizeBytes(): number {
    return this.denseColumns.byteLength + this.sparseColumns.byteLength + this.#sparsePlaces.byteLength
  }

  /** The features that stay, dense ones first, by their number in the matrix that comes in. */
  features(): Uint32Array {
    return Uint32Array.of(...this.denseColumns, ...this.sparseColumns.map((column) => column + this.widths.denseCount))
  }

  /** @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` */
  transform(X: FeatureMatrix): FeatureMatrix {
    checkPredictionMatrix(X, this.widths)
    return { rowCount: X.rowCount, ...(X.dense && { dense: this.#selectDense(X.dense) }), ...(X.sparse && { sparse: this.#selectSparse(X.sparse) }) }
  }

  /** One row into another, made by `createFeatureRow` for the columns that stay; allocates nothing. @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` */
  transformRow(row: FeatureRow, out: FeatureRow): void {
    checkPredictionRow(row, this.widths)
    if (out.dense.length !== this.denseColumns.length || out.sparseIndices.length < this.sparseColumns.length) {
      throw new MLError('SHAPE_MISMATCH', `Expected a row with room for ${this.denseColumns.length} dense and ${this.sparseColumns.length} sparse columns, got another.`)
    }
    for (let i = 0; i < this.denseColumns.length; i++) out.dense[i] = row.dense[this.denseColumns[i]]
    out.sparseCount = 0
    for (let i = 0; i < row.sparseCount; i++) {
      const place = this.#sparsePlaces[row.sparseIndices[i]]
      if (place < 0) continue
      out.sparseIndices[out.sparseCount] = place
      out.sparseValues[out.sparseCount++] = row.sparseValues[i]
    }
  }

  #selectDense({ rowCount, columnCount, values }: DenseRows): DenseRows {
    const width = this.denseColumns.length
    const selected = new Float32Array(rowCount * width)
    for (let row = 0; row < rowCount; row++) {
      for (let i = 0; i < width; i++) selected[row * width + i] = values[row * columnCount + this.denseColumns[i]]
    }
    return { rowCount, columnCount: width, values: selected }
  }

  #selectSparse({ rowCount, rowPointers, columnIndices, values }: SparseRows): SparseRows {
    const pointers = new Uint32Array(rowCount + 1)
    const indices = new Uint32Array(columnIndices.length)
    const kept = new Float32Array(values.length)
    for (let row = 0, pairs = 0; row < rowCount; row++) {
      for (let at = rowPointers[row]; at < rowPointers[row + 1]; at++) {
        const place = this.#sparsePlaces[columnIndices[at]]
        if (place < 0) continue
        indices[pairs] = place
        kept[pairs++] = values[at]
      }
      pointers[row + 1] = pairs
    }
    const pairs = pointers[rowCount]
    return { rowCount, columnCount: this.sparseColumns.length, rowPointers: pointers, columnIndices: indices.slice(0, pairs), values: kept.slice(0, pairs) }
  }

  toState(): ModelState {
    return {
      format,
      json: { denseCount: this.widths.denseCount, sparseCount: this.widths.sparseCount },
      tensors: {
        denseColumns: { dtype: 'U32', shape: [this.denseColumns.length], data: this.denseColumns.slice() },
        sparseColumns: { dtype: 'U32', shape: [this.sparseColumns.length], data: this.sparseColumns.slice() },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FeatureSelector {
    const reader = new ModelStateReader(state, format)
    const widths = reader.widths()
    // A column takes four bytes: a width far beyond what is selected must not make the loader allocate without bound.
    if (widths.sparseCount > largestWidth) throw reader.fail(`at most ${largestWidth} columns`, String(widths.sparseCount))
    const [denseColumns, sparseColumns] = (['denseColumns', 'sparseColumns'] as const).map((name) => reader.tensor(name, 'U32', [-1]).slice())
    for (const [columns, width] of [[denseColumns, widths.denseCount], [sparseColumns, widths.sparseCount]] as const) {
      if (columns.some((column, at) => column >= width || (at > 0 && column <= columns[at - 1]))) throw reader.fail(`rising columns below ${width}`, 'others')
    }
    return new FeatureSelector(widths, denseColumns, sparseColumns)
  }
}

const largestWidth = 2 ** 26

/**
 * Chooses the features with the highest scores; of equal ones the first. NaN is the lowest.
 *
 * @param widths - How wide the matrix is that was scored.
 * @param scores - From `chiSquaredScores`, `anovaScores`, `mutualInformationScores` or `featureVariances`, shape (features,).
 * @param keep - How many to leave, or all with a score above a bound.
 * @throws MLError `SHAPE_MISMATCH`, `INPUT_INVALID`, `FEATURES_EMPTY` where no score is above the bound
 * @example
 * selectFeatures({ denseCount: 0, sparseCount: 3 }, [0.1, 5, 2], { count: 2 }).features() // => 1 and 2
 */
export function selectFeatures(widths: FeatureWidths, scores: ArrayLike<number>, keep: { readonly count: number } | { readonly above: number }): FeatureSelector {
  const features = widths.denseCount + widths.sparseCount
  if (scores.length !== features) throw new MLError('SHAPE_MISMATCH', `Expected a score of each of the ${features} features, got ${scores.length}.`)
  if ('count' in keep && (!Number.isInteger(keep.count) || keep.count < 1)) throw new MLError('INPUT_INVALID', `Expected a whole number of features from 1, got ${keep.count}.`)
  const scoreOf = (feature: number): number => (Number.isNaN(scores[feature]) ? -Infinity : scores[feature])
  const order = Uint32Array.from({ length: features }, (_, feature) => feature)
  const chosen = 'count' in keep ? order.sort((a, b) => scoreOf(b) - scoreOf(a) || a - b).slice(0, keep.count).sort() : order.filter((feature) => scoreOf(feature) > keep.above)
  if (chosen.length === 0) throw new MLError('FEATURES_EMPTY', 'Expected a feature with a score above the bound, got none. Lower the bound.')
  return new FeatureSelector(
    widths, chosen.filter((feature) => feature < widths.denseCount),
    chosen.filter((feature) => feature >= widths.denseCount).map((feature) => feature - widths.denseCount),
  )
}
