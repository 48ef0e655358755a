import { MLError } from '@motadata/core'
import type { IngestSource } from '../staging/stage-request.js'
import type { StagedDataset } from '../staging/staged-rows.js'
import type { Quarantine, Replay } from './quarantine-store.js'
import type { FixedRow } from './quarantined-row.js'

/** Mended rows on their way into a version. */
export interface Replaying {
  /** The one whose quarantine they come from. */
  readonly version: number
  readonly rows: readonly FixedRow[]
  /** The row that a line of their source belongs to. */
  readonly rowAt: (line: number) => number
}

/** What of a source goes into quarantine, and how it is written. */
export function quarantineOf(source: IngestSource, { rejected, header }: StagedDataset): Quarantine {
  return { rows: rejected, format: header === undefined || 'records' in source ? 'ndjson' : 'csv', ...(header === undefined ? {} : { header }) }
}

/** Which of the mended rows are good. @throws MLError `INPUT_INVALID` when a text is more than one row */
export function replayed({ version, rows, rowAt }: Replaying, { rowCount, badRowCount, rejected }: StagedDataset): Replay {
  if (rowCount + badRowCount !== rows.length) {
    throw new MLError('INPUT_INVALID', `Expected a row in each of ${rows.length} texts, got ${rowCount + badRowCount} rows. Send each row by itself.`, { details: { field: 'rows', expected: rows.length, received: rowCount + badRowCount } })
  }
  const bad = new Set(rejected.map(({ line }) => rowAt(line)))
  return { version, rows: rows.map(({ row }) => row).filter((row) => !bad.has(row)) }
}
