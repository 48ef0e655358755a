import type { BooleanColumn, CellValue, Column } from '@motadata/core'
import type { FeatureColumn, FeatureRow, ModelState } from '@motadata/learn'
import { type BlockOffsets, type ColumnBlocks, type ColumnFeature, type EncodingOutcome, isMissing } from './column-feature.js'
import { stateDamaged } from './nested-state.js'

const format = 'boolean-feature/1'
const missingCode = 2

/** 1 for true, −1 for false, 0 where it is missing. */
export class BooleanFeature implements ColumnFeature {
  readonly kind = 'boolean'
  readonly denseColumnCount = 1
  readonly sparseColumnCount = 0
  readonly sizeBytes = 0
  readonly use = 'boolean: 1 for true, -1 for false, 0 where missing'

  featureColumns(source: string): FeatureColumn[] {
    return [{ name: source, source, kind: 'boolean' }]
  }

  encodeColumn(column: Column): ColumnBlocks {
    const codes = (column as BooleanColumn).values
    const values = Float32Array.from(codes, (code) => (code === missingCode ? 0 : code === 1 ? 1 : -1))
    return { dense: { rowCount: codes.length, columnCount: 1, values } }
  }

  encodeValue(value: CellValue | undefined, row: FeatureRow, offsets: BlockOffsets): EncodingOutcome {
    if (!isMissing(value) && typeof value !== 'boolean') return 'invalid'
    row.dense[offsets.dense] = isMissing(value) ? 0 : value ? 1 : -1
    return 'encoded'
  }

  toState(): ModelState {
    return { format, json: {}, tensors: {} }
  }

  static load(state: ModelState): BooleanFeature {
    if (state.format !== format) throw stateDamaged(`the format '${format}'`, `'${state.format.slice(0, 40)}'`)
    return new BooleanFeature()
  }
}
