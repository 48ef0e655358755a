import { type Cache, createSubjectMatcher, type Erasable, type RequestContext, type SubjectMatcher, sha256, tenantKey } from '@motadata/core'

/** Erases what a cache holds of a tenant. Where it is in the memory of each process, of this process; others forget when its time is over. */
export function createCacheErasable(cache: Cache): Erasable {
  const keysOf = async (context: RequestContext, matcher: SubjectMatcher): Promise<readonly string[]> => {
    const prefix = `${tenantKey(context.tenantId)}/`
    const online = `${tenantKey(context.tenantId, 'online')}/` // where both are in one Redis: another owner's
    const keys: string[] = []
    for await (const { key, bytes } of cache.entries(prefix)) {
      if (!key.startsWith(online) && (matcher.matches(decodeURIComponent(key)) || matcher.matchesBytes(bytes))) keys.push(key)
    }
    return keys
  }
  return {
    owner: 'cache',
    async *scan(context, subject) {
      for (const key of await keysOf(context, createSubjectMatcher(subject))) yield { kind: 'cache-entry', name: nameOf(key), count: 1, effect: 'erase' }
    },
    async erase(context, subject) {
      for (const key of await keysOf(context, createSubjectMatcher(subject))) await cache.delete(key)
      return []
    },
  }
}

/** A key may hold what is to be erased. */
function nameOf(key: string): string {
  return sha256(new TextEncoder().encode(key)).slice(0, 16)
}
