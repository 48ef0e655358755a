import { type RateLimit, type RateLimiter, tenantKey } from '@motadata/core'
import { acme, globex } from './tenants.js'

export interface OpenedRateLimiter {
  readonly rateLimiter: RateLimiter
  /** Lets time pass, as the limiter sees it. */
  advance(byMs: number): Promise<void>
  close(): Promise<void>
}

/** What every RateLimiter does. A limiter is opened for each test; its limits are so slow that the time a test takes changes nothing. */
export function describeRateLimiter(name: string, open: () => Promise<OpenedRateLimiter>): void {
  describe(`RateLimiter: ${name}`, () => {
    let opened: OpenedRateLimiter
    let rateLimiter: RateLimiter

    beforeEach(async () => {
      opened = await open()
      rateLimiter = opened.rateLimiter
    })

    afterEach(() => opened.close())

    const hourMs = 3_600_000
    const fivePerHour: RateLimit = { limit: 5, windowMs: hourMs }
    const key = tenantKey(acme, 'predict')

    it('allows the limit at once and no more, and counts down', async () => {
      const decisions = []
      for (let i = 0; i < 7; i++) decisions.push(await rateLimiter.take(key, fivePerHour))
      expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, true, true, true, false, false])
      expect(decisions.map(({ remaining }) => remaining)).toEqual([4, 3, 2, 1, 0, 0, 0])
      expect(decisions.slice(0, 5).every(({ retryAfterMs }) => retryAfterMs === 0)).toBe(true)
    })

    it('says after how long to come again, and allows it then', async () => {
      await rateLimiter.take(key, { ...fivePerHour, cost: 5 })
      const refused = await rateLimiter.take(key, fivePerHour)
      // A fifth of an hour for one of five, less what the test has taken.
      expect(refused.retryAfterMs).toBeGreaterThan(720_000 - 60_000)
      expect(refused.retryAfterMs).toBeLessThanOrEqual(720_000)
      await opened.advance(refused.retryAfterMs - 60_000)
      expect((await rateLimiter.take(key, fivePerHour)).allowed).toBe(false)
      await opened.advance(60_000)
      expect((await rateLimiter.take(key, fivePerHour)).allowed).toBe(true)
      expect((await rateLimiter.take(key, fivePerHour)).allowed).toBe(false)
    })

    it('has the whole limit again after the window, and never more', async () => {
      await rateLimiter.take(key, { ...fivePerHour, cost: 5 })
      await opened.advance(10 * hourMs)
      expect(await rateLimiter.take(key, { ...fivePerHour, cost: 5 })).toEqual({ allowed: true, remaining: 0, retryAfterMs: 0 })
      expect((await rateLimiter.take(key, fivePerHour)).allowed).toBe(false)
    })

    it('takes the cost as a whole or not at all', async () => {
      expect(await rateLimiter.take(key, { ...fivePerHour, cost: 3 })).toEqual({ allowed: true, remaining: 2, retryAfterMs: 0 })
      expect(await rateLimiter.take(key, { ...fivePerHour, cost: 3 })).toMatchObject({ allowed: false, remaining: 2 })
      expect(await rateLimiter.take(key, { ...fivePerHour, cost: 2 })).toEqual({ allowed: true, remaining: 0, retryAfterMs: 0 })
    })

    it('counts each key by itself, those of two tenants too', async () => {
      await rateLimiter.take(key, { ...fivePerHour, cost: 5 })
      for (const other of [tenantKey(globex, 'predict'), tenantKey(acme, 'train')]) {
        expect(await rateLimiter.take(other, fivePerHour)).toEqual({ allowed: true, remaining: 4, retryAfterMs: 0 })
      }
    })

    it('allows no more than the limit to many that ask at once', async () => {
      const decisions = await Promise.all(Array.from({ length: 50 }, () => rateLimiter.take(key, { limit: 20, windowMs: hourMs })))
      expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(20)
      expect(new Set(decisions.filter(({ allowed }) => allowed).map(({ remaining }) => remaining)).size).toBe(20)
    })

    it.each([
      ['limit', { limit: 0, windowMs: 1000 }],
      ['limit', { limit: 1.5, windowMs: 1000 }],
      ['windowMs', { limit: 1, windowMs: 0 }],
      ['windowMs', { limit: 1, windowMs: Number.NaN }],
      ['cost', { limit: 5, windowMs: 1000, cost: 6 }],
      ['cost', { limit: 5, windowMs: 1000, cost: 0 }],
      ['cost', { limit: 5, windowMs: 1000, cost: -1 }],
    ])('refuses a %s that makes no sense: %j', async (field, limit) => {
      await expect(rateLimiter.take(key, limit)).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field } })
    })
  })
}
