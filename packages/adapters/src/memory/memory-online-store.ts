import { type Clock, decodeKeyPart, type OnlineStore, type OnlineValue, type OnlineWrite, type OnlineWriteOptions, type TenantId, tenantKey } from '@motadata/core'
import { LRUCache } from 'lru-cache'
import { checkOnlineKeys, checkOnlineWrites } from '../online/checked-writes.js'

interface Entry extends OnlineValue {
  readonly setAtMs: number
  readonly ttlMs: number
}

/** What an entry costs beside its key and value: the map's node, the entry, the buffer's header. */
const entryOverheadBytes = 200

/** The newest values in this process's memory, bounded by bytes: what was used longest ago leaves first. */
export class MemoryOnlineStore implements OnlineStore {
  readonly #clock: Clock
  readonly #entries: LRUCache<string, Entry>

  /** @param options.maxBytes - Of keys, values and what holding them costs. */
  constructor(options: { readonly maxBytes: number; readonly clock: Clock }) {
    this.#clock = options.clock
    this.#entries = new LRUCache({
      maxSize: options.maxBytes,
      sizeCalculation: ({ bytes }, key) => bytes.byteLength + key.length * 2 + entryOverheadBytes,
    })
  }

  async getMany(tenantId: TenantId, keys: readonly string[]): Promise<readonly (OnlineValue | undefined)[]> {
    checkOnlineKeys(keys)
    return Promise.resolve(keys.map((key) => {
      const entry = this.#live(tenantKey(tenantId, 'online', key))
      return entry && { bytes: Uint8Array.from(entry.bytes), eventTimeMs: entry.eventTimeMs }
    }))
  }

  async setMany(tenantId: TenantId, writes: readonly OnlineWrite[], options: OnlineWriteOptions): Promise<number> {
    const setAtMs = this.#clock.nowMs()
    let kept = 0
    for (const { key, bytes, eventTimeMs } of checkOnlineWrites(writes, options)) {
      const name = tenantKey(tenantId, 'online', key)
      const presentMs = this.#live(name)?.eventTimeMs ?? -1
      if (options.onTie === 'replace' ? presentMs > eventTimeMs : presentMs >= eventTimeMs) continue
      this.#entries.set(name, { bytes: Uint8Array.from(bytes), eventTimeMs, setAtMs, ttlMs: options.ttlMs })
      kept++
    }
    return Promise.resolve(kept)
  }

  async deleteMany(tenantId: TenantId, keys: readonly string[]): Promise<void> {
    checkOnlineKeys(keys)
    for (const key of keys) this.#entries.delete(tenantKey(tenantId, 'online', key))
    await Promise.resolve()
  }

  async *entries(tenantId: TenantId): AsyncIterable<OnlineWrite> {
    const prefix = `${tenantKey(tenantId, 'online')}/`
    for (const [name, { bytes, eventTimeMs }] of [...this.#entries.entries()]) {
      if (name.startsWith(prefix)) yield await Promise.resolve({ key: decodeKeyPart(name.slice(prefix.length)), bytes: Uint8Array.from(bytes), eventTimeMs })
    }
  }

  #live(name: string): Entry | undefined {
    const entry = this.#entries.get(name)
    if (!entry) return undefined
    const ageMs = this.#clock.nowMs() - entry.setAtMs
    // a clock that was set back makes what was set in its future old, not everlasting
    if (ageMs >= 0 && ageMs < entry.ttlMs) return entry
    this.#entries.delete(name)
    return undefined
  }
}
