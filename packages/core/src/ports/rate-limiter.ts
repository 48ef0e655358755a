/** So much in so long: at once, and from then on evenly. */
export interface RateLimit {
  /** What may be taken at once; a whole number of 1 or more. */
  readonly limit: number
  /** In which the whole limit grows back, evenly; a whole number of milliseconds. */
  readonly windowMs: number
  /** What this call takes, from 1 to the limit; default 1. */
  readonly cost?: number
}

export interface RateLimitDecision {
  readonly allowed: boolean
  /** What could still be taken now. */
  readonly remaining: number
  /** After which the same call would be allowed if nobody else took anything; 0 when it is allowed. */
  readonly retryAfterMs: number
}

/** Counts what each key takes. Keys come from `tenantKey`, or begin with what they count, such as `address/`. */
export interface RateLimiter {
  /**
   * Takes the cost when there is that much left, else takes nothing. An engine that can't be reached never makes it reject.
   *
   * @throws MLError `INPUT_INVALID`
   */
  take(key: string, limit: RateLimit): Promise<RateLimitDecision>
}
