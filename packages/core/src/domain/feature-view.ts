import type { CellValue, ColumnKind } from '../dataset/column.js'

/** What features are about: a caller, a group, a configuration item. */
export interface Entity {
  /** As feature views name it, such as `caller`. */
  readonly name: string
  /** The column that holds its key, in datasets and in what is asked, such as `caller_id`. */
  readonly joinKey: string
  /** Numbers are whole. */
  readonly keyKind: 'text' | 'number'
  readonly description?: string
  readonly owner?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** One feature: a column of its view's source. */
export interface FeatureDefinition {
  readonly name: string
  readonly kind: ColumnKind
  readonly description?: string
}

/** A feature made of others when it is asked for, by a function that is registered in code, the same online and offline. */
export interface OnDemandFeature extends FeatureDefinition {
  /** The function's name. */
  readonly transformation: string
  /** Features of the same view, or `request:<column>` for what comes along with what is asked; what the function gets, in its order. */
  readonly inputs: readonly string[]
}

/** Where the rows of a feature view lie. */
export interface FeatureSource {
  /** A dataset's name; its newest version is read. */
  readonly dataset: string
  /** The column of instants that says when what a row tells of happened. */
  readonly eventTime: string
  /** The column of instants that says when a row was written. Of two rows of one instant the one written later counts. */
  readonly createdAt?: string
  /**
   * From when on a row is seen: `created-at` (default where there is that column): not before it was written; `event-time`: as soon as it
   * happened, for rows that were written long after.
   */
  readonly visibleFrom?: 'event-time' | 'created-at'
}

/** Features of one kind of thing that come from one source. */
export interface FeatureViewDefinition {
  readonly name: string
  /** Names of entities; with several, a row belongs to each combination of their keys. */
  readonly entities: readonly string[]
  readonly features: readonly FeatureDefinition[]
  readonly onDemand?: readonly OnDemandFeature[]
  readonly source: FeatureSource
  /** How long after its event a row is still told, in milliseconds; for ever when absent. */
  readonly ttlMs?: number
  /** How old the newest row may be online, in milliseconds, before it counts as late. */
  readonly freshnessMs?: number
  readonly description?: string
  readonly owner?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** A feature view as it is registered. */
export interface RegisteredFeatureView {
  readonly definition: FeatureViewDefinition
  /** From 1; another definition is another version. */
  readonly version: number
  /** The version since which rows are kept online in the same form; what was kept in another form is not read. */
  readonly generation: number
  /** Id of the principal. */
  readonly createdBy: string
  readonly createdAt: Date
}

/** Features that are asked for together, such as those of one model. */
export interface FeatureService {
  readonly name: string
  /** `view:feature`, or `view@version:feature`. */
  readonly features: readonly string[]
  readonly description?: string
  readonly owner?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** Why a value is there or not; as Feast has them. */
export type FeatureStatus = 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND' | 'OUTSIDE_MAX_AGE'

/** One feature of everything that was asked for. */
export interface FeatureColumn {
  /** As the answer names it. */
  readonly name: string
  readonly values: readonly CellValue[]
  readonly statuses: readonly FeatureStatus[]
  /** Of the row that the value is from, in epoch milliseconds; null where there is none. */
  readonly eventTimesMs: readonly (number | null)[]
}
