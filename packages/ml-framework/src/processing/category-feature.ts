import type { CategoryColumn, CellValue, Column, ColumnOptions } from '@motadata/core'
import {
  type FeatureColumn, type FeatureRow, FittedOneHot, FittedRareCategories, type ModelState, OneHotEncoder, otherCategory, RareCategoryGrouper,
} from '@motadata/learn'
import { categoryOf } from './category-value.js'
import { type BlockOffsets, type ColumnBlocks, type ColumnFeature, type EncodingOutcome, isMissing } from './column-feature.js'
import { joinStates, splitState } from './nested-state.js'

const groupedFormat = 'grouped-category/1'

/**
 * A sparse column for each category of the training rows, and one for a missing value if there was one; where asked for, rare
 * categories share a column with those never seen.
 */
export class CategoryFeature implements ColumnFeature {
  readonly kind = 'category'
  readonly denseColumnCount = 0
  readonly sparseColumnCount: number
  readonly #encoder: FittedOneHot
  readonly #grouper: FittedRareCategories | undefined
  readonly #kept: ReadonlySet<string>

  constructor(encoder: FittedOneHot, grouper?: FittedRareCategories) {
    this.#encoder = encoder
    this.#grouper = grouper
    this.#kept = new Set(grouper?.categories)
    this.sparseColumnCount = encoder.columnCount
  }

  static fit(column: CategoryColumn, { minimumCount = 1 }: ColumnOptions = {}): CategoryFeature {
    const encoder = new OneHotEncoder({ missing: 'column' })
    if (minimumCount <= 1) return new CategoryFeature(encoder.fit(column))
    const grouper = new RareCategoryGrouper({ minimumCount }).fit(column)
    return new CategoryFeature(encoder.fit(grouper.transform(column)), grouper)
  }

  get sizeBytes(): number {
    return this.#encoder.sizeBytes + 2 * (this.#grouper?.sizeBytes ?? 0)
  }

  get use(): string {
    return `category: ${this.sparseColumnCount} columns, one a value`
  }

  featureColumns(source: string): FeatureColumn[] {
    return this.#encoder.columnNames().map((name) => ({ name, source, kind: 'category' }))
  }

  encodeColumn(column: Column): ColumnBlocks {
    const values = column as CategoryColumn
    return { sparse: this.#encoder.transform(this.#grouper?.transform(values) ?? values) }
  }

  encodeValue(value: CellValue | undefined, row: FeatureRow, offsets: BlockOffsets): EncodingOutcome {
    const category = isMissing(value) ? null : categoryOf(value)
    if (category === undefined) return 'invalid'
    const isGrouped = this.#grouper !== undefined && category !== null && !this.#kept.has(category)
    const column = this.#encoder.columnOf(isGrouped ? otherCategory : category)
    if (column < 0) return category === null ? 'encoded' : 'unknown'
    row.sparseIndices[row.sparseCount] = offsets.sparse + column
    row.sparseValues[row.sparseCount++] = 1
    return 'encoded'
  }

  toState(): ModelState {
    const encoder = this.#encoder.toState()
    return this.#grouper ? joinStates(groupedFormat, {}, { encoder, grouper: this.#grouper.toState() }) : encoder
  }

  static load(state: ModelState): CategoryFeature {
    if (state.format !== groupedFormat) return new CategoryFeature(FittedOneHot.load(state))
    const { encoder, grouper } = splitState(state, groupedFormat, ['encoder', 'grouper'])
    return new CategoryFeature(FittedOneHot.load(encoder!), FittedRareCategories.load(grouper!))
  }
}
