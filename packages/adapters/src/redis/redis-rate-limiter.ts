import type { Clock, RateLimit, RateLimitDecision, RateLimiter } from '@motadata/core'
import { MemoryRateLimiter } from '../memory/memory-rate-limiter.js'
import { checkRateLimit } from '../rate-limit/arrival-time.js'
import type { RedisLink } from './redis-link.js'
import { RedisScript } from './redis-script.js'

/** As `decideByArrivalTime`, by the time of Redis, which is one for all processes. */
const takeScript = new RedisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local limit, window, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local each = window / limit
local stored = tonumber(redis.call('GET', KEYS[1]) or '0')
local before = math.max(math.min(stored, now + window), now)
local after = before + cost * each
local wait = after - window - now
local kept = before
if wait <= 0.001 then kept = after end
if wait <= 0.001 or kept < stored then
  redis.call('SET', KEYS[1], string.format('%.4f', kept), 'PX', math.max(1, math.ceil(kept - now)))
end
local remaining = math.max(0, math.floor((now + window - kept + 0.001) / each))
return { wait <= 0.001 and 1 or 0, remaining, wait <= 0.001 and 0 or math.ceil(wait - 0.001) }
`)

/** Limits over all processes; while Redis is away each process counts by itself, so that together they allow more but nothing fails. */
export class RedisRateLimiter implements RateLimiter {
  readonly #link: RedisLink
  readonly #prefix: string
  readonly #fallback: MemoryRateLimiter

  constructor(options: { readonly link: RedisLink; readonly keyPrefix: string; readonly clock: Clock }) {
    this.#link = options.link
    this.#prefix = options.keyPrefix
    this.#fallback = new MemoryRateLimiter({ clock: options.clock })
  }

  async take(key: string, limit: RateLimit): Promise<RateLimitDecision> {
    const checked = checkRateLimit(limit)
    const values = [checked.limit, checked.windowMs, checked.cost].map(String)
    try {
      const reply = await this.#link.run((client) => takeScript.run(client, [`${this.#prefix}rate/${key}`], values))
      const [allowed, remaining, retryAfterMs] = reply as [number, number, number]
      return { allowed: allowed === 1, remaining, retryAfterMs }
    } catch {
      return this.#fallback.take(key, limit)
    }
  }
}
