import type { BadRow, CellValue } from '@motadata/core'

/** A row that can't be used, with its text as it came, where it is known: what is kept in quarantine. Never in a report. */
export interface RejectedRow extends BadRow {
  readonly text?: string
}

/** Takes what a reader makes of a source, row by row. */
export interface RowSink {
  /** Makes columns, whether or not a row will have values for them. @throws MLError `DATA_TOO_LARGE` */
  declare(names: readonly string[]): void
  /** Takes a row, or counts it among the bad ones, with its text. A column that is not among the names is missing in this row. */
  add(line: number, names: readonly string[], values: readonly CellValue[], text?: () => string): void
  /** Counts a row that can't be used. @throws MLError `DATA_MALFORMED` when there are too many */
  bad(row: RejectedRow): void
}
