import { FixedClock } from '@motadata/testing'
import { MemoryCache } from '../../src/memory/memory-cache.js'

describe('MemoryCache', () => {
  const options = { ttlMs: 1000 }
  const kilobyte = (): Uint8Array => new Uint8Array(1000)

  it('never holds more bytes than it may, and lets go of what was used longest ago', async () => {
    const cache = new MemoryCache({ maxBytes: 4_000, clock: new FixedClock() })
    for (const key of ['a', 'b', 'c']) await cache.set(key, kilobyte(), options)
    await cache.get('a')
    await cache.set('d', kilobyte(), options)
    expect(cache.sizeBytes).toBeLessThanOrEqual(4_000)
    const kept = await Promise.all(['a', 'b', 'c', 'd'].map(async (key) => (await cache.get(key)) !== undefined))
    expect(kept).toEqual([true, false, true, true])
  })

  it('counts keys and what an entry costs beside its value', async () => {
    const cache = new MemoryCache({ maxBytes: 100_000, clock: new FixedClock() })
    for (let i = 0; i < 10_000; i++) await cache.set(`key-${i}`, new Uint8Array(), options)
    expect(cache.sizeBytes).toBeLessThanOrEqual(100_000)
    expect(await cache.get('key-0')).toBeUndefined()
    expect(await cache.get('key-9999')).toBeDefined()
  })

  it('keeps nothing under a key whose new value is larger than the whole cache', async () => {
    const cache = new MemoryCache({ maxBytes: 1_500, clock: new FixedClock() })
    await cache.set('a', kilobyte(), options)
    await cache.set('a', new Uint8Array(2_000), options)
    expect(await cache.get('a')).toBeUndefined()
    expect(cache.sizeBytes).toBe(0)
  })
})
