import { type Cache, type Clock, PlatformError } from '@motadata/core'
import { LRUCache } from 'lru-cache'

interface Entry {
  readonly bytes: Uint8Array
  readonly setAtMs: number
  readonly ttlMs: number
}

/** What an entry costs beside its key and value: the map's node, the entry, the buffer's header. */
const entryOverheadBytes = 200

/** A cache in this process, bounded by bytes: what was used longest ago leaves first. */
export class MemoryCache implements Cache {
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

  /** Bytes held now. */
  get sizeBytes(): number {
    return this.#entries.calculatedSize
  }

  get(key: string): Promise<Uint8Array | undefined> {
    const entry = this.#entries.get(key)
    if (!entry) return Promise.resolve(undefined)
    const ageMs = this.#clock.nowMs() - entry.setAtMs
    // a clock that was set back makes what was set in its future old, not everlasting
    if (ageMs >= 0 && ageMs < entry.ttlMs) return Promise.resolve(Uint8Array.from(entry.bytes))
    this.#entries.delete(key)
    return Promise.resolve(undefined)
  }

  async set(key: string, value: Uint8Array, options: { readonly ttlMs: number }): Promise<void> {
    if (!(options.ttlMs > 0 && Number.isFinite(options.ttlMs))) {
      throw new PlatformError('INPUT_INVALID', `Expected ttlMs to be a number above 0, got ${String(options.ttlMs)}.`, {
        details: { field: 'ttlMs' },
      })
    }
    this.#entries.set(key, { bytes: Uint8Array.from(value), setAtMs: this.#clock.nowMs(), ttlMs: options.ttlMs })
    await Promise.resolve()
  }

  delete(key: string): Promise<void> {
    this.#entries.delete(key)
    return Promise.resolve()
  }

  async *entries(keyPrefix: string): AsyncIterable<{ readonly key: string; readonly bytes: Uint8Array }> {
    for (const [key, { bytes }] of [...this.#entries.entries()]) if (key.startsWith(keyPrefix)) yield await Promise.resolve({ key, bytes: Uint8Array.from(bytes) })
  }
}
