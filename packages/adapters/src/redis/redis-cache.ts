import { type Cache, PlatformError } from '@motadata/core'
import { redisEntries } from './redis-entries.js'
import type { RedisLink } from './redis-link.js'

/** A cache for all processes; while Redis is away it holds nothing. What was to be deleted then is there until its time is over. */
export class RedisCache implements Cache {
  readonly #link: RedisLink
  readonly #prefix: string

  constructor(options: { readonly link: RedisLink; readonly keyPrefix: string }) {
    this.#link = options.link
    this.#prefix = options.keyPrefix
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const found = await this.#link.run((client) => client.get(this.#prefix + key)).catch(() => null)
    return found === null ? undefined : Uint8Array.from(found as unknown as Buffer)
  }

  async set(key: string, value: Uint8Array, { ttlMs }: { readonly ttlMs: number }): Promise<void> {
    if (!(ttlMs > 0 && Number.isFinite(ttlMs))) {
      throw new PlatformError('INPUT_INVALID', `Expected ttlMs to be a number above 0, got ${String(ttlMs)}.`, { details: { field: 'ttlMs' } })
    }
    const bytes = Buffer.from(value)
    await this.#link.run((client) => client.sendCommand(['SET', this.#prefix + key, bytes, 'PX', String(Math.ceil(ttlMs))])).catch(() => undefined)
  }

  async delete(key: string): Promise<void> {
    await this.#link.run((client) => client.del(this.#prefix + key)).catch(() => undefined)
  }

  async *entries(keyPrefix: string): AsyncIterable<{ readonly key: string; readonly bytes: Uint8Array }> {
    for await (const { key, stored } of redisEntries(this.#link, this.#prefix + keyPrefix)) yield { key: key.slice(this.#prefix.length), bytes: Uint8Array.from(stored) }
  }
}
