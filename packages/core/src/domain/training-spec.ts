import type { ColumnKind } from '../dataset/column.js'
import type { ColumnOptions } from './column-options.js'

/** What can be learned: classes, or numbers. */
export const modelTypes = ['classification', 'regression'] as const
export type ModelType = (typeof modelTypes)[number]

/** Which rows are held out to measure on; the rest is learned from. */
export type TestSplit =
  /** A seeded, stratified share of the rows, 0..1. */
  | { readonly kind: 'share'; readonly share: number }
  /** A seeded share of the rows, 0..1, whatever their classes. */
  | { readonly kind: 'random'; readonly share: number }
  /** Whole groups, of one requester or one site, until they have about a share of the rows, default 0.2: no group is on both sides. */
  | { readonly kind: 'group'; readonly column: string; readonly share?: number }
  /** What came last: a share of the rows, default 0.2, or all from an instant (ISO 8601) on. The column is the spec's `eventTime` when absent. */
  | { readonly kind: 'time'; readonly column?: string; readonly share?: number; readonly from?: string; readonly labelKnownAt?: string }
  /** Rows for which a comparison of one column holds: `row_id % 5 == 0`, `opened_at >= 2026-01-01`. */
  | { readonly kind: 'rule'; readonly rule: string }

/** What a training may use. Limits of time make a result depend on the machine; what ends early for one is said in the notes. */
export interface TrainingBudget {
  /** Fits that choosing an estimator may take; default 40. */
  readonly iterations?: number
  /** Once so much has passed, nothing more is tried or calibrated; what is chosen by then is fitted to its end. */
  readonly seconds?: number
  /** Memory that learning may take. What is known to need more is refused before time is spent: `TRAINING_BUDGET_TOO_SMALL`. */
  readonly memoryBytes?: number
  /** Threads to fit in, default 1. What is learned does not depend on it. */
  readonly threads?: number
}

/** What to train. Everything but the model's name, type and target has a sensible default. */
export interface TrainingSpec {
  readonly modelId: string
  /** `auto` finds out by the target whether it is classes or numbers, and tries several estimators where none is named. */
  readonly modelType: ModelType | 'auto'
  /** The column to learn. */
  readonly target: string
  /** Columns to learn from; default all that carry information. */
  readonly features?: readonly string[]
  /** Kinds of columns, where inference would guess wrong. */
  readonly columnKinds?: Readonly<Record<string, ColumnKind>>
  /** How columns become features, where the default would not do. */
  readonly columnOptions?: Readonly<Record<string, ColumnOptions>>
  /** Default a fifth of the rows: the last ones where `eventTime` is said, else a stratified share. */
  readonly test?: TestSplit
  /** The column that says when each row came. A column of instants named `event_time` or `eventTime` is taken without being said. */
  readonly eventTime?: string
  /** The column that says when each row's target became known; with a split by time a row trains only if that was before the cut. Never a feature. */
  readonly labelKnownAt?: string
  /** From the catalogue of `learn`; default by model type. The kind `auto` tries several. */
  readonly estimator?: { readonly kind: string; readonly hyperparameters?: Readonly<Record<string, number | string | boolean>> }
  /**
   * A version to build on, for few rows: `name`, `name@alias` or `name/versions/3` of a classifier of the tenant, learned from other rows or
   * other labels. Its features are used, and its scores beside them; what is learned is a logistic regression of both.
   */
  readonly base?: string
  /** Default 0. */
  readonly seed?: number
  /** Whether the new version becomes champion: when there is none yet (default), always, or never. */
  readonly promote?: 'when-first' | 'always' | 'never'
  readonly description?: string
  /** Classification: precision that accepted predictions are to have, above 0 and below 1. What can not be promised it abstains from. */
  readonly promisedPrecision?: number
  /** Share of new rows that a set of classes or an interval of numbers is to hold, above 0 and below 1; none is given when absent. */
  readonly coverage?: number
  /** Columns by whose values quality is shown apart: site, language. They need not be features. */
  readonly slices?: readonly string[]
  readonly budget?: TrainingBudget
}

/** Quality of classes on held-out rows. */
export interface ClassificationMetrics {
  readonly accuracy: number
  readonly macroF1: number
  /** Nats. */
  readonly logLoss: number
  /** Of numbers only. */
  readonly rootMeanSquaredError?: undefined
}

/** Quality of numbers on held-out rows, in the unit of the target. */
export interface RegressionMetrics {
  readonly rootMeanSquaredError: number
  readonly meanAbsoluteError: number
  /** Share of the variance that is explained; below 0 for what is worse than the mean. */
  readonly r2: number
  /** Of classes only. */
  readonly accuracy?: undefined
  readonly macroF1?: undefined
  readonly logLoss?: undefined
}

export type QualityMetrics = ClassificationMetrics | RegressionMetrics

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
  readonly metrics: QualityMetrics
  /** The majority class or the mean on the same rows. */
  readonly baseline: QualityMetrics
  /** Whether it is better than the baseline by more than chance, by log-loss or squared error; versions of older releases do not say. */
  readonly beatsBaseline?: boolean
  /** Empty for numbers. */
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
  readonly stage: 'preparing' | 'vectorizing' | 'selecting' | 'fitting' | 'calibrating' | 'evaluating' | 'registering'
  /** Of the whole training, 0..1, never falling. */
  readonly share: number
}
