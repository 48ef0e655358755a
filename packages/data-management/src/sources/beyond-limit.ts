import { DataLoadError } from '@motadata/core'
import type { LoadLimits } from './load-limits.js'

/** The error that says which limit a source goes beyond. */
export function beyondLimit(limits: LoadLimits, limit: keyof LoadLimits, what: string): DataLoadError {
  const maximum = limits[limit]
  return new DataLoadError('DATA_TOO_LARGE', `Expected at most ${maximum} ${what}, got more. Send less, or raise ${limit}.`, { details: { limit, maximum } })
}
