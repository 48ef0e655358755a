import { createSubjectMatcher, type Erasable, type OnlineStore, sha256 } from '@motadata/core'

/** Deleted in one call. */
const keysAtOnce = 500

/** Erases online values by their keys and by the texts in their bytes, whatever packed them. */
export function createOnlineValuesErasable(onlineStore: OnlineStore): Erasable {
  return {
    owner: 'online-values',
    async *scan(context, subject) {
      const matcher = createSubjectMatcher(subject)
      for await (const { key, bytes } of onlineStore.entries(context.tenantId)) {
        if (!matcher.matches(key) && !matcher.matchesBytes(bytes)) continue
        // a key may be what is to be erased
        yield { kind: 'online-value', name: sha256(new TextEncoder().encode(key)).slice(0, 16), count: 1, effect: 'erase' }
      }
    },
    async erase(context, subject) {
      const matcher = createSubjectMatcher(subject)
      let keys: string[] = []
      for await (const { key, bytes } of onlineStore.entries(context.tenantId)) {
        if (!matcher.matches(key) && !matcher.matchesBytes(bytes)) continue
        if (keys.push(key) < keysAtOnce) continue
        await onlineStore.deleteMany(context.tenantId, keys)
        keys = []
      }
      await onlineStore.deleteMany(context.tenantId, keys)
      return []
    },
  }
}
