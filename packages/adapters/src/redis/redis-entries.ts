import type { RedisLink } from './redis-link.js'

/** Keys looked at in one command, which holds up all others. */
const keysAtOnce = 500

/**
 * What Redis holds under keys that begin so. It looks through all keys there are, some at a time.
 *
 * @throws MLError `STORAGE_UNAVAILABLE`
 */
export async function* redisEntries(link: RedisLink, prefix: string): AsyncGenerator<{ readonly key: string; readonly stored: Buffer }> {
  const pattern = `${prefix.replaceAll(/[\\*?[\]]/g, '\\$&')}*`
  let cursor = '0'
  do {
    const [next, keys] = (await link.run((client) => client.sendCommand(['SCAN', cursor, 'MATCH', pattern, 'COUNT', String(keysAtOnce)]))) as unknown as [Buffer | string, readonly (Buffer | string)[]]
    cursor = String(next)
    if (keys.length === 0) continue
    const names = [...new Set(keys.map(String))]
    const values = (await link.run((client) => client.mGet(names))) as unknown as (Buffer | null)[]
    for (const [at, key] of names.entries()) if (values[at]) yield { key, stored: values[at] }
  } while (cursor !== '0')
}
