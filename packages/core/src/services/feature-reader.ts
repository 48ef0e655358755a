import type { CellValue } from '../dataset/column.js'
import type { Dataset } from '../dataset/dataset.js'
import type { DatasetInput } from '../dataset/table.js'
import type { FeatureColumn } from '../domain/feature-view.js'
import type { RequestContext } from '../domain/request-context.js'

/** Which features: by reference (`view:feature`, `view@version:feature`), or those of a feature service. */
export type FeatureSelection = readonly string[] | { readonly service: string }

export interface OnlineFeatureRequest {
  readonly features: FeatureSelection
  /** Keys by column name, and what on-demand features take from the request: one value of each for everything asked for. */
  readonly entities: Readonly<Record<string, readonly CellValue[]>>
  /** Whether columns are named `view__feature`; needed where two views have a feature of one name. Default no. */
  readonly fullNames?: boolean
}

export interface HistoricalFeatureRequest {
  readonly features: FeatureSelection
  /** Rows to add features to: keys, instants, whatever else; or a version of a dataset. */
  readonly rows: DatasetInput | { readonly dataset: string; readonly version?: number }
  /** The column of instants as of which features are looked up; default `event_time`. */
  readonly eventTime?: string
  readonly fullNames?: boolean
}

/** Reads features: as they are now, or as they were known at instants of the past. */
export interface FeatureReader {
  /**
   * The newest values, one column a feature, one value for everything asked for.
   *
   * Throws MLError `FEATURE_VIEW_NOT_FOUND`, `FEATURE_NOT_FOUND`, `FEATURE_SERVICE_NOT_FOUND`, `COLUMN_MISSING` for a key that is not there, and
   * `INPUT_INVALID`.
   */
  getOnlineFeatures(context: RequestContext, request: OnlineFeatureRequest): Promise<readonly FeatureColumn[]>
  /**
   * The rows, each with the features as they were known at its instant, in their order, none more and none less.
   *
   * Throws MLError as `getOnlineFeatures`, `DATASET_NOT_FOUND`, `FEATURE_SOURCE_CHANGED`, and `EVENT_TIME_INVALID` for a row without an instant.
   */
  getHistoricalFeatures(context: RequestContext, request: HistoricalFeatureRequest): Promise<Dataset>
}
