import type { OnlineStore, OnlineWrite, TenantId } from '@motadata/core'
import { acme, globex } from './tenants.js'

export interface OpenedOnlineStore {
  readonly onlineStore: OnlineStore
  /** Lets time pass, as the store sees it. */
  advance(byMs: number): Promise<void>
  close(): Promise<void>
}

const eventTimeMs = Date.UTC(2026, 0, 1)
const write = (key: string, text: string, atMs = eventTimeMs): OnlineWrite => ({ key, bytes: new TextEncoder().encode(text), eventTimeMs: atMs })

/** What every OnlineStore does. A store is opened for each test. */
export function describeOnlineStore(name: string, open: () => Promise<OpenedOnlineStore>): void {
  describe(`OnlineStore: ${name}`, () => {
    let opened: OpenedOnlineStore
    let store: OnlineStore

    beforeEach(async () => {
      opened = await open()
      store = opened.onlineStore
    })

    afterEach(() => opened.close())

    const ttlMs = 3_600_000
    const read = async (keys: readonly string[], tenantId: TenantId = acme): Promise<(string | undefined)[]> =>
      (await store.getMany(tenantId, keys)).map((value) => value && new TextDecoder().decode(value.bytes))

    it('gives back what was set, with the time of its event, in the order asked for, also twice', async () => {
      expect(await store.setMany(acme, [write('a', 'one'), write('b', 'two', eventTimeMs + 1)], { ttlMs })).toBe(2)
      const found = await store.getMany(acme, ['b', 'none', 'a', 'b'])
      expect(found.map((value) => value && [new TextDecoder().decode(value.bytes), value.eventTimeMs])).toEqual([
        ['two', eventTimeMs + 1], undefined, ['one', eventTimeMs], ['two', eventTimeMs + 1],
      ])
    })

    it('keeps bytes of every value, and none at all', async () => {
      const bytes = Uint8Array.from({ length: 512 }, (_, i) => i & 0xff)
      await store.setMany(acme, [{ key: 'all', bytes, eventTimeMs }, { key: 'none', bytes: new Uint8Array(), eventTimeMs: 0 }], { ttlMs })
      const [all, none] = await store.getMany(acme, ['all', 'none'])
      expect(Buffer.from(all!.bytes).equals(bytes)).toBe(true)
      expect([none!.bytes.byteLength, none!.eventTimeMs]).toEqual([0, 0])
    })

    it('answers nothing to nothing', async () => {
      expect(await store.getMany(acme, [])).toEqual([])
      expect(await store.setMany(acme, [], { ttlMs })).toBe(0)
      await expect(store.deleteMany(acme, [])).resolves.toBeUndefined()
    })

    it('replaces what is older, and nothing that is newer or as old', async () => {
      await store.setMany(acme, [write('a', 'first'), write('b', 'first'), write('c', 'first')], { ttlMs })
      const written = await store.setMany(acme, [write('a', 'later', eventTimeMs + 1), write('b', 'as old'), write('c', 'older', eventTimeMs - 1)], { ttlMs })
      expect(written).toBe(1)
      expect(await read(['a', 'b', 'c'])).toEqual(['later', 'first', 'first'])
    })

    it('replaces what is as old by what corrects it, and still nothing that is newer', async () => {
      await store.setMany(acme, [write('a', 'first'), write('b', 'newer', eventTimeMs + 1)], { ttlMs })
      const writes = [write('a', 'corrected'), write('a', 'corrected again'), write('b', 'older')]
      expect(await store.setMany(acme, writes, { ttlMs, onTie: 'replace' })).toBe(1)
      expect(await read(['a', 'b'])).toEqual(['corrected again', 'newer'])
    })

    it('compares times of events as numbers', async () => {
      await store.setMany(acme, [write('a', 'nine', 9)], { ttlMs })
      await store.setMany(acme, [write('a', 'ten', 10)], { ttlMs })
      expect(await read(['a'])).toEqual(['ten'])
    })

    it('takes the latest of several writes of one key', async () => {
      expect(await store.setMany(acme, [write('a', 'middle', 2), write('a', 'latest', 3), write('a', 'earliest', 1)], { ttlMs })).toBe(1)
      expect(await read(['a'])).toEqual(['latest'])
    })

    it('ends at the latest event, whatever order many writers come in', async () => {
      const times = Array.from({ length: 20 }, (_, i) => ((i * 7) % 20) + 1)
      await Promise.all(times.map((time) => store.setMany(acme, [write('a', `a${time}`, time), write('b', `b${time}`, 21 - time)], { ttlMs })))
      expect(await read(['a', 'b'])).toEqual(['a20', 'b1'])
    })

    it('keeps as many as there are', async () => {
      const writes = Array.from({ length: 1_500 }, (_, i) => write(`key-${i}`, `value-${i}`))
      expect(await store.setMany(acme, writes, { ttlMs })).toBe(1_500)
      expect(await read(writes.map(({ key }) => key))).toEqual(writes.map((_, i) => `value-${i}`))
      await store.deleteMany(acme, writes.map(({ key }) => key))
      expect((await read(writes.map(({ key }) => key))).every((value) => value === undefined)).toBe(true)
    })

    it('forgets after the time to live, which a late write does not prolong, and then takes any event', async () => {
      await store.setMany(acme, [write('a', 'first')], { ttlMs })
      await opened.advance(ttlMs - 60_000)
      await store.setMany(acme, [write('a', 'late', eventTimeMs - 1)], { ttlMs })
      expect(await read(['a'])).toEqual(['first'])
      await opened.advance(60_001)
      expect(await read(['a'])).toEqual([undefined])
      expect(await store.setMany(acme, [write('a', 'anew', eventTimeMs - 1)], { ttlMs })).toBe(1)
      expect(await read(['a'])).toEqual(['anew'])
    })

    it('counts the time to live from the last value kept', async () => {
      await store.setMany(acme, [write('a', 'first')], { ttlMs })
      await opened.advance(ttlMs - 60_000)
      await store.setMany(acme, [write('a', 'second', eventTimeMs + 1)], { ttlMs })
      await opened.advance(ttlMs - 60_000)
      expect(await read(['a'])).toEqual(['second'])
    })

    it('forgets what is deleted', async () => {
      await store.setMany(acme, [write('a', 'x'), write('b', 'y')], { ttlMs })
      await store.deleteMany(acme, ['a', 'never'])
      expect(await read(['a', 'b'])).toEqual([undefined, 'y'])
    })

    it('shows a tenant nothing of another, who may use the same key', async () => {
      await store.setMany(acme, [write('a', 'of acme')], { ttlMs })
      expect(await read(['a'], globex)).toEqual([undefined])
      await store.setMany(globex, [write('a', 'of globex', eventTimeMs - 1)], { ttlMs })
      await store.deleteMany(globex, ['a'])
      expect(await read(['a'])).toEqual(['of acme'])
    })

    it.each(['a/b', '../a', 'a:b', 'größer', '%2F', '*'])('takes %j for a key like any other', async (key) => {
      await store.setMany(acme, [write(key, 'x')], { ttlMs })
      expect(await read([key, 'a', 'b'])).toEqual(['x', undefined, undefined])
    })

    it('shares no memory with its callers', async () => {
      const value = write('a', 'before')
      await store.setMany(acme, [value], { ttlMs })
      value.bytes.fill(0)
      expect(await read(['a'])).toEqual(['before'])
      ;(await store.getMany(acme, ['a']))[0]!.bytes.fill(0)
      expect(await read(['a'])).toEqual(['before'])
    })

    it('lists all that a tenant has, and nothing that was deleted', async () => {
      const keys = Array.from({ length: 600 }, (_, at) => `caller/${at}/ä*?[x]`)
      await store.setMany(acme, [...keys, 'gone', '..'].map((key) => write(key, `of ${key}`)), { ttlMs })
      await store.setMany(globex, [write('theirs', 'x')], { ttlMs })
      await store.deleteMany(acme, ['gone'])
      const found = new Map<string, string>()
      for await (const { key, bytes } of store.entries(acme)) found.set(key, new TextDecoder().decode(bytes))
      expect([...found].sort()).toEqual([...keys, '..'].map((key) => [key, `of ${key}`]).sort())
    })

    it('refuses keys, times of events and times to live that make no sense, and then writes nothing', async () => {
      for (const key of ['', 'a\0', 'x'.repeat(1_001), '\ud800']) {
        await expect(store.getMany(acme, [key])).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'key' } })
        await expect(store.deleteMany(acme, [key])).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'key' } })
        await expect(store.setMany(acme, [write('good', 'x'), write(key, 'x')], { ttlMs })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'key' } })
      }
      for (const time of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(store.setMany(acme, [write('good', 'x', time)], { ttlMs })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'eventTimeMs' } })
      }
      for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(store.setMany(acme, [write('good', 'x')], { ttlMs: wrong })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'ttlMs' } })
      }
      expect(await read(['good'])).toEqual([undefined])
    })
  })
}
