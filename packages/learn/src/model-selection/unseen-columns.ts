import type { FeatureMatrix, SparseRows } from '../feature-matrix.js'

/** Sparse columns from `start` up to, not including, `end`. */
export interface ColumnRange {
  readonly start: number
  readonly end: number
}

/**
 * Held-out rows as they would look had the learning rows alone made the vocabulary: columns that no learning row uses are left out,
 * and what remains of a row within each range is scaled back to the length it had.
 *
 * A vectorizer that gives rows unit length spends part of it on terms that only a held-out text has. A model measured on such rows
 * seems to need larger weights than it does on new texts, whose unknown terms take no part of the length; the regularisation chosen
 * by it is too weak.
 *
 * @param ranges - Columns of one text each; all sparse columns as one when absent and every row has length 1, else none.
 */
export function leaveOutUnseenColumns(
  held: FeatureMatrix, learning: FeatureMatrix, ranges?: readonly ColumnRange[],
): FeatureMatrix {
  if (!held.sparse || !learning.sparse) return held
  const { rowPointers, columnIndices, columnCount } = held.sparse
  const seen = new Uint8Array(columnCount)
  for (const column of learning.sparse.columnIndices) seen[column] = 1
  const values = held.sparse.values.slice()
  for (const range of ranges ?? (hasUnitRows(held.sparse) ? [{ start: 0, end: columnCount }] : [])) {
    for (let row = 0; row < held.rowCount; row++) {
      let all = 0
      let known = 0
      for (let i = rowPointers[row]; i < rowPointers[row + 1]; i++) {
        if (columnIndices[i] < range.start || columnIndices[i] >= range.end) continue
        all += values[i] * values[i]
        if (seen[columnIndices[i]]) known += values[i] * values[i]
      }
      const scale = known > 0 ? Math.sqrt(all / known) : 0
      for (let i = rowPointers[row]; i < rowPointers[row + 1]; i++) {
        if (columnIndices[i] >= range.start && columnIndices[i] < range.end) values[i] *= seen[columnIndices[i]] * scale
      }
    }
  }
  return { ...held, sparse: { ...held.sparse, values } }
}

function hasUnitRows({ rowCount, rowPointers, values }: SparseRows): boolean {
  for (let row = 0; row < rowCount; row++) {
    let square = 0
    for (let i = rowPointers[row]; i < rowPointers[row + 1]; i++) square += values[i] * values[i]
    if (square !== 0 && Math.abs(square - 1) > 1e-4) return false
  }
  return true
}
