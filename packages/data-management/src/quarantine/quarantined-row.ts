/** A row of a source that is not in the version that was made of it. */
export interface QuarantinedRow {
  /** Its number among those of its version, from 1. */
  readonly row: number
  /** Where it began in the source, from 1. */
  readonly line: number
  readonly column?: string
  readonly reason: string
  /** As it came, NULs shown as ␀; not kept where it is longer than 64 KiB, or beyond 64 MiB of all. */
  readonly text?: string
  /** The version that has it since it was fixed. */
  readonly replayedAs?: number
}

/** Rows in quarantine of a version, in the order of its source. */
export interface QuarantinePage {
  readonly rows: readonly QuarantinedRow[]
  /** Where the next page begins; none behind the last. */
  readonly nextPageToken?: string
}

/** How the rows of a version that are in quarantine are written. */
export interface QuarantineForm {
  /** Whether a row is a line of CSV or a JSON object. */
  readonly format: 'csv' | 'ndjson'
  /** Of CSV: its columns and what divides them. */
  readonly header?: { readonly names: readonly string[]; readonly delimiter: string }
}

/** A row that was mended: its text as a source would have it. */
export interface FixedRow {
  readonly row: number
  readonly text: string
}
