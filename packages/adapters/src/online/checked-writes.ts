import { type OnlineWrite, type OnlineWriteOptions, PlatformError } from '@motadata/core'

/**
 * The writes with the latest event of each key; of two as late, the first, or the last where ties replace.
 *
 * @throws MLError `INPUT_INVALID`
 */
export function checkOnlineWrites(writes: readonly OnlineWrite[], { ttlMs, onTie }: OnlineWriteOptions): OnlineWrite[] {
  if (!(ttlMs > 0 && Number.isFinite(ttlMs))) throw invalid('ttlMs', 'a number above 0', ttlMs)
  const latest = new Map<string, OnlineWrite>()
  for (const write of writes) {
    if (!Number.isSafeInteger(write.eventTimeMs) || write.eventTimeMs < 0) throw invalid('eventTimeMs', 'a whole number of epoch milliseconds', write.eventTimeMs)
    checkOnlineKeys([write.key])
    const other = latest.get(write.key)
    if (!other || other.eventTimeMs < write.eventTimeMs || (onTie === 'replace' && other.eventTimeMs === write.eventTimeMs)) latest.set(write.key, write)
  }
  return [...latest.values()]
}

/** @throws MLError `INPUT_INVALID` */
export function checkOnlineKeys(keys: readonly string[]): void {
  for (const key of keys) {
    if (typeof key !== 'string' || key === '' || key.length > 1_000 || key.includes('\0') || !key.isWellFormed()) {
      throw invalid('key', 'well-formed text of 1 to 1000 characters without NUL', typeof key === 'string' ? `${key.length} characters` : typeof key)
    }
  }
}

function invalid(field: string, expected: string, received: unknown): PlatformError {
  return new PlatformError('INPUT_INVALID', `Expected ${field} to be ${expected}, got ${String(received)}.`, { details: { field } })
}
