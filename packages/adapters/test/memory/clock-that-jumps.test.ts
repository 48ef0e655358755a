import { FixedClock, acme } from '@motadata/testing'
import { MemoryCache } from '../../src/memory/memory-cache.js'
import { MemoryOnlineStore } from '../../src/memory/memory-online-store.js'
import { MemoryRateLimiter } from '../../src/memory/memory-rate-limiter.js'
import { TimeSortableIds } from '../../src/node/time-sortable-ids.js'

const dayMs = 86_400_000
const bytes = new Uint8Array([1])
const limit = { limit: 5, windowMs: 60_000 }

describe.each([['back', -dayMs], ['forward', dayMs]])('a clock that jumps %s by a day', (_, byMs) => {
  it('keeps nothing in the cache for longer than its time to live', async () => {
    const clock = new FixedClock()
    const cache = new MemoryCache({ maxBytes: 10_000, clock })
    await cache.set('key', bytes, { ttlMs: 1_000 })
    clock.advance(byMs)
    expect(await cache.get('key')).toBeUndefined()
    await cache.set('key', bytes, { ttlMs: 1_000 })
    expect(await cache.get('key')).toEqual(bytes)
  })

  it('keeps no online value for longer than its time to live', async () => {
    const clock = new FixedClock()
    const store = new MemoryOnlineStore({ maxBytes: 10_000, clock })
    await store.setMany(acme, [{ key: 'key', bytes, eventTimeMs: 2 }], { ttlMs: 1_000 })
    clock.advance(byMs)
    expect(await store.getMany(acme, ['key'])).toEqual([undefined])
    expect(await store.setMany(acme, [{ key: 'key', bytes, eventTimeMs: 1 }], { ttlMs: 1_000 })).toBe(1)
  })

  it('locks nobody out by a rate limit for longer than a window', async () => {
    const clock = new FixedClock()
    const limiter = new MemoryRateLimiter({ clock })
    await limiter.take('key', { ...limit, cost: 5 })
    clock.advance(byMs)
    const { retryAfterMs } = await limiter.take('key', limit)
    expect(retryAfterMs).toBeLessThanOrEqual(limit.windowMs / limit.limit)
    clock.advance(limit.windowMs)
    expect(await limiter.take('key', { ...limit, cost: 5 })).toMatchObject({ allowed: true })
  })

  it('makes ids that go on sorting by time of making', () => {
    const clock = new FixedClock()
    const ids = new TimeSortableIds({ clock })
    const before = ids.next()
    clock.advance(byMs)
    const after = [ids.next(), ids.next()]
    expect([before, ...after]).toEqual([before, ...after].toSorted())
  })
})
