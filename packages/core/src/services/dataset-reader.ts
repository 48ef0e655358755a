import type { Dataset } from '../dataset/dataset.js'
import type { ColumnKinds } from '../dataset/from-records.js'
import type { RequestContext } from '../domain/request-context.js'

/** Where rows lie: bytes that a tenant handed in, kept as an artifact. */
export interface DatasetSource {
  readonly artifactSha256: string
  readonly format: 'csv' | 'ndjson'
  readonly compression: 'none' | 'gzip'
}

/** A row that could not be read, and why. Never its content. */
export interface BadRow {
  /** In the file, from 1. */
  readonly line: number
  readonly column?: string
  readonly reason: string
}

/** What was read, and what was not. Nothing is dropped without a word. */
export interface LoadedDataset {
  readonly dataset: Dataset
  readonly badRowCount: number
  /** The first of them, at most 100. */
  readonly badRows: readonly BadRow[]
}

/** Reads rows into a dataset. */
export interface DatasetReader {
  /** Throws MLError `DATASET_NOT_FOUND`, `DATA_MALFORMED`, `DATA_EMPTY`, `DATA_TOO_LARGE`, `ENCODING_INVALID`. */
  read(context: RequestContext, source: DatasetSource, options?: { readonly columnKinds?: ColumnKinds }): Promise<LoadedDataset>
}
