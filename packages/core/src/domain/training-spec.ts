import type { ColumnKind } from '../dataset/column.js'

/** What can be learned. */
export const modelTypes = ['classification'] as const
export type ModelType = (typeof modelTypes)[number]

/** Which rows are held out to measure on; the rest is learned from. */
export type TestSplit =
  /** A seeded, stratified share of the rows, 0..1. */
  | { readonly kind: 'share'; readonly share: number }
  /** Rows for which a comparison of one column holds: `row_id % 5 == 0`, `opened_at >= 2026-01-01`. */
  | { readonly kind: 'rule'; readonly rule: string }

/** What to train. Everything but the model's name, type and target has a sensible default. */
export interface TrainingSpec {
  readonly modelId: string
  readonly modelType: ModelType
  /** The column to learn. */
  readonly target: string
  /** Columns to learn from; default all that carry information. */
  readonly features?: readonly string[]
  /** Kinds of columns, where inference would guess wrong. */
  readonly columnKinds?: Readonly<Record<string, ColumnKind>>
  /** Default a fifth of the rows. */
  readonly test?: TestSplit
  /** From the catalogue of `learn`; default by model type. */
  readonly estimator?: { readonly kind: string; readonly hyperparameters?: Readonly<Record<string, number | string | boolean>> }
  /** Default 0. */
  readonly seed?: number
  /** Whether the new version becomes champion: when there is none yet (default), always, or never. */
  readonly promote?: 'when-first' | 'always' | 'never'
  readonly description?: string
}

/** Quality on held-out rows. */
export interface ClassificationMetrics {
  readonly accuracy: number
  readonly macroF1: number
  /** Nats. */
  readonly logLoss: number
}

/** One class on the held-out rows. */
export interface ClassMetrics {
  readonly label: string
  readonly precision: number
  readonly recall: number
  readonly f1: number
  /** Held-out rows of this class. */
  readonly support: number
}

/** How a version was measured. */
export interface TrainingReport {
  readonly metrics: ClassificationMetrics
  /** The majority class on the same rows. */
  readonly baseline: ClassificationMetrics
  readonly classes: readonly ClassMetrics[]
  readonly trainRows: number
  readonly testRows: number
  /** Rows without a target, left out. */
  readonly rowsWithoutTarget: number
  readonly trainSeconds: number
  readonly estimator: { readonly kind: string; readonly hyperparameters: Readonly<Record<string, number | string | boolean>> }
  /** What the data processor made of each column, and why one was left out. */
  readonly columns: readonly { readonly name: string; readonly use: string }[]
  readonly notes: readonly string[]
}

/** A stage of training and how far the whole is. */
export interface TrainingProgress {
  readonly stage: 'preparing' | 'vectorizing' | 'selecting' | 'fitting' | 'evaluating' | 'registering'
  /** Of the whole training, 0..1, never falling. */
  readonly share: number
}
