import { type RateLimit, type RateLimitDecision, PlatformError } from '@motadata/core'

/** What is taken in one call, checked. */
export type CheckedRateLimit = Required<RateLimit>

/** Shares of a millisecond that summing them up may lose. */
const roundingMs = 1e-3

/** @throws MLError `INPUT_INVALID` */
export function checkRateLimit({ limit, windowMs, cost = 1 }: RateLimit): CheckedRateLimit {
  for (const [field, value, most] of [['limit', limit, Number.MAX_SAFE_INTEGER], ['windowMs', windowMs, Number.MAX_SAFE_INTEGER], ['cost', cost, limit]] as const) {
    if (Number.isSafeInteger(value) && value >= 1 && value <= most) continue
    const expected = field === 'cost' ? `from 1 to the limit of ${limit}` : 'of 1 or more'
    throw new PlatformError('INPUT_INVALID', `Expected ${field} to be a whole number ${expected}, got ${String(value)}.`, { details: { field } })
  }
  return { limit, windowMs, cost }
}

/**
 * Decides by one number a key: the time at which all that was taken will have grown back, the theoretical arrival time.
 *
 * @see The generic cell rate algorithm as virtual scheduling, ITU-T I.371, annex A; the same as a token bucket.
 * @returns the decision, and the number to keep
 */
export function decideByArrivalTime(arrivalMs: number, nowMs: number, { limit, windowMs, cost }: CheckedRateLimit): RateLimitDecision & { readonly arrivalMs: number } {
  const eachMs = windowMs / limit
  // no more than a window can have been taken, unless the clock was set back since: then the window is counted from now
  const before = Math.max(Math.min(arrivalMs, nowMs + windowMs), nowMs)
  const after = before + cost * eachMs
  const waitMs = after - windowMs - nowMs
  const allowed = waitMs <= roundingMs
  const kept = allowed ? after : before
  return {
    allowed,
    remaining: Math.max(0, Math.floor((nowMs + windowMs - kept + roundingMs) / eachMs)),
    retryAfterMs: allowed ? 0 : Math.ceil(waitMs - roundingMs),
    arrivalMs: kept,
  }
}
