/**
 * One row to predict: a dense part and sparse pairs, in buffers made once and filled again for every prediction, so that serving
 * allocates nothing. Columns of the sparse part are numbered from 0 within the sparse block, as in `SparseRows`.
 */
export interface FeatureRow {
  /** shape (dense columns,) */
  readonly dense: Float32Array
  /** How many of the pairs are filled. */
  sparseCount: number
  /** shape (capacity,); a column appears at most once */
  readonly sparseIndices: Uint32Array
  /** shape (capacity,) */
  readonly sparseValues: Float32Array
}

/**
 * An empty row of a given width. Its sparse buffers hold as many pairs as there are sparse columns, which is the most that a row
 * can have, so that filling it never runs out of room: 8 bytes a column.
 *
 * @example
 * createFeatureRow(3, 40_000).sparseIndices.length // => 40000
 */
export function createFeatureRow(denseColumnCount: number, sparseColumnCount: number): FeatureRow {
  return {
    dense: new Float32Array(denseColumnCount),
    sparseCount: 0,
    sparseIndices: new Uint32Array(sparseColumnCount),
    sparseValues: new Float32Array(sparseColumnCount),
  }
}
