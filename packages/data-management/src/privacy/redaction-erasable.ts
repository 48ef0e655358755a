import { createSubjectMatcher, type Database, type Erasable, type KeyRing, type RequestContext, type SubjectMatcher } from '@motadata/core'
import { RedactionTokens, type StoredToken } from '../storage/redaction-tokens.js'
import { unseal } from './seal.js'

/** Erases what tokens stand for: from then on nobody, also with the key, can tell whose they are. The tokens themselves stay in redacted texts. */
export function createRedactionErasable({ database, keys }: { readonly database: Database; readonly keys: KeyRing }): Erasable {
  const tokens = new RedactionTokens(database)
  const named = async (context: RequestContext, some: readonly StoredToken[], matcher: SubjectMatcher): Promise<readonly string[]> => {
    const found: string[] = []
    for (const { token, sealed, keyId } of some) {
      const key = await keys.find(context.tenantId, 'redaction', keyId)
      // what no key opens any more is nobody's data
      if (key && matcher.matches(unseal(key, `token/${token}`, sealed))) found.push(token)
    }
    return found
  }
  return {
    owner: 'redaction-tokens',
    async *scan(context, subject) {
      const matcher = createSubjectMatcher(subject)
      let count = 0
      for await (const some of tokens.all(context.tenantId)) count += subject.kind === 'tenant' ? some.length : (await named(context, some, matcher)).length
      if (count > 0) yield { kind: 'redaction-token', name: 'tokens', count, effect: 'erase' }
    },
    async erase(context, subject) {
      const matcher = createSubjectMatcher(subject)
      for await (const some of tokens.all(context.tenantId)) {
        await tokens.delete(context.tenantId, subject.kind === 'tenant' ? some.map(({ token }) => token) : await named(context, some, matcher))
      }
      return []
    },
  }
}
