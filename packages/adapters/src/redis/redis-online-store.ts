import { decodeKeyPart, type OnlineStore, type OnlineValue, type OnlineWrite, type OnlineWriteOptions, type TenantId, tenantKey } from '@motadata/core'
import { checkOnlineKeys, checkOnlineWrites } from '../online/checked-writes.js'
import { redisEntries } from './redis-entries.js'
import type { RedisLink } from './redis-link.js'
import { RedisScript } from './redis-script.js'

/** Values are kept as their time of event in decimal, a colon, and the bytes; a time takes 16 digits at the most. */
const setScript = new RedisScript(`
local kept = 0
for i, key in ipairs(KEYS) do
  local time, value = ARGV[i * 2 + 1], ARGV[i * 2 + 2]
  local present = string.match(redis.call('GETRANGE', key, 0, 16), '^(%d+):')
  if not present or tonumber(present) < tonumber(time) or (ARGV[2] == 'replace' and tonumber(present) == tonumber(time)) then
    redis.call('SET', key, time .. ':' .. value, 'PX', ARGV[1])
    kept = kept + 1
  end
end
return kept
`)

/** A command holds up all others, so no more than so many keys go into one. */
const mostKeysAtOnce = 200
const colon = 0x3a

/** The newest values for all processes. While Redis is away nothing is found, and writing rejects, so that it can be done again. */
export class RedisOnlineStore implements OnlineStore {
  readonly #link: RedisLink
  readonly #prefix: string

  constructor(options: { readonly link: RedisLink; readonly keyPrefix: string }) {
    this.#link = options.link
    this.#prefix = options.keyPrefix
  }

  async getMany(tenantId: TenantId, keys: readonly string[]): Promise<readonly (OnlineValue | undefined)[]> {
    checkOnlineKeys(keys)
    const pages = inPages(keys).map((page) => this.#link.run((client) => client.mGet(page.map((key) => this.#name(tenantId, key)))))
    const found = await Promise.all(pages).catch(() => undefined)
    return found ? (found.flat() as unknown as (Buffer | null)[]).map(readValue) : keys.map(() => undefined)
  }

  async setMany(tenantId: TenantId, writes: readonly OnlineWrite[], options: OnlineWriteOptions): Promise<number> {
    let kept = 0
    for (const page of inPages(checkOnlineWrites(writes, options))) {
      const names = page.map(({ key }) => this.#name(tenantId, key))
      const values = page.flatMap(({ eventTimeMs, bytes }) => [String(eventTimeMs), Buffer.from(bytes)])
      kept += (await this.#link.run((client) => setScript.run(client, names, [String(Math.ceil(options.ttlMs)), options.onTie ?? 'keep', ...values]))) as number
    }
    return kept
  }

  async deleteMany(tenantId: TenantId, keys: readonly string[]): Promise<void> {
    checkOnlineKeys(keys)
    for (const page of inPages(keys)) await this.#link.run((client) => client.del(page.map((key) => this.#name(tenantId, key))))
  }

  async *entries(tenantId: TenantId): AsyncIterable<OnlineWrite> {
    const prefix = `${this.#prefix}${tenantKey(tenantId, 'online')}/`
    for await (const { key, stored } of redisEntries(this.#link, prefix)) {
      const value = readValue(stored)
      if (value) yield { ...value, key: decodeKeyPart(key.slice(prefix.length)) }
    }
  }

  #name(tenantId: TenantId, key: string): string {
    return this.#prefix + tenantKey(tenantId, 'online', key)
  }
}

function readValue(stored: Buffer | null): OnlineValue | undefined {
  const end = stored?.indexOf(colon) ?? -1
  return stored && end > 0 ? { eventTimeMs: Number(stored.toString('latin1', 0, end)), bytes: Uint8Array.from(stored.subarray(end + 1)) } : undefined
}

function inPages<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / mostKeysAtOnce) }, (_, page) => items.slice(page * mostKeysAtOnce, (page + 1) * mostKeysAtOnce))
}
