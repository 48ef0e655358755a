import type { Column, ColumnOptions } from '@motadata/core'
import { type DatePart, DateParts, type ModelState } from '@motadata/learn'
import { BooleanFeature } from './boolean-feature.js'
import { CategoryFeature } from './category-feature.js'
import { checkColumnOptions } from './check-column-options.js'
import type { ColumnBlocks, ColumnFeature } from './column-feature.js'
import { InstantFeature } from './instant-feature.js'
import { stateDamaged } from './nested-state.js'
import { NumberFeature } from './number-feature.js'
import { OrdinalFeature } from './ordinal-feature.js'
import { TargetFeature, type TargetNumbers } from './target-feature.js'
import { TextFeature, type TextOptions } from './text-feature.js'

export interface FeatureFitOptions {
  /** For all texts. */
  readonly text: TextOptions
  /** For this column; goes before `text`. */
  readonly column?: ColumnOptions
  /** Threads to read texts in, at most. */
  readonly threads: number
  /** Looked at only where a column is encoded by it. */
  targets(): TargetNumbers
}

/** Learns from a column of the training rows, by its kind and what was declared about it, and gives its blocks too. */
export function fitFeature(
  name: string, column: Column, { text, threads, column: options = {}, targets }: FeatureFitOptions,
): { readonly feature: ColumnFeature; readonly blocks: ColumnBlocks } {
  checkColumnOptions(name, column.kind, options)
  if (column.kind === 'text') return TextFeature.fitTransform(column.values, { ...text, ...options }, threads)
  if (column.kind === 'category' && options.encoding === 'target') return TargetFeature.fitTransform(name, column, targets())
  const feature = featureOf(column, options)
  return { feature, blocks: feature.encodeColumn(column) }
}

function featureOf(column: Exclude<Column, { kind: 'text' }>, options: ColumnOptions): ColumnFeature {
  switch (column.kind) {
    case 'category': return options.encoding === 'ordinal' ? OrdinalFeature.fit(column, options) : CategoryFeature.fit(column, options)
    case 'number': return NumberFeature.fit(column, options)
    case 'boolean': return new BooleanFeature()
    case 'instant': return new InstantFeature(new DateParts({
      ...(options.parts && { parts: options.parts as readonly DatePart[] }), ...(options.utcOffsetMinutes !== undefined && { utcOffsetMinutes: options.utcOffsetMinutes }),
    }))
  }
}

/** @throws ModelLoadError `MODEL_LOAD_FAILED` */
export function loadFeature(kind: unknown, state: ModelState): ColumnFeature {
  switch (kind) {
    case 'text': return TextFeature.load(state)
    case 'category': return loadCategoryFeature(state)
    case 'number': return NumberFeature.load(state)
    case 'boolean': return BooleanFeature.load(state)
    case 'instant': return InstantFeature.load(state)
    default: throw stateDamaged('the kind of a column', 'another value')
  }
}

function loadCategoryFeature(state: ModelState): ColumnFeature {
  if (state.format.startsWith('ordinal')) return OrdinalFeature.load(state)
  return state.format.startsWith('target-feature/') ? TargetFeature.load(state) : CategoryFeature.load(state)
}
