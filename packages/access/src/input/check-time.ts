import { describe, inputInvalid } from './input-invalid.js'

const dayMs = 86_400_000
export const gracePeriodMaximumMs = 30 * dayMs
/** The last millisecond that ISO 8601 writes with four digits of year. */
const latestMs = Date.UTC(10_000, 0) - 1

/**
 * When a key ends: an instant that lies ahead, or undefined for a key that does not.
 *
 * @throws AccessError `INPUT_INVALID`
 */
export function checkExpiry(value: unknown, nowMs: number): Date | undefined {
  if (value === undefined || value === null) return undefined
  if (value instanceof Date && value.getTime() > nowMs && value.getTime() <= latestMs) return new Date(value)
  const isInstant = value instanceof Date && Number.isFinite(value.getTime())
  throw inputInvalid(
    'expiresAt',
    `an instant after ${new Date(nowMs).toISOString()} and before the year 10000`,
    isInstant ? value.toISOString() : value instanceof Date ? 'an invalid date' : describe(value),
  )
}

/**
 * For how long a rotated key's former secret stays good; 0 when nothing is given.
 *
 * @throws AccessError `INPUT_INVALID`
 */
export function checkGracePeriodMs(value: unknown): number {
  if (value === undefined || value === null) return 0
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= gracePeriodMaximumMs) return value
  throw inputInvalid('gracePeriodMs', `a whole number of milliseconds, 0 to ${gracePeriodMaximumMs}`, describe(value))
}
