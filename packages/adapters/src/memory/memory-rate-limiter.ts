import type { Clock, RateLimit, RateLimitDecision, RateLimiter } from '@motadata/core'
import { LRUCache } from 'lru-cache'
import { checkRateLimit, decideByArrivalTime } from '../rate-limit/arrival-time.js'

/**
 * Limits within this process: of several, each allows the whole limit. The key that was used longest ago is forgotten, and so begins
 * afresh, when there are too many.
 */
export class MemoryRateLimiter implements RateLimiter {
  readonly #clock: Clock
  readonly #arrivals: LRUCache<string, number>

  /** @param options.maxKeys - Default 100 000, some 20 MB at the most. */
  constructor(options: { readonly clock: Clock; readonly maxKeys?: number }) {
    this.#clock = options.clock
    this.#arrivals = new LRUCache({ max: options.maxKeys ?? 100_000 })
  }

  async take(key: string, limit: RateLimit): Promise<RateLimitDecision> {
    const checked = checkRateLimit(limit)
    const { arrivalMs, ...decision } = decideByArrivalTime(this.#arrivals.get(key) ?? 0, this.#clock.nowMs(), checked)
    this.#arrivals.set(key, arrivalMs)
    return Promise.resolve(decision)
  }
}
