import { MLError } from '@motadata/core'

/** How much of a source is taken into memory at most. What goes beyond is refused or skipped, never read first. */
export interface LoadLimits {
  /** Of good rows; default 5,000,000. */
  readonly maximumRows: number
  /** After decompression; default 1 GiB. */
  readonly maximumBytes: number
  /** Of one value; a row with a longer one is a bad row. Default 1 MiB. */
  readonly maximumFieldBytes: number
  /** Of one row; a longer one is a bad row. Default 8 MiB. */
  readonly maximumRowBytes: number
  /** Default 2,000. */
  readonly maximumColumns: number
  /** Rows times columns; default 100,000,000. */
  readonly maximumCells: number
  /** A source with more of them is not what it is said to be, and reading on would only burn time; default 100,000. */
  readonly maximumBadRows: number
}

const mebibyte = 1_048_576

export const defaultLoadLimits: LoadLimits = {
  maximumRows: 5_000_000,
  maximumBytes: 1_024 * mebibyte,
  maximumFieldBytes: mebibyte,
  maximumRowBytes: 8 * mebibyte,
  maximumColumns: 2_000,
  maximumCells: 100_000_000,
  maximumBadRows: 100_000,
}

/**
 * The defaults with the caller's limits over them.
 *
 * @throws MLError `INPUT_INVALID` for a limit that is no whole number from 1 up
 */
export function resolveLimits(limits: Partial<LoadLimits> = {}): LoadLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (value !== undefined && (!Number.isSafeInteger(value) || value < 1)) {
      throw new MLError('INPUT_INVALID', `Expected the limit ${name} to be a whole number from 1 up, got ${String(value)}.`, { details: { field: name } })
    }
  }
  const given = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
  return { ...defaultLoadLimits, ...given }
}
