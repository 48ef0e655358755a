import type { CellValue, Column, ColumnKind } from '@motadata/core'
import type { DenseRows, FeatureColumn, FeatureRow, ModelState, SparseRows } from '@motadata/learn'

/** The features of one column for many rows. */
export interface ColumnBlocks {
  readonly dense?: DenseRows
  readonly sparse?: SparseRows
}

/** Where a column's features start within the blocks of a row. */
export interface BlockOffsets {
  readonly dense: number
  readonly sparse: number
}

/** How a value was taken: as it should be, as one never seen in training, or not at all because it is of another kind. */
export type EncodingOutcome = 'encoded' | 'unknown' | 'invalid'

/**
 * What a data processor learned about one column: how its values become features. Columns and single values go the same way, so
 * that the same value gives the same features in training and in serving.
 */
export interface ColumnFeature {
  readonly kind: ColumnKind
  readonly denseColumnCount: number
  readonly sparseColumnCount: number
  /** Bytes it keeps in memory. */
  readonly sizeBytes: number
  /** What was made of the column, in a few words, for the training report. */
  readonly use: string
  /** What its features mean, the dense ones first. */
  featureColumns(source: string): FeatureColumn[]
  /** @param column - Of this feature's kind. */
  encodeColumn(column: Column): ColumnBlocks
  /**
   * One value into a row's buffers: dense features at their offset, sparse pairs behind those there are.
   *
   * @param value - null, undefined and '' are missing.
   */
  encodeValue(value: CellValue | undefined, row: FeatureRow, offsets: BlockOffsets): EncodingOutcome
  toState(): ModelState
}

export function isMissing(value: CellValue | undefined): value is null | undefined | '' {
  return value === null || value === undefined || value === ''
}
