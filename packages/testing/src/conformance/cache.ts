import { type Cache, tenantKey } from '@motadata/core'
import { acme, globex } from './tenants.js'

export interface OpenedCache {
  readonly cache: Cache
  /** Lets time pass, as the cache sees it. */
  advance(byMs: number): Promise<void>
  close(): Promise<void>
}

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value)

/** Long beside the time that a test takes. */
const ttlMs = 3_600_000

/** What every Cache does. A cache is opened for each test. */
export function describeCache(name: string, open: () => Promise<OpenedCache>): void {
  describe(`Cache: ${name}`, () => {
    let opened: OpenedCache
    let cache: Cache

    beforeEach(async () => {
      opened = await open()
      cache = opened.cache
    })

    afterEach(() => opened.close())

    const key = tenantKey(acme, 'prediction', 1)
    const text = async (of: string): Promise<string | undefined> => {
      const found = await cache.get(of)
      return found && new TextDecoder().decode(found)
    }

    it('gives back what was set, the newest of it', async () => {
      await cache.set(key, bytes('one'), { ttlMs })
      await cache.set(key, bytes('two'), { ttlMs })
      expect(await text(key)).toBe('two')
    })

    it('knows nothing of a key that was not set, and tells it from empty bytes', async () => {
      expect(await cache.get(key)).toBeUndefined()
      await cache.set(key, new Uint8Array(), { ttlMs })
      expect(await text(key)).toBe('')
    })

    it('forgets after the time to live, and not before', async () => {
      await cache.set(key, bytes('x'), { ttlMs })
      await opened.advance(ttlMs - 60_000)
      expect(await text(key)).toBe('x')
      await opened.advance(60_001)
      expect(await text(key)).toBeUndefined()
    })

    it('counts the time to live from the last set', async () => {
      await cache.set(key, bytes('x'), { ttlMs })
      await opened.advance(ttlMs - 60_000)
      await cache.set(key, bytes('y'), { ttlMs })
      await opened.advance(ttlMs - 60_000)
      expect(await text(key)).toBe('y')
    })

    it('forgets what is deleted', async () => {
      await cache.set(key, bytes('x'), { ttlMs })
      await cache.delete(key)
      await cache.delete(key)
      expect(await text(key)).toBeUndefined()
    })

    it('keeps the same parts of two tenants apart', async () => {
      const other = tenantKey(globex, 'prediction', 1)
      await cache.set(key, bytes('of acme'), { ttlMs })
      expect(await text(other)).toBeUndefined()
      await cache.set(other, bytes('of globex'), { ttlMs })
      await cache.delete(other)
      expect(await text(key)).toBe('of acme')
    })

    it('lists what is held under keys that begin so, of one tenant, and nothing that was deleted', async () => {
      const keys = [tenantKey(acme, 'prediction', 1), tenantKey(acme, 'prediction', 2), tenantKey(acme, 'a*?[x]\\', 'ä')]
      for (const one of [...keys, tenantKey(acme, 'gone'), tenantKey(globex, 'prediction', 1)]) await cache.set(one, bytes(`of ${one}`), { ttlMs })
      await cache.delete(tenantKey(acme, 'gone'))
      const found = new Map<string, string>()
      for await (const entry of cache.entries(`${tenantKey(acme)}/`)) found.set(entry.key, new TextDecoder().decode(entry.bytes))
      expect([...found].sort()).toEqual(keys.map((one) => [one, `of ${one}`]).sort())
    })

    it('shares no memory with its callers', async () => {
      const value = bytes('before')
      await cache.set(key, value, { ttlMs })
      value.fill(0)
      expect(await text(key)).toBe('before')
      ;(await cache.get(key))!.fill(0)
      expect(await text(key)).toBe('before')
    })

    it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a time to live of %p', async (wrong) => {
      await expect(cache.set(key, bytes('x'), { ttlMs: wrong })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    })
  })
}
