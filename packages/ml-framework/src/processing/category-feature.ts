import type { CategoryColumn, CellValue, Column } from '@motadata/core'
import { type FeatureColumn, type FeatureRow, FittedOneHot, type ModelState, OneHotEncoder } from '@motadata/learn'
import { type BlockOffsets, type ColumnBlocks, type ColumnFeature, type EncodingOutcome, isMissing } from './column-feature.js'

/** A sparse column for each category of the training rows, and one for a missing value if there was one. */
export class CategoryFeature implements ColumnFeature {
  readonly kind = 'category'
  readonly denseColumnCount = 0
  readonly sparseColumnCount: number
  readonly #encoder: FittedOneHot

  constructor(encoder: FittedOneHot) {
    this.#encoder = encoder
    this.sparseColumnCount = encoder.columnCount
  }

  static fit(column: CategoryColumn): CategoryFeature {
    return new CategoryFeature(new OneHotEncoder({ missing: 'column' }).fit(column))
  }

  get sizeBytes(): number {
    return this.#encoder.sizeBytes
  }

  get use(): string {
    return `category: ${this.sparseColumnCount} columns, one a value`
  }

  featureColumns(source: string): FeatureColumn[] {
    return this.#encoder.columnNames().map((name) => ({ name, source, kind: 'category' }))
  }

  encodeColumn(column: Column): ColumnBlocks {
    return { sparse: this.#encoder.transform(column as CategoryColumn) }
  }

  encodeValue(value: CellValue | undefined, row: FeatureRow, offsets: BlockOffsets): EncodingOutcome {
    const category = isMissing(value) ? null : categoryOf(value)
    if (category === undefined) return 'invalid'
    const column = this.#encoder.columnOf(category)
    if (column < 0) return category === null ? 'encoded' : 'unknown'
    row.sparseIndices[row.sparseCount] = offsets.sparse + column
    row.sparseValues[row.sparseCount++] = 1
    return 'encoded'
  }

  toState(): ModelState {
    return this.#encoder.toState()
  }

  static load(state: ModelState): CategoryFeature {
    return new CategoryFeature(FittedOneHot.load(state))
  }
}

/** A value as the text of a category, undefined for what can be none. */
function categoryOf(value: CellValue): string | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return String(value)
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined
}
