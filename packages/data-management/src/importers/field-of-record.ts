import { DataLoadError, parseInstant } from '@motadata/core'

/** A record as a system's API gives it. */
export type SystemRecord = Readonly<Record<string, unknown>>

/** Text of a value; null where it is empty or no text, number or boolean. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

/** The instant that an API writes; null where it writes none. Without an offset it is UTC. */
export function instantOf(value: unknown): Date | null {
  const epochMs = typeof value === 'string' ? parseInstant(value.trim()) : Number.NaN
  return Number.isFinite(epochMs) ? new Date(epochMs) : null
}

/** A record within a record; empty where there is none. */
export function recordOf(value: unknown): SystemRecord {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as SystemRecord) : {}
}

/** @throws DataLoadError `DATA_MALFORMED` where a record has no id: it is of another shape */
export function idOf(record: SystemRecord, field: string, system: string): string {
  const id = textOf(record[field])
  if (id !== null) return id
  throw new DataLoadError('DATA_MALFORMED', `Expected a record of ${system} with its '${field}', got one without. Look where the records are in a page.`, {
    details: { expected: field, received: Object.keys(record).slice(0, 20) },
  })
}
