import type { ColumnKind, Dataset, Instance, ModelSignature, PredictionWarning } from '@motadata/core'
import {
  type ColumnRange, createFeatureRow, type FeatureColumn, type FeatureMatrix, type FeatureRow, type ModelState,
} from '@motadata/learn'
import { combineBlocks } from './combine-blocks.js'
import type { BlockOffsets, ColumnFeature } from './column-feature.js'
import { convertColumn, missingColumn } from './convert-column.js'
import { loadFeature } from './fit-feature.js'
import { categoryUnknown, columnAbsent, inputsAbsent, instanceInvalid, valueInvalid } from './instance-faults.js'
import { isRecord, joinStates, splitState, stateDamaged } from './nested-state.js'
import { TextFeature } from './text-feature.js'

const format = 'data-processor/1'

/** A column that is learned from, and how. */
export interface ProcessedColumn {
  readonly name: string
  readonly feature: ColumnFeature
}

/** What became of a column: how it is used, or why it was left out. */
export interface ColumnUse {
  readonly name: string
  readonly use: string
}

interface PlacedColumn extends ProcessedColumn {
  readonly offsets: BlockOffsets
}

/**
 * Turns datasets and instances into the features that a model learned from. Made by `DataProcessor.fit` on training rows, carried
 * inside the artifact; the same values give the same features in both ways, and after storing and loading.
 */
export class FittedProcessor {
  readonly denseColumnCount: number
  readonly sparseColumnCount: number
  /** What became of each column of the training rows. */
  readonly columnUses: readonly ColumnUse[]
  readonly #columns: readonly PlacedColumn[]

  constructor(columns: readonly ProcessedColumn[], leftOut: readonly ColumnUse[] = []) {
    let dense = 0
    let sparse = 0
    this.#columns = columns.map(({ name, feature }) => {
      const offsets = { dense, sparse }
      dense += feature.denseColumnCount
      sparse += feature.sparseColumnCount
      return { name, feature, offsets }
    })
    this.denseColumnCount = dense
    this.sparseColumnCount = sparse
    this.columnUses = [...columns.map(({ name, feature }) => ({ name, use: feature.use })), ...leftOut]
  }

  /** What an instance carries. An input is required when it is the only one; a model with several does without some. */
  get inputs(): ModelSignature['inputs'] {
    const required = this.#columns.length === 1
    return this.#columns.map(({ name, feature }) => ({ name, kind: feature.kind, required }))
  }

  /** Where in the sparse block the terms of each text lie, and its pieces of words, each scaled to length 1: what choosing regularization wants to know. */
  get textColumns(): readonly ColumnRange[] {
    return this.#columns.flatMap(({ feature, offsets }) => {
      if (!(feature instanceof TextFeature)) return []
      let end = offsets.sparse
      return feature.blockWidths.map((width) => ({ start: end, end: (end += width) }))
    })
  }

  /** Bytes it keeps in memory. */
  get sizeBytes(): number {
    return this.#columns.reduce((sum, { feature }) => sum + feature.sizeBytes, 0)
  }

  /** What each feature means, the dense ones first, as the columns of a matrix. */
  get featureColumns(): FeatureColumn[] {
    const all = this.#columns.map(({ name, feature }) => ({ columns: feature.featureColumns(name), dense: feature.denseColumnCount }))
    const dense = all.flatMap((column) => column.columns.slice(0, column.dense))
    return [...dense, ...all.flatMap((column) => column.columns.slice(column.dense))]
  }

  /**
   * The features of a dataset's rows. A column that the dataset lacks counts as missing in every row; columns that were not learned
   * from are not looked at.
   *
   * @returns shape (rows, features)
   * @throws MLError `COLUMN_INVALID` when a column can't be read as the kind it was learned as
   */
  transform(dataset: Dataset): FeatureMatrix {
    const blocks = this.#columns.map(({ name, feature }) => {
      const column = dataset.columns.get(name)
      return feature.encodeColumn(column ? convertColumn(name, column, feature.kind) : missingColumn(feature.kind, dataset.rowCount))
    })
    return combineBlocks(dataset.rowCount, blocks)
  }

  /** Buffers for {@link encode}, to be used again for every instance. */
  createRow(): FeatureRow {
    return createFeatureRow(this.denseColumnCount, this.sparseColumnCount)
  }

  /**
   * The features of one instance, into a row's buffers.
   *
   * @param position - The instance's number in the request, from 0, for messages.
   * @returns What the model has to do without, if anything.
   * @throws DataProcessingError `INPUT_INVALID` for something that is no instance; `COLUMN_INVALID` for a value of another kind, and
   * when no input has a value; both with `details` instance, field, expected and received
   */
  encode(instance: Instance, row: FeatureRow, position = 0): PredictionWarning[] | undefined {
    if (typeof instance !== 'object' || instance === null || Array.isArray(instance)) throw instanceInvalid(position, instance)
    if (Object.hasOwn(instance, '__proto__')) throw valueInvalid(position, '__proto__', 'no column of this name', 'one')
    let warnings: PredictionWarning[] | undefined
    let given = 0
    row.sparseCount = 0
    for (const { name, feature, offsets } of this.#columns) {
      const value = Object.hasOwn(instance, name) ? instance[name] : undefined
      const outcome = feature.encodeValue(value, row, offsets)
      if (outcome === 'invalid') throw valueInvalid(position, name, expectedOf(feature.kind), value)
      if (outcome === 'unknown') (warnings ??= []).push(categoryUnknown(name, value))
      if (value === undefined) (warnings ??= []).push(columnAbsent(name))
      if (value !== undefined && value !== null && value !== '') given++
    }
    if (given === 0) throw inputsAbsent(position, this.inputs)
    return warnings
  }

  toState(): ModelState {
    const columns = this.#columns.map(({ name, feature }) => ({ name, kind: feature.kind }))
    const parts = Object.fromEntries(this.#columns.map(({ feature }, index) => [`c${index}`, feature.toState()]))
    const leftOut = this.columnUses.slice(this.#columns.length)
    return joinStates(format, { columns, leftOut }, parts)
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FittedProcessor {
    const columns = state.json['columns']
    const leftOut = state.json['leftOut']
    const given = Array.isArray(columns) && columns.length > 0 && columns.every(isNamed) ? columns : undefined
    if (!given) throw stateDamaged('a list of columns with names', 'another value')
    if (new Set(given.map(({ name }) => name)).size !== given.length) throw stateDamaged('columns of different names', 'one name twice')
    if (!Array.isArray(leftOut) || !leftOut.every(isColumnUse)) throw stateDamaged('columns that were left out', 'another value')
    const parts = splitState(state, format, given.map((_, index) => `c${index}`))
    const processed = given.map(({ name, kind }, index) => ({ name, feature: loadFeature(kind, parts[`c${index}`]!) }))
    return new FittedProcessor(processed, leftOut)
  }
}

const isNamed = (value: unknown): value is { readonly name: string; readonly kind: unknown } =>
  isRecord(value) && typeof value['name'] === 'string' && value['name'] !== '' && value['name'] !== '__proto__'

const isColumnUse = (value: unknown): value is ColumnUse =>
  isRecord(value) && typeof value['name'] === 'string' && typeof value['use'] === 'string'

const expectations: Readonly<Record<ColumnKind, string>> = {
  text: 'text',
  category: 'a category as text',
  number: 'a finite number',
  boolean: 'true or false',
  instant: 'an instant as ISO 8601 text',
}

const expectedOf = (kind: ColumnKind): string => expectations[kind]
