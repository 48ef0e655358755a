import type { CellValue } from '../dataset/column.js'

/** The column name under which an instance carries the id of what it is about (a ticket's number); never a feature. */
export const entityKeyField = 'entityKey'

/**
 * One thing to predict about: values by column name, and optionally the `entityKey` it belongs to.
 *
 * @example
 * const instance: Instance = { entityKey: 'INC0012', text: 'VPN is down', impact: 2 }
 */
export type Instance = Readonly<Record<string, CellValue | undefined>>

/** What the model had to do without, or made of a value it had never seen. The prediction stands; the caller may want to know. */
export interface PredictionWarning {
  readonly code: 'COLUMN_ABSENT' | 'CATEGORY_UNKNOWN' | 'COLUMN_IGNORED'
  readonly column: string
  readonly message: string
}

interface PredictionIdentity {
  /** Describes itself (tenant, model, version, entity key, time) and can't be forged; see {@link encodePredictionId}. */
  readonly predictionId: string
  readonly entityKey?: string
  readonly warnings?: readonly PredictionWarning[]
}

/** A class with the probabilities of all classes, which sum to 1. */
export interface ClassPrediction extends PredictionIdentity {
  readonly kind: 'class'
  readonly label: string
  /** 0..1, of `label`. */
  readonly probability: number
  readonly probabilities: Readonly<Record<string, number>>
}

/** What a model says about one instance. */
export type Prediction = ClassPrediction

/** Predictions in the order of the instances, and the version that made all of them. */
export interface PredictionBatch {
  readonly model: { readonly name: string; readonly version: number }
  readonly predictions: readonly Prediction[]
}
