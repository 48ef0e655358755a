import type { DatasetRedactionOptions } from '../redactor.js'
import type { DatasetColumn } from '../parts/dataset-manifest.js'

/** Where the rows of a version came from. */
export interface DatasetOrigin {
  readonly kind: 'rows' | 'file' | 'stream' | 'pipeline'
  /** What the caller calls it: a file's name, a system and a date. */
  readonly label?: string
  /** Rows that could not be read, and were not kept. */
  readonly badRowCount: number
  /** The version that the rows were appended to. */
  readonly appendedTo?: number
  /** What of it was redacted as it was taken in; all columns of text when none are named. */
  readonly redaction?: DatasetRedactionOptions
  /** Rows that erasures have taken out of it since. */
  readonly erasedRowCount?: number
  /** Of rows that a pipeline made: which one, in which run, out of which versions. */
  readonly pipeline?: string
  readonly runId?: string
  readonly sources?: readonly { readonly dataset: string; readonly version: number; readonly fingerprint: string }[]
}

/** A dataset under its name, whatever versions it has. */
export interface RegisteredDataset {
  readonly name: string
  readonly description: string
  readonly latestVersion: number
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Since when it takes no more rows. */
  readonly archivedAt?: Date
}

/** One state of a dataset; what it is never changes. */
export interface DatasetVersion {
  readonly name: string
  readonly version: number
  /** Its identity: the hash of its columns and of all its rows. 64 hexadecimal digits. */
  readonly fingerprint: string
  readonly rowCount: number
  /** As stored. */
  readonly sizeBytes: number
  readonly columns: readonly DatasetColumn[]
  readonly origin: DatasetOrigin
  /** Id of the principal. */
  readonly createdBy: string
  readonly createdAt: Date
}

/** Some of the datasets, by name. */
export interface DatasetPage {
  readonly datasets: readonly RegisteredDataset[]
  /** Where the next page begins; none behind the last. */
  readonly nextPageToken?: string
}

/** Some of the versions of a dataset, newest first. */
export interface DatasetVersionPage {
  readonly versions: readonly DatasetVersion[]
  readonly nextPageToken?: string
}

/** Which version is meant: by number, by its hash, or the one that was newest at an instant; the newest when none is given. */
export interface DatasetReference {
  readonly name: string
  readonly version?: number
  readonly asOf?: Date
  /** Where the version lost rows to an erasure since, reading it by this throws `DATASET_ERASED`. */
  readonly fingerprint?: string
}
