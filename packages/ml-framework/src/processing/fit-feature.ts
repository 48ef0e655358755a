import type { Column } from '@motadata/core'
import type { ModelState } from '@motadata/learn'
import { BooleanFeature } from './boolean-feature.js'
import { CategoryFeature } from './category-feature.js'
import type { ColumnBlocks, ColumnFeature } from './column-feature.js'
import { InstantFeature } from './instant-feature.js'
import { stateDamaged } from './nested-state.js'
import { NumberFeature } from './number-feature.js'
import { TextFeature, type TextOptions } from './text-feature.js'

/** Learns from a column of the training rows, by its kind, and gives its blocks too. */
export function fitFeature(column: Column, text: TextOptions): { readonly feature: ColumnFeature; readonly blocks: ColumnBlocks } {
  if (column.kind === 'text') return TextFeature.fitTransform(column.values, text)
  const feature = featureOf(column)
  return { feature, blocks: feature.encodeColumn(column) }
}

function featureOf(column: Exclude<Column, { kind: 'text' }>): ColumnFeature {
  switch (column.kind) {
    case 'category': return CategoryFeature.fit(column)
    case 'number': return NumberFeature.fit(column)
    case 'boolean': return new BooleanFeature()
    case 'instant': return new InstantFeature()
  }
}

/** @throws ModelLoadError `MODEL_LOAD_FAILED` */
export function loadFeature(kind: unknown, state: ModelState): ColumnFeature {
  switch (kind) {
    case 'text': return TextFeature.load(state)
    case 'category': return CategoryFeature.load(state)
    case 'number': return NumberFeature.load(state)
    case 'boolean': return BooleanFeature.load(state)
    case 'instant': return InstantFeature.load(state)
    default: throw stateDamaged('the kind of a column', 'another value')
  }
}
