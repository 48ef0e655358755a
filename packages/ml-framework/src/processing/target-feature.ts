import { type CategoryColumn, type CellValue, type Column, DataProcessingError } from '@motadata/core'
import { type FeatureColumn, type FeatureRow, FittedTargetEncoding, type ModelState, TargetEncoder } from '@motadata/learn'
import { categoryOf } from './category-value.js'
import { type BlockOffsets, type ColumnBlocks, type ColumnFeature, type EncodingOutcome, isMissing } from './column-feature.js'
import { isRecord, joinStates, splitState, stateDamaged } from './nested-state.js'

const format = 'target-feature/1'
const targetLimit = 100

/** What the rows that features are learned from shall say: a number, or whether a row is of each class, shape (targets, rows). */
export type TargetNumbers = readonly { readonly name: string; readonly values: Float64Array }[]

/**
 * The mean of the target where a category occurs, drawn towards the overall mean where it is rare: for classes, the share of each.
 * Training rows get the means of the folds that they are not in. A category never seen has the overall mean.
 */
export class TargetFeature implements ColumnFeature {
  readonly kind = 'category'
  readonly denseColumnCount: number
  readonly sparseColumnCount = 0
  readonly #names: readonly string[]
  readonly #encodings: readonly FittedTargetEncoding[]

  constructor(names: readonly string[], encodings: readonly FittedTargetEncoding[]) {
    this.#names = names
    this.#encodings = encodings
    this.denseColumnCount = encodings.length
  }

  /** @throws DataProcessingError `INPUT_INVALID` without a target, or with more classes than can be a column each */
  static fitTransform(name: string, column: CategoryColumn, targets: TargetNumbers): { readonly feature: TargetFeature; readonly blocks: ColumnBlocks } {
    if (targets.length === 0 || targets.length > targetLimit) {
      throw new DataProcessingError(
        'INPUT_INVALID',
        `Expected a target of numbers or of 2 to ${targetLimit} classes for the encoding 'target' of column '${name}', got ${targets.length === 0 ? 'none' : `${targets.length} classes`}.`,
        { details: { field: `columnOptions.${name}.encoding` } },
      )
    }
    const learned = targets.map(({ values }) => new TargetEncoder().fitTransform(column, values))
    const feature = new TargetFeature(targets.map((target) => target.name), learned.map(({ fitted }) => fitted))
    return { feature, blocks: feature.#block(learned.map(({ encoded }) => encoded)) }
  }

  get sizeBytes(): number {
    return this.#encodings.reduce((sum, encoding) => sum + encoding.sizeBytes, 0)
  }

  get use(): string {
    return `category: mean of the target, ${this.denseColumnCount} column${this.denseColumnCount === 1 ? '' : 's'}`
  }

  featureColumns(source: string): FeatureColumn[] {
    return this.#names.map((name) => ({ name: `${source} → ${name}`, source, kind: 'number' }))
  }

  encodeColumn(column: Column): ColumnBlocks {
    return this.#block(this.#encodings.map((encoding) => encoding.transform(column as CategoryColumn)))
  }

  #block(columns: readonly Float64Array[]): ColumnBlocks {
    const rowCount = columns[0]!.length
    const values = new Float32Array(rowCount * columns.length)
    columns.forEach((column, at) => column.forEach((value, row) => (values[row * columns.length + at] = value)))
    return { dense: { rowCount, columnCount: columns.length, values } }
  }

  encodeValue(value: CellValue | undefined, row: FeatureRow, offsets: BlockOffsets): EncodingOutcome {
    const category = isMissing(value) ? null : categoryOf(value)
    if (category === undefined) return 'invalid'
    for (let at = 0; at < this.#encodings.length; at++) row.dense[offsets.dense + at] = this.#encodings[at]!.encode(category)
    return category === null || this.#encodings[0]!.knows(category) ? 'encoded' : 'unknown'
  }

  toState(): ModelState {
    return joinStates(format, { names: [...this.#names] }, Object.fromEntries(this.#encodings.map((encoding, at) => [`t${at}`, encoding.toState()])))
  }

  static load(state: ModelState): TargetFeature {
    const names: unknown = isRecord(state.json) ? state.json['names'] : undefined
    if (!Array.isArray(names) || names.length === 0 || !names.every((name): name is string => typeof name === 'string')) throw stateDamaged('names of targets', 'another value')
    const parts = splitState(state, format, names.map((_, at) => `t${at}`))
    return new TargetFeature(names, names.map((_, at) => FittedTargetEncoding.load(parts[`t${at}`]!)))
  }
}
