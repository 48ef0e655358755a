import type { CategoryColumn, CellValue, Column, ColumnOptions } from '@motadata/core'
import { type FeatureColumn, type FeatureRow, FittedOrdinal, type ModelState, OrdinalEncoder } from '@motadata/learn'
import { categoryOf } from './category-value.js'
import { type BlockOffsets, type ColumnBlocks, type ColumnFeature, type EncodingOutcome, isMissing } from './column-feature.js'

/** The place of a category in an order, from just above 0 to 1 for the last; 0 where it is missing or was never seen. */
export class OrdinalFeature implements ColumnFeature {
  readonly kind = 'category'
  readonly denseColumnCount = 1
  readonly sparseColumnCount = 0
  readonly #encoder: FittedOrdinal

  constructor(encoder: FittedOrdinal) {
    this.#encoder = encoder
  }

  static fit(column: CategoryColumn, { order }: ColumnOptions = {}): OrdinalFeature {
    return new OrdinalFeature(new OrdinalEncoder(order).fit(column))
  }

  get sizeBytes(): number {
    return this.#encoder.sizeBytes
  }

  get use(): string {
    return `category: its place among ${this.#encoder.categories.length}`
  }

  featureColumns(source: string): FeatureColumn[] {
    return [{ name: source, source, kind: 'number' }]
  }

  encodeColumn(column: Column): ColumnBlocks {
    const places = this.#encoder.transform(column as CategoryColumn)
    return { dense: { rowCount: places.length, columnCount: 1, values: Float32Array.from(places, (place) => this.#scale(place)) } }
  }

  encodeValue(value: CellValue | undefined, row: FeatureRow, offsets: BlockOffsets): EncodingOutcome {
    const category = isMissing(value) ? null : categoryOf(value)
    if (category === undefined) return 'invalid'
    const place = this.#encoder.numberOf(category)
    row.dense[offsets.dense] = this.#scale(place)
    return place < 0 && category !== null ? 'unknown' : 'encoded'
  }

  #scale(place: number): number {
    return (place + 1) / Math.max(1, this.#encoder.categories.length)
  }

  toState(): ModelState {
    return this.#encoder.toState()
  }

  static load(state: ModelState): OrdinalFeature {
    return new OrdinalFeature(FittedOrdinal.load(state))
  }
}
